"""Each check, written once as an expression over a column. sqlglot turns it into the SQL of each engine.

An expression is two conditions over a row: what is counted, and what of that is met. Every value that is not
a number or a moment is compared as text, byte for byte, so that engines with collations of their own count
alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlglot import exp

from amanat.measure.expect import TODAY, Range, day_before
from amanat.measure.wanted import FORMATS, Wanted
from amanat.model.measures import Check

NUMBERS = ("integer", "decimal", "float")
MOMENTS = ("date", "timestamp")
UNCOUNTABLE = ("binary", "json")
"""Families of types whose values nothing but their presence can be asked of."""
_NUMBER = "-?[0-9]{1,30}([.][0-9]{1,30})?"


class Unaskable(Exception):  # noqa: N818 - an answer
    """A check cannot be asked of a column; the message is the reason's name."""


class Cell(NamedTuple):
    """A column of a table as an expression, with the family of its type (None: unknown)."""

    value: exp.Condition
    family: str | None
    empty: tuple[str, ...] = ()

    @property
    def text(self) -> exp.Condition:
        """The value as text."""
        return exp.cast(self.value.copy(), "text")


class Question(NamedTuple):
    """What is counted of a row, what of that is met (`unique`: the text whose different values are counted),
    and the moment whose greatest is asked for."""

    counted: exp.Condition
    met: exp.Condition | None
    distinct: exp.Condition | None = None
    greatest: exp.Condition | None = None


def column(table: str, name: str) -> exp.Condition:
    """A column of a table that has an alias."""
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def literal(text: str) -> exp.Condition:
    """A text."""
    return exp.Literal.string(text)


def filled(cell: Cell) -> exp.Condition:
    """That a value is there: neither NULL nor blank nor one of those that mean nothing."""
    if cell.family in NUMBERS:
        wanted = [exp.Not(this=cell.value.copy().is_(exp.null()))]
        numbers = [number for number in map(_numeral, cell.empty) if number is not None]
        return exp.and_(*wanted, *(exp.NEQ(this=cell.value.copy(), expression=n) for n in numbers))
    if cell.family in UNCOUNTABLE or (cell.family in (*MOMENTS, "boolean") and not cell.empty):
        return exp.Not(this=cell.value.copy().is_(exp.null()))
    if cell.family in MOMENTS:
        there = exp.Not(this=cell.value.copy().is_(exp.null()))
        return exp.and_(there, *_none_of((cell.text, _first(cell.text, 10)), cell.empty))
    visible = exp.NEQ(this=exp.Trim(this=cell.text), expression=literal(""))
    return exp.and_(visible, *_none_of((cell.text,), cell.empty))


def _none_of(shown: Iterable[exp.Condition], empty: tuple[str, ...]) -> list[exp.Condition]:
    if not empty:
        return []
    return [exp.Not(this=exp.In(this=one, expressions=[literal(e) for e in empty])) for one in shown]


def _numeral(text: str) -> exp.Condition | None:
    return exp.cast(literal(text), "decimal(38, 9)") if re.fullmatch(_NUMBER, text) else None


def question(wanted: Wanted, cell: Cell, changed: Cell | None, reached: exp.Condition, day: date) -> Question:
    """What a check asks of each row. `changed` is the cell of the time column, `reached` the key that was
    found in the table referred to (NULL: none). Raises `Unaskable`."""
    here = filled(cell)
    if wanted.check is Check.COMPLETE:
        return Question(exp.true(), here)
    if cell.family in UNCOUNTABLE and wanted.check is not Check.FRESH:
        raise Unaskable("type")
    if wanted.check is Check.UNIQUE:
        return Question(here, None, distinct=normalised(cell.text, forms(wanted)))
    if wanted.check is Check.VALID:
        return Question(here, exp.and_(here.copy(), *_valid(wanted, cell)))
    if wanted.check is Check.IN_CODE_LIST:
        allowed = exp.In(this=cell.text, expressions=[literal(code) for code in wanted.codes])
        return Question(here, exp.and_(here.copy(), allowed))
    if wanted.check is Check.IN_RANGE:
        assert wanted.expected is not None and wanted.expected.range is not None
        return Question(here, exp.and_(here.copy(), _in_range(wanted.expected.range, cell, day)))
    if wanted.check is Check.REFERENTIAL:
        return Question(here, exp.and_(here.copy(), exp.Not(this=reached.is_(exp.null()))))
    return _fresh(wanted, cell if changed is None else changed, day)


def forms(wanted: Wanted) -> tuple[str, ...]:
    """The normal forms in which two values of a field are the same."""
    said = wanted.field.facets.get("normal") or ()
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said),)


def normalised(text: exp.Condition, said: Iterable[str]) -> exp.Condition:
    """A text in its normal form: without spaces around it, and in small letters, in capitals or digits
    only."""
    for form in ("trim", "digits", "lower", "upper"):
        if form not in said:
            continue
        if form == "trim":
            text = exp.Trim(this=text)
        elif form == "digits":
            text = exp.RegexpReplace(
                this=text, expression=literal("[^0-9]"), replacement=literal(""), modifiers=literal("g")
            )
        else:
            text = exp.Lower(this=text) if form == "lower" else exp.Upper(this=text)
    return text


def matches(text: exp.Condition, pattern: str) -> exp.Condition:
    """That a text has the pattern from its first to its last character. (Some engines let `$` stand before a
    last line break, and no format has one.)"""
    whole = exp.RegexpLike(this=text, expression=literal(f"^({pattern})$"))
    broken = exp.Like(this=text.copy(), expression=literal("%\n%"))
    return exp.and_(whole, exp.Not(this=broken))


def _valid(wanted: Wanted, cell: Cell) -> list[exp.Condition]:
    asked = []
    if wanted.format and not _by_type(wanted.format, cell.family):
        asked.append(matches(cell.text, FORMATS[wanted.format]))
    if wanted.length is not None and cell.family not in (*NUMBERS, *MOMENTS):
        length = exp.Length(this=cell.text)
        asked.append(exp.LTE(this=length, expression=exp.Literal.number(wanted.length)))
    return asked


def _by_type(format: str, family: str | None) -> bool:
    """Whether the type alone gives the format."""
    return (format == "number" and family in NUMBERS) or (format == "date" and family in MOMENTS)


def _in_range(bounds: Range, cell: Cell, day: date) -> exp.Condition:
    if bounds.of_days:
        return _between_days(bounds, cell, day)
    if cell.family in (*MOMENTS, "boolean"):
        raise Unaskable("type")
    value: exp.Condition = cell.value.copy()
    asked = []
    if cell.family not in NUMBERS:
        number = exp.TryCast(this=cell.text, to=exp.DataType.build("double"))
        value = exp.Case().when(matches(cell.text, _NUMBER), number)
    for bound, compare in ((bounds.low, exp.GTE), (bounds.high, exp.LTE)):
        if bound:
            negative = bound.startswith("-")
            digits = exp.Literal.number(bound.removeprefix("-"))
            edge = exp.Neg(this=digits) if negative else digits
            asked.append(compare(this=value.copy(), expression=edge))
    return exp.and_(*asked)


def _between_days(bounds: Range, cell: Cell, day: date) -> exp.Condition:
    value = _moment(cell)
    asked: list[exp.Condition] = []
    if bounds.low:
        asked.append(exp.GTE(this=value.copy(), expression=_edge(cell, _day(bounds.low, day))))
    if bounds.high:
        after = _day(bounds.high, day) + timedelta(days=1)
        asked.append(exp.LT(this=value.copy(), expression=_edge(cell, after)))
    return exp.and_(*asked)


def _day(bound: str, day: date) -> date:
    return day if bound == TODAY else date.fromisoformat(bound)


def _moment(cell: Cell) -> exp.Condition:
    """A value that can be compared with a day: as it is, or the day that a text begins with."""
    if cell.family in MOMENTS:
        return cell.value.copy()
    if cell.family in NUMBERS or cell.family in (*UNCOUNTABLE, "boolean", "uuid", "time"):
        raise Unaskable("no_time")
    start = _first(cell.text, 10)
    return exp.Case().when(matches(start, FORMATS["date"]), start.copy())


def _edge(cell: Cell, day: date) -> exp.Condition:
    shown = literal(day.isoformat())
    return exp.cast(shown, "date") if cell.family in MOMENTS else shown


def _first(text: exp.Condition, number: int) -> exp.Condition:
    return exp.Substring(this=text, start=exp.Literal.number(1), length=exp.Literal.number(number))


def _fresh(wanted: Wanted, cell: Cell, day: date) -> Question:
    assert wanted.expected is not None and wanted.expected.period is not None
    oldest = day_before(day, wanted.expected.period)
    if oldest is None:
        raise Unaskable("unreadable")
    moment = _moment(cell)
    here: exp.Condition = exp.Not(this=moment.copy().is_(exp.null()))
    if cell.family in MOMENTS:
        here = exp.and_(here, filled(cell))
    young = exp.GTE(this=moment.copy(), expression=_edge(cell, oldest))
    return Question(here, exp.and_(here.copy(), young), greatest=moment)
