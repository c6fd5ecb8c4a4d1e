"""Rules about the signs in which texts and names are written: TX102."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.rules.texts import Written, words_of_field, written, written_in_field
from amanat.rules.wording import joined
from amanat.speech import is_persian, may_be_unfolded, persian

_CHUNK = 256
"""Fields looked at together: a clean chunk costs one pass over its joined texts."""
_PROSE = frozenset(
    ("label", "definition", "description", "reason", "benefit", "handling", "caveats", "logic", "why", "name")
)
"""Keys whose plain text is in the first language. Names of firms, laws and files are in their own."""


def _unfolded_persian(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if not any(map(is_persian, catalog.languages)):
        return
    fields = iter(catalog.fields.values())
    suspects: list[Iterable[Written]] = []
    while chunk := list(islice(fields, _CHUNK)):
        if may_be_unfolded("\n".join([text for field in chunk for text in words_of_field(field)])):
            suspects.extend(written_in_field(field, catalog.language) for field in chunk)
    for item in chain(written(catalog), *suspects):
        if may_be_unfolded(item.text) and is_persian(_language(item, catalog.language)):
            yield from _unfolded(item)


def _language(item: Written, first: str) -> str:
    """The language of a text, "" where nobody said it."""
    path = item.path
    if not path:
        return ""
    last = str(path[-1])
    if is_persian(last):
        return last
    plain = last in _PROSE or (path[0] == "codes" and len(path) == 2)
    return (
        first if plain and not str(path[0]).startswith("x_") and path[:2] != ("catalog", "controller") else ""
    )


def _unfolded(item: Written) -> Iterator[Finding]:
    folded = persian(item.text)
    if folded == item.text:
        return
    key = "/".join(str(step) for step in item.path)
    composed = unicodedata.normalize("NFC", item.text)
    pairs = sorted({(was, is_now) for was, is_now in zip(composed, folded, strict=True) if was != is_now})
    if pairs:
        old = joined(f"`{sign}` (U+{ord(sign):04X})" for sign, _ in pairs)
        new = joined(f"`{sign}` (U+{ord(sign):04X})" for sign in dict.fromkeys(sign for _, sign in pairs))
        message, way = f"`{key}` of `{item.subject}` writes Persian with {old}", f"put {new} in their place"
    else:
        message = f"`{key}` of `{item.subject}` puts letters together from signs (it is not in Unicode NFC)"
        way = "put the composed letters in their place"
    yield Finding(
        "TX102",
        message,
        item.place,
        item.subject,
        fix=Fix(f"{way}: `amanat check --fix` does it"),
        data={"signs": [f"U+{ord(sign):04X}" for sign, _ in pairs]},
        detail=key,
    )


_PERSIAN_BASE = {
    "amanat.yaml": """\
catalog:
  name: {en: Example, fa: نمونه}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
""",
    "base.yaml": "# Nothing is needed here.\nteams: {}\n",
}
_VISITOR = """\
subjects:
  visitor:
    label: {en: Visitor, fa: بازدیدکننده}
    definition:
      en: A person who looks at the shop in one of its 24 languages
      fa: کسی که فروشگاه را به یکی از ۲۴ زبان آن می‌بیند
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="TX102",
        name="unfolded-persian",
        severity=Severity.WARNING,
        since="0.1",
        summary="has Persian text with Arabic yeh, kaf or digits, or not in Unicode NFC",
        rationale=(
            "An Arabic keyboard writes ي, ك and ٤ where Persian has ی, ک and ۴. Readers see no difference, "
            "but whoever searches, sorts or compares the site, an export or a diff does. Texts in Arabic, "
            "and a letter that stands alone because the text speaks of it, are left as they are."
        ),
        source="ISIRI 6219; Unicode Standard Annex 15",
        help="write ی, ک and Persian digits, in composed letters: `amanat check --fix` does it",
        example=Example(
            bad=_VISITOR.replace("فروشگاه را به یکی", "فروشگاه را به يكي").replace("۲۴", "٢٤"),
            good=_VISITOR,
            at=(6, 11),
            files=_PERSIAN_BASE,
        ),
        check=_unfolded_persian,
    ),
)
