"""Rules about the signs in which texts and names are written: TX102 and TX103."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.rules.texts import Written, text_path, words_of_field, written, written_in_field
from amanat.rules.wording import joined
from amanat.speech import is_persian, may_be_unfolded, persian

if TYPE_CHECKING:
    from amanat.model.catalog import Catalog
    from amanat.model.field import Field
    from amanat.text import Place

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


_PLAIN = "\\x00-\u052f\u2000-\u206f"
"""Latin, Greek, Cyrillic and punctuation: between such signs a joiner does nothing but hide."""
_WORDS_APART = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer put a zero-width space between words."""
_CONTROLS = "\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_DIRECTION_MARKS = "\u200e\u200f\u061c"


def _hiding(always: str) -> re.Pattern[str]:
    """Finds the signs that hide. The set comes first, because that is what a search is quick at."""
    return re.compile(
        f"[\u200b-\u200d{always}](?:(?<=[{always}])|(?<=\u200b)(?<![{_WORDS_APART}].)"
        f"|(?<=[\u200c\u200d])(?<![^{_PLAIN}].)(?![^{_PLAIN}]))"
    )


_IN_NAME = _hiding(f"{_CONTROLS}{_DIRECTION_MARKS}\u00ad")
_IN_LABEL = _hiding(f"{_CONTROLS}{_DIRECTION_MARKS}")
_IN_RIGHT_TO_LEFT = _hiding(_CONTROLS)
_RIGHT_TO_LEFT = re.compile("[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u08ff]")
_ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")


def _invisible_character(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    for item in written(catalog):
        if item.path and (item.path[0] == "label" or item.path[:2] == ("catalog", "name")):
            yield from _hidden(item.subject, item.place, "/".join(map(str, item.path)), in_label(item.text))
    for role in catalog.roles.values():
        for engine, name in role.principals.items():
            yield from _hidden(role.id, role.place.at("principals", engine), name, in_name(name))
    fields = iter(catalog.fields.values())
    while chunk := list(islice(fields, _CHUNK)):
        names = [name for field in chunk for name in (*field.label.values(), *field.sources, *field.codes)]
        if _IN_NAME.search("\n".join(names)):
            for field in chunk:
                yield from _in_field(field, catalog)


def _in_field(field: Field, catalog: Catalog) -> Iterator[Finding]:
    for language, text in field.label.items():
        path = text_path(("label",), field.label, language, catalog.language)
        yield from _hidden(field.id, field.place.at(*path), "/".join(map(str, path)), in_label(text))
    for source in field.sources.values():
        snapshot = catalog.snapshots.get(source.system)
        if snapshot is None or source.path not in snapshot.columns:  # else the system spells it so
            yield from _hidden(field.id, source.place, source.id, in_name(source.id), at_key=True)
    for code in field.codes:
        yield from _hidden(field.id, field.place.at("codes", code), code, in_name(code), at_key=True)


def in_name(text: str) -> tuple[str, ...]:
    """The invisible signs in an id or a name that systems spell: each once, in order."""
    return tuple(dict.fromkeys(_IN_NAME.findall(text)))


def in_label(text: str) -> tuple[str, ...]:
    """The invisible signs in a label: each once, in order. Joiners within words of Arabic and Indian scripts
    and emoji are ordinary, and so are direction marks and closed isolates beside right-to-left letters."""
    if text.isascii() or not _IN_LABEL.search(text):
        return ()
    if not _RIGHT_TO_LEFT.search(text):
        return tuple(dict.fromkeys(_IN_LABEL.findall(text)))
    return tuple(dict.fromkeys(_IN_RIGHT_TO_LEFT.findall(_ISOLATED.sub(r"\1", text))))


def _hidden(
    subject: str, place: Place, name: str, signs: tuple[str, ...], *, at_key: bool = False
) -> Iterator[Finding]:
    if not signs:
        return
    shown = _IN_NAME.sub(lambda sign: f"<{_code(sign[0])}>", name)
    told = joined(f"{_code(sign)} ({unicodedata.name(sign).lower()})" for sign in signs)
    yield Finding(
        "TX103",
        f"`{shown}` of `{subject}` hides {told}",
        place,
        subject,
        fix=Fix(
            "delete it and type the name again: an editor shows nothing there; direction and the place of "
            "line breaks are the business of what shows the text"
        ),
        data={"signs": [_code(sign) for sign in signs]},
        detail=shown,
        at_key=at_key,
    )


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"


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
        alone=True,
    ),
    Rule(
        code="TX103",
        name="invisible-character",
        severity=Severity.WARNING,
        since="0.1",
        summary="hides bidi or zero-width controls in an id or label",
        rationale=(
            "Two names that look the same are two names for every program, and a control that turns the "
            "direction shows a reader other words than a program reads. In sources, codes, principals and "
            "labels none is needed. What is ordinary is not told: the joiners in Persian words, Indian "
            "scripts and emoji, and in right-to-left labels direction marks and isolates that are closed; "
            "nor what a snapshot shows that the system itself spells."
        ),
        source="Unicode Technical Report 36; Unicode Technical Standard 55",
        help="delete the invisible sign and type the name again",
        example=Example(
            bad=_VISITOR.replace("Visitor,", "Visi\u200btor,"),
            good=_VISITOR,
            at=(3, 17),
            files=_PERSIAN_BASE,
        ),
        check=_invisible_character,
        alone=True,
    ),
)
