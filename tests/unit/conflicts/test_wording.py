"""Texts that read alike, differ, or turn a meaning round, in English and Persian."""

from __future__ import annotations

import csv

import pytest

from amanat.conflicts.folding import fold
from amanat.conflicts.wording import OPPOSITES, differing, similarity
from tests.unit.conflicts.samples import CASES

with (CASES / "wording.csv").open(encoding="utf-8", newline="") as _table:
    ROWS = list(csv.DictReader(_table))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']}: {row['note']}")
@pytest.mark.parametrize("turned", [False, True], ids=["as written", "turned"])
def test_two_texts_compare_as_a_reader_takes_them(row: dict[str, str], turned: bool) -> None:
    one, other = (row["second"], row["first"]) if turned else (row["first"], row["second"])
    found = differing(one, other)
    if found is None:
        verdict = "same"
    elif found.opposites is not None:
        verdict = "opposite"
    else:
        verdict = "alike" if found.close else "other"
    assert verdict == row["verdict"]


def test_the_words_that_differ_are_shown_as_they_are_written() -> None:
    found = differing("Address of the Customer's home", "Address of the Firm's home")
    assert found is not None
    assert (found.only_first, found.only_second) == (("Customer's",), ("Firm's",))


def test_opposites_are_told_by_name() -> None:
    found = differing("Gross price of the order", "Net price of the order")
    assert found is not None
    assert found.opposites == ("gross", "net")


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_no_pair_of_opposites_folds_into_one_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_likeness_is_one_for_the_same_words_and_zero_for_none_in_common() -> None:
    assert similarity("a b c", "A B C") == 1.0
    assert similarity("a b c", "x y z") == 0.0


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Total   price. ", "total price"),
        ("ﬁnal", "final"),
        ("كتاب‌هاي", "کتابهای"),
        ("۱۲۳٤٥", "12345"),
        ("ـــسلامـــ", "سلام"),
        ("\u202bنام\u202c", "نام"),
        ("STRASSE", "strasse"),
        ("", ""),
    ],
)
def test_folding_takes_away_what_a_reader_does_not_see(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_twice_changes_nothing_more() -> None:
    for row in ROWS:
        assert fold(fold(row["first"])) == fold(row["first"])
