"""Expectations as people write them, and what meets them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from amanat.measure.expect import Expectation, Range, day_before, read

READ = [
    ("complete", "98%", Expectation("98%", Decimal(98))),
    ("unique", "99.95 %", Expectation("99.95 %", Decimal("99.95"))),
    ("fresh", "P1D", Expectation("P1D", period="P1D", newest=True)),
    ("fresh", "95% within P2Y", Expectation("95% within P2Y", Decimal(95), period="P2Y")),
    ("in_range", "0-50000", Expectation("0-50000", range=Range("0", "50000"))),
    ("in_range", "-5..-1.5", Expectation("-5..-1.5", range=Range("-5", "-1.5"))),
    ("in_range", "..100", Expectation("..100", range=Range("", "100"))),
    (
        "in_range",
        "99% within 1900-01-01..today",
        Expectation("99% within 1900-01-01..today", Decimal(99), range=Range("1900-01-01", "today")),
    ),
]


@pytest.mark.parametrize(("dimension", "written", "meant"), READ)
def test_what_is_written_is_read(dimension: str, written: str, meant: Expectation) -> None:
    assert read(dimension, written) == meant


@pytest.mark.parametrize(
    ("dimension", "written"),
    [
        ("complete", "much"),
        ("complete", "101%"),
        ("valid", "P1D"),
        ("in_range", ".."),
        ("in_range", "5"),
        ("in_range", "0..2026-01-01"),
        ("in_range", "2026-02-30..today"),
        ("in_range", "most within 0..1"),
        ("fresh", "101% within P1D"),
    ],
)
def test_what_means_nothing_is_not_read(dimension: str, written: str) -> None:
    assert read(dimension, written) is None


def test_a_share_is_met_exactly_and_not_by_rounding() -> None:
    expected = read("valid", "99.9%")
    assert expected is not None
    assert expected.met_by(999, 1000)
    assert not expected.met_by(998, 1000)
    assert not Expectation("100%").met_by(10**15 - 1, 10**15)


@pytest.mark.parametrize(
    ("period", "before"),
    [("P1D", date(2028, 2, 28)), ("P1Y", date(2027, 2, 28)), ("P2W", date(2028, 2, 15)), ("P9999Y", None)],
)
def test_a_period_goes_back_by_the_calendar(period: str, before: date | None) -> None:
    assert day_before(date(2028, 2, 29), period) == before
