"""Values that a CHECK condition allows in a column, such as `status IN ('new', 'paid')`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any


def allowed(conditions: Iterable[str], dialect: str | None) -> Mapping[str, tuple[str, ...]]:
    """The columns whose values the conditions list, with these values. Conditions are SQL expressions as the
    engine tells them, with or without `CHECK`. One that says anything else about a column (a range, another
    column, a negation) lists nothing; where two list values of a column, it may hold what both allow."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    found: dict[str, tuple[str, ...]] = {}
    log = logging.getLogger("sqlglot")
    before = log.level
    log.setLevel(logging.CRITICAL)  # what it does not know is no matter of the reader's
    try:
        for condition in conditions:
            text = condition.strip()
            text = text[5:] if text[:5].upper() == "CHECK" else text
            try:
                parsed = sqlglot.parse_one(text, read=dialect)
            except (SqlglotError, ValueError, RecursionError):
                continue
            for column, values in of_condition(parsed).items():
                both = [value for value in found[column] if value in values] if column in found else values
                found[column] = tuple(dict.fromkeys(both))
    finally:
        log.setLevel(before)
    return found


def of_condition(condition: Any) -> Mapping[str, list[str]]:
    """The same of one condition that sqlglot parsed."""
    from sqlglot import exp

    found: dict[str, list[str]] = {}
    waiting = [condition]
    while waiting:
        one = _bare(waiting.pop())
        if isinstance(one, exp.And):
            waiting += [one.left, one.right]
            continue
        listed = _listed(one)
        if listed is not None:
            column, values = listed
            found[column] = [value for value in found.get(column, values) if value in values]
    return found


def _listed(one: Any) -> tuple[str, list[str]] | None:
    """The column and the values of `c IN (…)`, `c = ANY (ARRAY[…])`, `c = …`, and of several of them with OR
    between, of which one may be `c IS NULL`."""
    from sqlglot import exp

    if isinstance(one, exp.Or):
        left, right = _bare(one.left), _bare(one.right)
        sides = [_listed(side) for side in (left, right) if not _is_null(side)]
        names = {side[0] for side in sides if side is not None}
        nulls = {_null_of(side) for side in (left, right) if _is_null(side)}
        if None in sides or not sides or len(names | nulls) != 1:
            return None
        return names.pop(), [value for side in sides if side is not None for value in side[1]]
    values: list[Any]
    if isinstance(one, exp.In) and one.expressions:
        target, values = one.this, one.expressions
    elif isinstance(one, exp.EQ):
        right = _bare(one.expression)
        target = one.this
        if isinstance(right, exp.Any):
            array = _bare(right.this)
            values = array.expressions if isinstance(array, exp.Array) else []
        else:
            values = [right]
    else:
        return None
    column = _uncast(target)
    texts = [_text(_bare(value)) for value in values]
    if not isinstance(column, exp.Column) or not texts or None in texts:
        return None
    return column.name, [text for text in texts if text is not None]


def _bare(one: Any) -> Any:
    """The expression without parentheses, casts and the name of a character set around it."""
    from sqlglot import exp

    while isinstance(one, exp.Paren | exp.Cast | exp.Introducer):
        one = one.expression if isinstance(one, exp.Introducer) else one.this
    return one


def _uncast(one: Any) -> Any:
    """A column without parentheses and casts to text around it: any other cast makes other values of it."""
    from sqlglot import exp

    while isinstance(one, exp.Paren) or (isinstance(one, exp.Cast) and one.is_type(*exp.DataType.TEXT_TYPES)):
        one = one.this
    return one


def _text(value: Any) -> str | None:
    from sqlglot import exp

    if isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal) and not value.this.is_string:
        return f"-{value.this.this}"
    return str(value.this) if isinstance(value, exp.Literal) else None


def _is_null(one: Any) -> bool:
    return _null_of(one) is not None


def _null_of(one: Any) -> str | None:
    """The column that may be NULL, by `c IS NULL`."""
    from sqlglot import exp

    if isinstance(one, exp.Is) and isinstance(one.expression, exp.Null):
        column = _uncast(one.this)
        return str(column.name) if isinstance(column, exp.Column) else None
    return None
