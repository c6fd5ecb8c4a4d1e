"""The small tables and functions that rules stand on."""

from __future__ import annotations

import pytest

from amanat.model.countries import ADEQUATE, CERTIFIED_ONLY, EEA, is_third
from amanat.rules.durations import is_endless
from amanat.rules.vague import is_vague
from amanat.rules.wording import counted, joined, listing, without


def test_no_country_is_in_two_tables() -> None:
    assert not EEA & ADEQUATE.keys()
    assert not EEA & CERTIFIED_ONLY.keys()
    assert not ADEQUATE.keys() & CERTIFIED_ONLY.keys()


def test_every_decision_is_named_with_its_number() -> None:
    for decision in (*ADEQUATE.values(), *CERTIFIED_ONLY.values()):
        assert "Decision" in decision
        assert any(character.isdigit() for character in decision)


@pytest.mark.parametrize("country", ["DE", "IE", "NO", "RE", "CH", "GB", "KR", "JP"])
def test_data_stays_protected_in_the_eea_and_by_decision(country: str) -> None:
    assert not is_third(country)


@pytest.mark.parametrize("country", ["US", "IN", "IR", "CN", "TR", "AE", "RU"])
def test_elsewhere_a_mechanism_is_needed(country: str) -> None:
    assert is_third(country)


@pytest.mark.parametrize(
    "reason",
    [
        "Business purposes",
        "to improve our services",
        "Other",
        "various",
        "as required",
        "Marketing",
        "Future research.",
        "For legitimate interests of the company",
        "TODO",
        "-",
        "سایر",
        "موارد دیگر",
        "بهبود خدمات",
        "ارائهٔ خدمات بهتر به کاربران",
        "مقاصد تجاری",
        "بهبود كيفيت خدمات",
    ],
)
def test_reason_that_fits_anything_is_vague(reason: str) -> None:
    assert is_vague(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "To deliver what the customer ordered",
        "To send the newsletter to people who asked for it",
        "To answer questions",
        "To keep invoices as tax law demands",
        "To stop fraud",
        "برای فرستادن سفارش",
        "پاسخ به پرسش مشتری",
        "نگهداری فاکتورها به حکم قانون مالیات",
    ],
)
def test_reason_that_says_what_is_done_is_not_vague(reason: str) -> None:
    assert not is_vague(reason)


@pytest.mark.parametrize("keep", ["forever", "Indefinitely", " unlimited ", "P100Y", "P999Y6M", "دائمی"])
def test_period_without_end(keep: str) -> None:
    assert is_endless(keep)


@pytest.mark.parametrize("keep", ["P3Y", "P99Y", "P30D", "P1200M", "three years", ""])
def test_period_that_ends_or_is_none(keep: str) -> None:
    assert not is_endless(keep)


def test_lists_in_sentences() -> None:
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert listing(["a", "b", "c", "d"]) == "`a`, `b`, `c` and 1 more"
    assert (counted(1, "field"), counted(0, "field")) == ("1 field", "0 fields")


def test_examples_lose_only_the_lines_of_a_key() -> None:
    assert without("fields:\n  a:\n    owner: x\n    label: y\n", "owner") == "fields:\n  a:\n    label: y\n"
