"""Days of which the answer is known."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.retention.days import FISCAL_YEAR_END, Calendar, cutoff, last_day

G, J = Calendar.GREGORIAN, Calendar.JALALI


@pytest.mark.parametrize(
    ("event", "keep", "trigger", "calendar", "last"),
    [
        ("2024-01-31", "P1M", "collected", G, "2024-02-29"),
        ("2023-01-31", "P1M", "collected", G, "2023-02-28"),
        ("2024-02-29", "P1Y", "collected", G, "2025-02-28"),
        ("2024-02-29", "P4Y", "collected", G, "2028-02-29"),
        ("2023-08-31", "P6M", "collected", G, "2024-02-29"),
        ("2026-03-01", "P8Y", FISCAL_YEAR_END, G, "2034-12-31"),
        ("2026-12-31", "P8Y", FISCAL_YEAR_END, G, "2034-12-31"),
        # 30 Esfand 1403, a leap year, and a year: 29 Esfand 1404.
        ("2025-03-20", "P1Y", FISCAL_YEAR_END, J, "2026-03-20"),
        # 1 Farvardin 1404 belongs to the year that ends on 29 Esfand 1404; four years later is a leap year's 29th.
        ("2025-03-21", "P4Y", FISCAL_YEAR_END, J, "2030-03-19"),
        ("2016-03-20", "P10Y", FISCAL_YEAR_END, J, "2027-03-20"),
    ],
)
def test_the_last_day(event: str, keep: str, trigger: str, calendar: Calendar, last: str) -> None:
    found = last_day(date.fromisoformat(event), keep, trigger, calendar)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize("keep", ["PT1H", "three years", "P1Y2", ""])
def test_what_is_no_period_of_whole_days_has_no_day(keep: str) -> None:
    assert last_day(date(2026, 1, 1), keep, "collected", G) is None
    assert cutoff(date(2026, 1, 1), keep, "collected", G) is None
    assert last_day(date(2026, 1, 1), keep, FISCAL_YEAR_END, J) is None


def test_a_row_is_due_on_the_day_after_its_last() -> None:
    assert cutoff(date(2026, 11, 27), "P3Y", "collected", G) == date(2023, 11, 26)
    assert cutoff(date(2024, 3, 1), "P1M", "collected", G) == date(2024, 1, 31), (
        "the 29th, 30th and 31st end together"
    )
    assert cutoff(date(2026, 12, 31), "P8Y", FISCAL_YEAR_END, G) == date(2017, 12, 31)
    assert cutoff(date(2027, 3, 20), "P10Y", FISCAL_YEAR_END, J) == date(2016, 3, 19)
    assert cutoff(date(2027, 3, 21), "P10Y", FISCAL_YEAR_END, J) == date(2017, 3, 20)
