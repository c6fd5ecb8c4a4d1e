"""Rules about texts that people read: TX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from amanat.diagnostic import Finding, Fix, Severity
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
            if all(not text or text.keys() >= languages for text in texts):
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


def _sample(languages: tuple[str, ...]) -> str:
    return ", ".join(f"{language}: …" for language in languages[:3])


_CALLER = """\
subjects:
  caller:
    label: {en: Caller, fa: تماس‌گیرنده}
"""

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
    ),
)
