"""The order of periods and the arithmetic of days, over drawn periods and days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amanat.model.resources import Retention, RetentionBasis, RetentionRule
from amanat.model.values import RetentionId, SourceId
from amanat.retention.days import FISCAL_YEAR_END, Calendar, cutoff, last_day, year_end
from amanat.retention.terms import Statement, compared, last_of, longest, shortest, simplest, unordered
from amanat.text import Place

DAYS = st.dates(date(1950, 1, 1), date(2200, 12, 31))
PERIODS = st.one_of(
    st.builds("P{}Y".format, st.integers(0, 12)),
    st.builds("P{}M".format, st.integers(0, 150)),
    st.builds("P{}D".format, st.integers(0, 4400)),
    st.builds("P{}Y{}M".format, st.integers(0, 9), st.integers(0, 24)),
)
CLOSE = st.sampled_from(
    ["P3Y", "P36M", "P1095D", "P1096D", "P1097D", "P1094D", "P1M", "P30D", "P31D", "P28D"]
)
TRIGGERS = st.sampled_from(["collected", FISCAL_YEAR_END])
CALENDARS = st.sampled_from(list(Calendar))


def said(keep: str, name: str = "a", trigger: str = "collected") -> Statement:
    """A statement with a period."""
    basis = RetentionBasis("business", None, {"en": "so"})
    rule = RetentionRule(keep, trigger, (SourceId("shop.t.day"),), "delete", basis)
    place = Place("x.yaml", ("retention", name))
    policy = Retention(RetentionId(name), place, {}, rule, False, {}, None, {}, frozenset())
    return Statement(policy, "*", ())


def ends(statements: Iterable[Statement], day: date) -> list[date]:
    """The last days that statements have."""
    return [end for one in statements if (end := one.last_day(day)) is not None]


def many(periods: list[str]) -> list[Statement]:
    return [said(keep, f"p{number}") for number, keep in enumerate(periods)]


@given(DAYS, st.one_of(PERIODS, CLOSE), st.one_of(PERIODS, CLOSE))
def test_what_is_called_shorter_never_ends_later(day: date, one: str, other: str) -> None:
    sign = compared(said(one), said(other, "b"))
    first, second = ends([said(one), said(other, "b")], day)
    if sign == -1:
        assert first <= second
    elif sign == 0:
        assert first == second
    elif sign == 1:
        assert first >= second
    back = compared(said(other, "b"), said(one))
    assert back == (None if sign is None else -sign)


def test_three_years_and_1095_days_are_not_compared() -> None:
    assert compared(said("P3Y"), said("P1095D", "b")) is None
    assert unordered(said("P3Y"), said("P1095D", "b"))
    # Both are right: which is longer depends on the day.
    leap, plain = date(2023, 6, 1), date(2021, 3, 1)
    assert said("P3Y").last_day(leap) == date(2026, 6, 1) and said("P1095D").last_day(leap) == date(
        2026, 5, 31
    )
    assert said("P3Y").last_day(date(2024, 3, 1)) == said("P1095D").last_day(date(2024, 3, 1))
    assert plain < leap
    assert longest(many(["P3Y", "P1095D"])) == tuple(many(["P3Y", "P1095D"]))


def test_periods_of_different_events_are_never_compared() -> None:
    assert compared(said("P1Y"), said("P9Y", "b", "last_contact")) is None
    assert not unordered(said("P1Y"), said("P9Y", "b", "last_contact"))


@given(st.lists(st.one_of(PERIODS, CLOSE), min_size=1, max_size=6), DAYS)
def test_the_longest_outlast_and_the_shortest_precede_all(periods: list[str], day: date) -> None:
    all_of = many(periods)
    assert max(ends(longest(all_of), day)) == max(ends(all_of, day))
    assert min(ends(shortest(all_of), day)) == min(ends(all_of, day))
    assert longest(longest(all_of)) == longest(all_of)


@given(st.lists(st.lists(st.one_of(PERIODS, CLOSE), min_size=1, max_size=3), min_size=1, max_size=4), DAYS)
def test_simpler_clauses_end_on_the_same_day(drawn: list[list[str]], day: date) -> None:
    clauses = [
        tuple(said(keep, f"{row}-{n}") for n, keep in enumerate(periods)) for row, periods in enumerate(drawn)
    ]
    simpler = simplest(clauses)
    assert last_of(simpler, day) == last_of(clauses, day)
    assert len(simpler) <= len(clauses)


@settings(max_examples=200)
@given(DAYS, PERIODS, TRIGGERS, CALENDARS)
def test_the_cutoff_parts_what_is_over_from_what_is_not(
    as_of: date, keep: str, trigger: str, calendar: Calendar
) -> None:
    day = cutoff(as_of, keep, trigger, calendar)
    assume(day is not None)
    assert day is not None
    last, after = (last_day(one, keep, trigger, calendar) for one in (day, day + timedelta(days=1)))
    assert last is not None and last < as_of, "its last day is past"
    assert after is None or after >= as_of, "the next day's is not"


@given(DAYS, DAYS, PERIODS, TRIGGERS, CALENDARS)
def test_a_later_event_never_ends_earlier(
    one: date, other: date, keep: str, trigger: str, calendar: Calendar
) -> None:
    first, second = (last_day(day, keep, trigger, calendar) for day in sorted((one, other)))
    assert first is not None and second is not None and first <= second


@given(DAYS)
def test_every_jalali_year_ends_on_the_eve_of_nowruz(day: date) -> None:
    from persiantools.jdatetime import JalaliDate

    jalali: Any = JalaliDate
    end = year_end(day, Calendar.JALALI)
    assert day <= end < day + timedelta(days=366)
    eve = jalali(end)
    assert (eve.month, eve.day) in ((12, 29), (12, 30))
    following = jalali(end + timedelta(days=1))
    assert (following.month, following.day) == (1, 1)
