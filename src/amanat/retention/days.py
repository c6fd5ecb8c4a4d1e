"""From the day of an event to the last day on which data is kept, and back.

A period is added up forwards, as laws count; a month that is too short ends on its last day. A fiscal year is
taken to be a calendar year: the Gregorian one, in Iran the Jalali one (Direct Taxes Act, Art. 155),
whose last
month has 29 days or 30, so that its end is an event and no fixed day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from amanat.conflicts.durations import after

FISCAL_YEAR_END = "fiscal_year_end"
_PERIOD = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


class Calendar(StrEnum):
    """By which calendar years end and are counted."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


def calendar_of(trigger: str | None, jurisdiction: str) -> Calendar:
    """The calendar in which a period is counted. Periods of ISO 8601 are Gregorian; only those that begin
    with the end of an Iranian fiscal year are counted in years of the same kind."""
    iranian = jurisdiction == "IR" or jurisdiction.startswith("IR-")
    return Calendar.JALALI if iranian and trigger == FISCAL_YEAR_END else Calendar.GREGORIAN


def year_end(day: date, calendar: Calendar) -> date:
    """The last day of the year in which a day lies. Raises `ValueError` beyond the calendar."""
    if calendar is Calendar.GREGORIAN:
        return date(day.year, 12, 31)
    jalali = _jalali_date()

    year = jalali(day).year
    return _jalali(year, 12, 30)


def last_day(event: date, keep: str, trigger: str | None, calendar: Calendar) -> date | None:
    """The last day on which data is kept that counts from an event; it is due on the day after. None for a
    period that is none of whole days, and where the calendar ends before."""
    try:
        start = year_end(event, calendar) if trigger == FISCAL_YEAR_END else event
        if calendar is Calendar.GREGORIAN:
            return after(start, keep)
        return _jalali_after(start, keep)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def cutoff(as_of: date, keep: str, trigger: str | None, calendar: Calendar) -> date | None:
    """The latest day of an event whose period is over on `as_of`: rows of that day or an earlier one are due.
    None for a period that is none of whole days, and where no day is that early.

    A later event never ends earlier, so the day is found by halving.
    """
    if last_day(date(2000, 1, 1), keep, trigger, calendar) is None:
        return None
    low, high = _first(calendar), as_of.toordinal()
    if not _over(low, as_of, keep, trigger, calendar):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _over(middle, as_of, keep, trigger, calendar):
            low = middle
        else:
            high = middle
    return date.fromordinal(low)


def _over(ordinal: int, as_of: date, keep: str, trigger: str | None, calendar: Calendar) -> bool:
    last = last_day(date.fromordinal(ordinal), keep, trigger, calendar)
    return last is not None and last < as_of


def _first(calendar: Calendar) -> int:
    """The first day that the calendar counts, as an ordinal: 1 Farvardin of the year 1 for the Jalali one."""
    return date.min.toordinal() if calendar is Calendar.GREGORIAN else date(622, 3, 22).toordinal()


def _jalali_after(start: date, keep: str) -> date | None:
    """A period after a day, with its years and months counted in the Jalali calendar."""
    found = _PERIOD.fullmatch(keep)
    if found is None:
        return after(start, keep)
    jalali = _jalali_date()

    years, months, weeks, days = (int(part or 0) for part in found.groups())
    day: Any = jalali(start)
    total = day.year * 12 + day.month - 1 + years * 12 + months
    return _jalali(total // 12, total % 12 + 1, day.day) + timedelta(weeks=weeks, days=days)


def _jalali(year: int, month: int, day: int) -> date:
    """A Jalali day as a date, clamped to the last day of its month."""
    jalali = _jalali_date()

    last = 31 if month <= 6 else 30 if month < 12 or jalali.is_leap(year) else 29
    result: date = jalali(year, month, min(day, last)).to_gregorian()
    return result


def _jalali_date() -> Any:
    """The class of Jalali days, imported where it is needed."""
    from persiantools.jdatetime import JalaliDate

    return JalaliDate
