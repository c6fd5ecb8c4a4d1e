"""What one value goes through before it may win: nothing, codes, normal forms, validity. The reference in
plain Python; `targets` says the same in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from amanat.golden.formats import PATTERNS
from amanat.golden.plan import NUMBERS, Candidate, Plan

BLANK = " \t\n\r"
"""The characters that `trim` takes away, and of which a blank value consists."""
NO_NUMBER = ("nan", "inf", "-inf", "infinity", "-infinity")
TRUE = ("1", "t", "true", "y", "yes")
FALSE = ("0", "f", "false", "n", "no")
OTHER_DIGITS = "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩"
"""Persian and Arabic digits: `digits` turns them into 0 to 9."""
_DIGITS = str.maketrans(OTHER_DIGITS, "01234567890123456789")


class State(StrEnum):
    """Whether a value may win, or why it may not."""

    OK = "ok"
    EMPTY = "empty"
    UNMAPPED = "unmapped"
    INVALID = "invalid"


class Judged(NamedTuple):
    """A value made canonical. `compared` is the form in which two values are equal."""

    state: State
    value: str
    compared: str


def judge(plan: Plan, candidate: Candidate, raw: str | None, changed: datetime | None, today: date) -> Judged:
    """Judge the text of a cell (None: NULL)."""
    if raw is None or not raw.strip(BLANK):
        return _out(State.EMPTY)
    text = plain_number(raw) if candidate.kind in NUMBERS else raw
    if text in candidate.empty:
        return _out(State.EMPTY)
    if candidate.kind in NUMBERS and text.lower() in NO_NUMBER:
        return _out(State.INVALID)
    if candidate.codes is not None:
        code = candidate.codes.get(text)
        if code is None:
            return _out(State.UNMAPPED)
        text = code
    elif plan.boolean:
        text = _truth(text)
    value = normalised(text, candidate.normal)
    if not value.strip(BLANK):
        return _out(State.EMPTY)
    if not _is_valid(plan, value, changed, today):
        return _out(State.INVALID)
    return Judged(State.OK, value, normalised(value, plan.compared))


def _out(state: State) -> Judged:
    return Judged(state, "", "")


def _truth(text: str) -> str:
    lower = text.lower()
    return "true" if lower in TRUE else "false" if lower in FALSE else text


def _is_valid(plan: Plan, value: str, changed: datetime | None, today: date) -> bool:
    asked = plan.valid
    if asked.matches is not None and not re.fullmatch(PATTERNS[asked.matches], value):
        return False
    if asked.min_length is not None and len(value) < asked.min_length:
        return False
    if asked.max_length is not None and len(value) > asked.max_length:
        return False
    if plan.allowed is not None and value not in plan.allowed:
        return False
    if asked.not_older_than is None:
        return True
    return changed is not None and changed >= datetime.combine(before(today, asked.not_older_than), time())


def normalised(text: str, forms: Iterable[str]) -> str:
    """The text in normal forms, one after the other."""
    for form in forms:
        if form == "trim":
            text = text.strip(BLANK)
        elif form == "lower":
            text = text.lower()
        elif form == "upper":
            text = text.upper()
        elif form == "digits":
            text = re.sub("[^0-9]", "", text.translate(_DIGITS))
    return text


def plain_number(text: str) -> str:
    """A number without zeros that only fill up its decimals: `1.50` is `1.5`, `2.0` is `2`."""
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text.lower() else text


class Period(NamedTuple):
    """A period in months and days."""

    months: int
    days: int


def period(written: str) -> Period:
    """A period such as `P2Y` or `P1M15D`, as the schema lets it be written."""
    found = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", written)
    if found is None:
        raise ValueError(written)
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return Period(12 * years + months, 7 * weeks + days)


def before(day: date, written: str) -> date:
    """The day that lies a period before another; a month without that day ends on its last. The first day
    of the calendar where it lies before that."""
    back = period(written)
    months = day.year * 12 + day.month - 1 - back.months
    if months < 12:
        return date.min
    year, month = divmod(months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(1)).day
    moved = date(year, month + 1, min(day.day, last))
    return moved - timedelta(back.days) if (moved - date.min).days >= back.days else date.min
