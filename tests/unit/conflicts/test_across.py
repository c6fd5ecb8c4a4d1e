"""Fields that say the same in other words, and labels that stand for several things."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from amanat.conflicts.across import Across, compare_fields
from amanat.conflicts.terms import Terms
from amanat.load import load_catalog
from tests.benchmarks.synonyms import all_pairs, measure, plant
from tests.support import MINIMAL_ROOT, catalog_of
from tests.unit.conflicts.samples import CASES

with (CASES / "across.csv").open(encoding="utf-8", newline="") as _table:
    ROWS = list(csv.DictReader(_table))

ROOT = MINIMAL_ROOT.replace("languages: [en]", "languages: [en, fa]")
SUBJECTS = "subjects:\n  customer: {label: Customer}\n  visitor: {label: Visitor}\n"


def across(*fields: str, root: str = ROOT) -> Across:
    """What is found between fields, each given as `id: {…}`."""
    text = "defaults: {subject: customer}\nfields:\n" + "".join(f"  {field}\n" for field in fields)
    return compare_fields(catalog_of({"amanat.yaml": root, "fields.yaml": text, "s.yaml": SUBJECTS}).catalog)


def synonyms(*fields: str) -> list[tuple[str, str]]:
    """The later and the earlier field of each synonym."""
    return [(found.field.id, found.earlier.id) for found in across(*fields).synonyms]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']}: {row['note']}")
@pytest.mark.parametrize("turned", [False, True], ids=["as written", "turned"])
def test_two_definitions_say_the_same_or_are_told_apart(row: dict[str, str], turned: bool) -> None:
    one, other = (row["second"], row["first"]) if turned else (row["first"], row["second"])
    terms = Terms(row["language"], (one, other))
    said = terms.key(one, spelled=True)
    assert ("same" if said and said == terms.key(other, spelled=True) else "apart") == row["verdict"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']}: {row['note']}")
def test_the_fast_way_never_misses_what_the_exact_one_finds(row: dict[str, str]) -> None:
    terms = Terms(row["language"], (row["first"], row["second"]))
    if row["verdict"] == "same":
        assert terms.rough(row["first"]) == terms.rough(row["second"])


def test_a_synonym_tells_the_words_that_differ() -> None:
    (found,) = across(
        "a.phone: {definition: Telephone number of the customer}",
        "b.phone: {definition: Phone number of a client}",
    ).synonyms
    assert (found.field.id, found.earlier.id, found.language) == ("b.phone", "a.phone", "en")
    assert found.wording.only_first == ("Telephone", "the", "customer")
    assert found.wording.only_second == ("Phone", "a", "client")


def test_that_a_fact_is_about_its_subject_need_not_be_said() -> None:
    assert synonyms(
        "a.phone: {definition: Telephone number of the customer}", "b.phone: {definition: Telephone number}"
    ) == [("b.phone", "a.phone")]


def test_each_later_field_is_told_once_against_the_first() -> None:
    assert synonyms(
        "a.size: {definition: Size of a shoe}",
        "b.size: {definition: The size of the shoe}",
        "c.size: {definition: Size of shoes}",
    ) == [("b.size", "a.size"), ("c.size", "a.size")]


def test_texts_that_are_the_same_to_the_letter_belong_to_another_rule() -> None:
    assert synonyms("a.size: {definition: Size of a shoe}", "b.size: {definition: size of a  SHOE.}") == []


def test_texts_that_only_read_alike_in_another_language_are_told_in_it() -> None:
    (found,) = across(
        "a.size: {definition: {en: Size of a shoe, fa: اندازهٔ کفش مشتری}}",
        "b.size: {definition: {en: How big the shoe is, fa: اندازه ی کفش مشتری}}",
    ).synonyms
    assert found.language == "fa"


@pytest.mark.parametrize(
    ("note", "more"),
    [
        ("another subject", "subject: visitor"),
        ("derived", "origin: inferred, derived_from: [a.size], logic: Guessed"),
        ("its narrative", "kind: metric, narrative: a.size"),
        ("retired", "status: retired"),
    ],
)
def test_what_the_catalog_says_to_belong_together_is_no_synonym(note: str, more: str) -> None:
    assert (
        synonyms("a.size: {definition: Size of a shoe}", f"b.size: {{definition: Size of the shoe, {more}}}")
        == []
    )


def test_a_field_below_another_is_no_synonym() -> None:
    assert synonyms("a.size: {definition: Size of a shoe}", "a.size.b: {definition: Size of the shoe}") == []


def test_parts_of_one_column_are_no_synonyms() -> None:
    assert (
        synonyms(
            "a.one: {definition: Part of the name, sources: {shop.customers.name: {part: given_name}}}",
            "a.two: {definition: A part of the name, sources: {shop.customers.name: {part: family_name}}}",
        )
        == []
    )


def test_names_that_are_spelled_nearly_alike_tell_fields_apart_where_there_are_several() -> None:
    pair = ("a.x: {definition: Depot Lichtenberg}", "b.x: {definition: Depot Lichtenburg}")
    assert len(synonyms(*pair)) == 1
    assert synonyms(*pair, "c.x: {definition: Depot Lichtenborg}") == []


def test_one_label_for_two_meanings_is_told_once_for_all_its_fields() -> None:
    (found,) = across(
        "a.status: {label: Status, definition: How far an order has come}",
        "b.status: {label: status., definition: How far a case has come}",
        "c.status: {label: ' Status', definition: How far a payment has come}",
    ).homonyms
    assert found.label == "Status"
    assert [field.id for field in found.fields] == ["a.status", "b.status", "c.status"]


@pytest.mark.parametrize(
    ("note", "second"),
    [
        ("the same meaning", "b.x: {label: Size, definition: Size of the shoe}"),
        ("another label", "b.x: {label: Width, definition: Width of the shoe}"),
        ("another subject", "b.x: {label: Size, definition: Width of the shoe, subject: visitor}"),
        ("retired", "b.x: {label: Size, definition: Width of the shoe, status: retired}"),
        ("no definition", "b.x: {label: Size}"),
    ],
)
def test_these_are_no_homonyms(note: str, second: str) -> None:
    assert across("a.x: {label: Size, definition: Size of a shoe}", second).homonyms == ()


def test_a_label_that_is_shared_in_both_languages_is_told_once() -> None:
    found = across(
        "a.x: {label: {en: Size, fa: اندازه}, definition: {en: Size of a shoe, fa: اندازهٔ کفش}}",
        "b.x: {label: {en: Size, fa: اندازه}, definition: {en: Size of a shirt, fa: اندازهٔ پیراهن}}",
    )
    assert [one.language for one in found.homonyms] == ["en"]
    assert found.synonyms == ()


def test_fields_that_are_told_as_synonyms_are_no_homonyms_in_another_language() -> None:
    found = across(
        "a.x: {label: {en: Size, fa: اندازه}, definition: {en: Size of a shoe, fa: اندازهٔ کفش}}",
        "b.x: {label: {en: Width, fa: اندازه}, definition: {en: Size of the shoe, fa: پهنای کفش}}",
    )
    assert len(found.synonyms) == 1
    assert found.homonyms == ()


def test_planted_near_duplicates_are_found_and_nothing_else(tmp_path: Path) -> None:
    pairs = plant(tmp_path, 1000, 200)
    catalog = load_catalog(tmp_path).catalog
    found = measure(catalog, pairs)
    assert found.planted == 200
    assert found.recall >= 0.99
    assert found.others == 0
    ids = [name for pair in sorted(pairs)[::14] for name in pair]
    told = {(one.earlier.id, one.field.id) for one in compare_fields(catalog).synonyms}
    assert set(all_pairs(catalog, ids)) <= told


def test_the_example_catalog_has_neither_synonyms_nor_homonyms() -> None:
    found = compare_fields(load_catalog(Path(__file__).parents[3] / "catalog").catalog)
    assert found == ((), ())
