"""What figures and inferences rest on, on a catalog in which every answer is known."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.exchange.document import meaning_document
from amanat.exchange.meaning import Meaning, meaning_of
from amanat.exchange.told_meaning import meaning_sheet
from amanat.load import Loaded
from amanat.report.sheets import to_markdown
from amanat.schema import load_schema
from tests.support import catalog_of

DAY = date(2026, 6, 30)
CATALOG = """\
fields:
  x.rate:
    label: Rate
    kind: metric
    category: feedback
    narrative: x.words
    caveats: Few answer
    review_by: 2026-06-29
  x.count: {label: Count, kind: metric, category: behaviour, origin: observed, review_by: 2026-06-30}
  x.words: {label: Words, kind: narrative, category: feedback, origin: given, review_by: 2026-09-30}
  x.mood:
    label: "Mood | <u>x</u>"
    category: emotion
    origin: inferred
    derived_from: [x.words, x.nowhere]
    logic: A model sorts the words
    confidence: 85%
    review_by: 2026-10-01
  x.guess: {label: Guess, category: behaviour.web, origin: inferred, derived_from: [x.words]}
  x.old: {label: Old, kind: metric, status: retired, review_by: 2020-01-01}
"""


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return catalog_of({"all.yaml": CATALOG})


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> Meaning:
    return meaning_of(loaded.catalog, DAY)


def test_figures_and_inferences_are_counted(found: Meaning) -> None:
    assert [one.id for one in found.figures] == ["x.count", "x.rate"]
    assert (found.partnered, found.warned) == (1, 1)
    assert [one.id for one in found.inferred] == ["x.guess", "x.mood"]
    assert (found.explained, found.sure) == (1, 1)


def test_reviews_fall_on_their_day(found: Meaning) -> None:
    assert [one.id for one in found.overdue] == ["x.rate"]
    assert [one.id for one in found.soon] == ["x.count", "x.words"]
    assert (found.dated, [one.id for one in found.undated]) == (4, ["x.guess"])


def test_without_a_day_nothing_is_said_of_reviews(loaded: Loaded) -> None:
    found = meaning_of(loaded.catalog, None)
    document = json.loads(meaning_document(loaded.catalog, found, loaded.spans))
    jsonschema.validate(document, load_schema("meaning"))
    assert (document["overdue"], document["soon"], document["counts"]["overdue"]) == (None, None, None)
    assert "No day to judge by" in to_markdown(meaning_sheet(loaded.catalog, found, "en"), loaded.spans)


def test_origins_are_told_by_top_category(found: Meaning) -> None:
    told = [(one.category, {k: n for k, n in one.counts.items() if n}) for one in found.origins]
    assert told == [
        ("", {"given": 1, "observed": 1, "inferred": 2, None: 1}),
        ("behaviour", {"observed": 1, "inferred": 1}),
        ("emotion", {"inferred": 1}),
        ("feedback", {"given": 1, None: 1}),
    ]


def test_the_document_is_what_its_schema_says(loaded: Loaded, found: Meaning) -> None:
    document = json.loads(meaning_document(loaded.catalog, found, loaded.spans, DAY))
    jsonschema.validate(document, load_schema("meaning"))
    mood = next(one for one in document["inferred"] if one["field"] == "x.mood")
    assert (mood["confidence"], mood["line"]) == ("85%", CATALOG.splitlines().index("  x.mood:") + 1)


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_hostile_labels_stay_in_their_cells(lang: str, loaded: Loaded, found: Meaning) -> None:
    text = to_markdown(meaning_sheet(loaded.catalog, found, lang), loaded.spans)
    assert "<u>" not in text
    (row,) = (line for line in text.splitlines() if "Mood" in line and "85%" in line)
    assert row.replace(r"\\|", "").count("|") == 5
