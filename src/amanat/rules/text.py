"""Rules about texts in several languages: TX101 and TX104."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.rules.wording import joined, listing
from amanat.text import Place

if TYPE_CHECKING:
    from amanat.model.values import Text

# Sections and the attributes whose texts customers meet: on the site, in notices, in answers to requests.
_PUBLIC = (
    ("fields", ("label", "definition")),
    ("purposes", ("label", "reason", "benefit")),
    ("subjects", ("label", "definition")),
    ("categories", ("label", "definition")),
    ("recipients", ("label",)),
    ("retention", ("label",)),
    ("stages", ("label", "definition")),
)


def _missing_translation(ctx: Context) -> Iterator[Finding]:
    languages = frozenset(ctx.catalog.languages)
    if len(languages) < 2:
        return
    for section, attributes in _PUBLIC:
        texts_of = attrgetter(*attributes, "id")  # the id only makes the result a tuple in every case
        for entry in getattr(ctx.catalog, section).values():
            texts = texts_of(entry)[:-1]
            for text in texts:
                if text and not text.keys() >= languages:
                    break
            else:
                continue
            if entry.place is not None and not entry.place.file.startswith("<"):
                inherited: Mapping[str, Place] = getattr(entry, "inherited", {})
                own = [(a, t) for a, t in zip(attributes, texts, strict=True) if a not in inherited]
                yield from _untranslated(ctx.catalog.languages, entry.id, entry.place, own)


def _untranslated(
    languages: tuple[str, ...], subject: str, place: Place, texts: Iterable[tuple[str, Text]]
) -> Iterator[Finding]:
    """One finding for an entry, at the first text that lacks a language."""
    missing = {
        attribute: tuple(language for language in languages if language not in text)
        for attribute, text in texts
        if text and any(language not in text for language in languages)
    }
    if not missing:
        return
    wanted = [language for language in languages if any(language in absent for absent in missing.values())]
    yield Finding(
        "TX101",
        f"{joined(f'`{name}`' for name in missing)} of `{subject}` cannot be read in {listing(wanted)}",
        place.at(next(iter(missing))),
        subject,
        fix=Fix(f"write it as a map of languages, such as `{{{_sample(languages)}}}`"),
        data={"missing": {attribute: list(absent) for attribute, absent in missing.items()}},
    )


def _stale_translation(ctx: Context) -> Iterator[Finding]:
    if ctx.before is None or len(ctx.catalog.languages) < 2:
        return
    for section, attributes in _PUBLIC:
        earlier: Mapping[str, Any] = getattr(ctx.before, section)
        for entry in getattr(ctx.catalog, section).values():
            was = earlier.get(entry.id) or earlier.get(getattr(entry, "renamed_from", None) or "")
            if was is None or was == entry or entry.place is None or entry.place.file.startswith("<"):
                continue
            inherited: Mapping[str, Place] = getattr(entry, "inherited", {})
            for attribute in attributes:
                if attribute not in inherited:
                    then, now = getattr(was, attribute), getattr(entry, attribute)
                    yield from _stale(ctx.catalog.languages, entry, attribute, then, now)


def _stale(
    languages: tuple[str, ...], entry: Any, attribute: str, then: Text, now: Text
) -> Iterator[Finding]:
    """One finding for a text, at the first translation that stayed as it was."""
    first, *others = languages
    if first not in then or first not in now or not _reworded(then[first], now[first]):
        return
    stayed = [tag for tag in others if tag in now and tag in then and not _reworded(then[tag], now[tag])]
    if not stayed:
        return
    place = entry.place.at(attribute)
    yield Finding(
        "TX104",
        f"`{attribute}` of `{entry.id}` says something else in `{first}`, and the same as before in "
        f"{listing(stayed)}",
        place.at(stayed[0]),
        entry.id,
        related=(Related(f"was `{then[first]}`", place.at(first)),),
        fix=Fix(
            "bring the translation up to date; where it still says the same, leave it: this is told only "
            "until the change is merged"
        ),
        data={"attribute": attribute, "was": then[first], "stale": stayed},
        detail=attribute,
    )


def _reworded(then: str, now: str) -> bool:
    """Whether a reader may read something else: other words, not another spelling, sign or letter form."""
    from amanat.conflicts.folding import fold
    from amanat.conflicts.wording import spelled_alike

    if then == now:
        return False
    one, other = _WORD.findall(fold(then)), _WORD.findall(fold(now))
    if len(one) != len(other):
        return "".join(one) != "".join(other)
    return any(
        a != b and (_DIGIT.search(a + b) or not spelled_alike(a, b)) for a, b in zip(one, other, strict=True)
    )


_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")


def _sample(languages: tuple[str, ...]) -> str:
    return ", ".join(f"{language}: …" for language in languages[:3])


_CALLER = """\
subjects:
  caller:
    label: {en: Caller, fa: تماس‌گیرنده}
"""

_TOLD = (
    _CALLER
    + """\
    definition:
      en: Somebody who calls the shop
      fa: کسی که با فروشگاه تماس می‌گیرد
"""
)

_BILINGUAL = {
    "amanat.yaml": """\
catalog:
  name: {en: Example, fa: نمونه}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
""",
    "base.yaml": "# Nothing is needed here.\nteams: {}\n",
}

RULES: tuple[Rule, ...] = (
    Rule(
        code="TX101",
        name="missing-translation",
        severity=Severity.WARNING,
        since="0.1",
        summary="has customer-facing text without one of the catalog's languages",
        rationale=(
            "Notices, answers to requests and the site are made from these texts. A customer who is told "
            "in a language that they do not read has not been told; what is missing is shown in the first "
            "language and marked."
        ),
        source="GDPR Art. 12(1)",
        help="write the text as a map of languages; the catalog's languages stand in `amanat.yaml`",
        example=Example(
            bad=_CALLER + "    definition: Somebody who calls the shop\n",
            good=_CALLER + "    definition:\n      en: Somebody who calls the shop\n"
            "      fa: کسی که با فروشگاه تماس می‌گیرد\n",
            at=(4, 17),
            files=_BILINGUAL,
        ),
        check=_missing_translation,
        alone=True,
    ),
    Rule(
        code="TX104",
        name="stale-translation",
        severity=Severity.WARNING,
        since="0.1",
        summary="changed a text in its first language and not the translation",
        rationale=(
            "Whoever changes a text seldom reads its translation, and nothing shows later that the two part: "
            "customers are then told different things. No file says when a translation was made; only a "
            "comparison shows it, so the rule is judged by `amanat check --since REV` and silent without it. "
            "Another spelling, sign or letter form is no change of what a text says."
        ),
        source="GDPR Art. 12(1)",
        help=(
            "bring the translation up to date, or leave it where it still says the same: it is told only "
            "until the change is merged"
        ),
        example=Example(
            before=_TOLD,
            bad=_TOLD.replace("calls the shop", "calls or writes to the shop"),
            good=_TOLD.replace("calls the shop", "calls or writes to the shop").replace(
                "تماس می‌گیرد", "تماس می‌گیرد یا به آن می‌نویسد"
            ),
            at=(6, 11),
            files=_BILINGUAL,
        ),
        check=_stale_translation,
        compares=True,
    ),
)
