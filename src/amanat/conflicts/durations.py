"""ISO 8601 durations are only partly ordered: a month has 28 to 31 days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

_REFERENCES = (datetime(1696, 9, 1), datetime(1697, 2, 1), datetime(1903, 3, 1), datetime(1903, 7, 1))
"""The four moments by which XML Schema orders durations (Part 2: Datatypes, 3.2.6.2)."""


@lru_cache(maxsize=4096)
def _ends(text: str) -> tuple[datetime, ...] | None:
    """When the duration ends, counted from each of the reference moments; None for no duration."""
    import isodate

    try:
        length: Any = isodate.parse_duration(text)
        return tuple(start + length for start in _REFERENCES)
    except (isodate.ISO8601Error, ValueError, OverflowError, TypeError, ArithmeticError):
        return None


def order(first: str, second: str) -> int | None:
    """-1, 0 or 1 as the first duration is shorter, equally long or longer; None when they cannot be ordered
    (`P3Y` and `P1095D`) or one of them is not a duration."""
    ends, others = _ends(first), _ends(second)
    if ends is None or others is None:
        return None
    signs = {(a > b) - (a < b) for a, b in zip(ends, others, strict=True)}
    if 1 in signs and -1 in signs:
        return None
    if len(signs) == 1:
        return signs.pop()
    return None


def apart(first: str, second: str) -> timedelta | None:
    """The most by which two durations can differ; None when one of them is not a duration."""
    ends, others = _ends(first), _ends(second)
    if ends is None or others is None:
        return None
    return max(abs(a - b) for a, b in zip(ends, others, strict=True))


def after(day: date, period: str) -> date | None:
    """The day that lies a period after another; None for no duration, one of parts of a day or a negative
    one, and where the calendar ends before."""
    import isodate

    try:
        length: Any = isodate.parse_duration(period)
        end = datetime(day.year, day.month, day.day) + length
    except (isodate.ISO8601Error, ValueError, OverflowError, TypeError, ArithmeticError):
        return None
    return end.date() if end.time() == datetime.min.time() and end.date() >= day else None
