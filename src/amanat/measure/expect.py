"""Expectations as people write them (`98%`, `P1D`, `99% within 0..100`), read into numbers and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from amanat.load.entries import is_date

ALL = Decimal(100)
TODAY = "today"
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%", re.ASCII)
_WITHIN = re.compile(r"(?:(?P<share>.+?%) within )?(?P<rest>.+)", re.ASCII)
_WHOLE = re.compile(r"(\d+)-(\d+)", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Range:
    """Least and greatest value, both inclusive; "" where there is none. Numbers, or days (ISO 8601, or
    `today`: the day of measuring)."""

    low: str
    high: str

    @property
    def of_days(self) -> bool:
        """Whether the bounds are days."""
        return not any(_NUMBER.fullmatch(bound) for bound in (self.low, self.high))


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected: at least this share in percent, of values in a range or no older than a period (ISO
    8601). `newest`: only the newest value must be within the period."""

    written: str
    at_least: Decimal = ALL
    period: str | None = None
    newest: bool = False
    range: Range | None = None

    def met_by(self, met: int, counted: int) -> bool:
        """Whether so many of so many are enough."""
        return Decimal(met) * 100 >= self.at_least * counted


def read(dimension: str, written: object) -> Expectation | None:
    """An expectation; None where it cannot be read, which the schema tells."""
    text = str(written).strip()
    if dimension not in ("fresh", "in_range"):
        share = _share(text)
        return None if share is None else Expectation(text, share)
    found = _WITHIN.fullmatch(text)
    share = _share(found["share"]) if found and found["share"] else ALL
    if found is None or share is None:
        return None
    if dimension == "fresh":
        return Expectation(text, share, period=found["rest"], newest=not found["share"])
    range_ = _range(found["rest"])
    return None if range_ is None else Expectation(text, share, range=range_)


def _share(text: str) -> Decimal | None:
    found = _SHARE.fullmatch(text)
    return Decimal(found.group(1)) if found and Decimal(found.group(1)) <= ALL else None


def _range(text: str) -> Range | None:
    whole = _WHOLE.fullmatch(text)
    low, dots, high = (whole[1], "..", whole[2]) if whole else text.partition("..")
    bounds = [bound for bound in (low, high) if bound]
    numbers = [bound for bound in bounds if _NUMBER.fullmatch(bound)]
    days = [bound for bound in bounds if bound == TODAY or is_date(bound)]
    if not dots or not bounds or bounds not in (numbers, days):
        return None
    return Range(low, high)


def day_before(day: date, period: str) -> date | None:
    """The day so long before another; None where the period cannot be read or leads out of the calendar."""
    import isodate

    try:
        length: Any = isodate.parse_duration(period)
        found = day - length
    except (isodate.ISO8601Error, ValueError, OverflowError, TypeError, ArithmeticError):
        return None
    return date(found.year, found.month, found.day)
