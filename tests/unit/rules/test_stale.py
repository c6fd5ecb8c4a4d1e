"""TX104: a text changed in the first language, and the translation did not."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.lint.engine import compare, lint
from amanat.lint.rule import Context
from amanat.rules import RULES
from tests.support import catalog_of

ROOT = """\
catalog:
  name: {{{first}: A, {second}: B}}
  languages: [{first}, {second}]
  controller: {{name: Example Shop GmbH, contact: privacy@shop.example, country: DE}}
  jurisdictions: [EU]
rules:
  ignore:
    - {{rule: stale-translation, subject: lead, reason: Nobody reads it, by: sales, expires: 2027-01-31}}
"""
CALLER = "subjects:\n  {id}: {{label: {{en: A, fa: آ}}, definition: {{en: {en}, fa: {fa}}}{more}}}\n"
THEN = {"id": "caller", "en": "Who calls the company", "fa": "کسی که به فروشگاه زنگ می‌زند", "more": ""}


def told(first: str, **now: str) -> list[str]:
    """What is found when the text is now this, in a catalog with this first language."""
    root = ROOT.format(first=first, second="fa" if first == "en" else "en")
    before = catalog_of({"amanat.yaml": root, "a.yaml": CALLER.format(**THEN)}).catalog
    loaded = catalog_of({"amanat.yaml": root, "a.yaml": CALLER.format(**{**THEN, **now})})
    found = compare(loaded, RULES, Context(loaded.catalog, date(2026, 6, 30), before=before))
    return [
        f"{one.code} {one.span.line if one.span else 0} {one.data['stale']} {one.detail}" for one in found
    ]


@pytest.mark.parametrize(
    ("first", "now"),
    [
        ("en", {"en": "Who calls or writes to the company"}),
        ("en", {"en": "Who calls the firm"}),
        ("fa", {"fa": "کسی که به فروشگاه نامه می‌نویسد"}),
        ("en", {"id": "ringer", "en": "Who rings the company", "more": ", renamed_from: caller"}),
    ],
)
def test_a_translation_that_stayed_is_told(first: str, now: dict[str, str]) -> None:
    other = "fa" if first == "en" else "en"
    assert told(first, **now) == [f"TX104 2 ['{other}'] definition"]


@pytest.mark.parametrize(
    ("first", "now"),
    [
        ("en", {}),
        ("en", {"en": "who calls the company."}),
        ("en", {"en": "Who calls the compagny"}),
        ("fa", {"fa": "كسي كه به فروشگاه زنگ مي‌زند"}),
        ("en", {"en": "Who writes to the company", "fa": "کسی که به فروشگاه نامه می‌نویسد"}),
        ("en", {"fa": "کسی که به فروشگاه نامه می‌نویسد"}),
        ("en", {"id": "ringer", "en": "Who rings the company"}),
        ("en", {"id": "lead", "en": "Who may buy", "more": ", renamed_from: caller"}),
    ],
    ids=["same", "stop", "spelling", "letters", "both", "translation", "another", "suppressed"],
)
def test_what_says_the_same_or_was_translated_is_not(first: str, now: dict[str, str]) -> None:
    assert told(first, **now) == []


def test_without_an_earlier_state_it_is_silent_and_its_suppressions_are_not_moot() -> None:
    files: dict[str, str | bytes] = {
        "amanat.yaml": ROOT.format(first="en", second="fa"),
        "a.yaml": CALLER.format(**THEN),
    }
    assert not {"TX104", "LD105"} & {one.code for one in lint(catalog_of(files), RULES, date(2026, 6, 30))}
    late = [one.code for one in lint(catalog_of(files), RULES, date(2027, 6, 30))]
    assert "LD105" in late, "that it expired can be told without one"
