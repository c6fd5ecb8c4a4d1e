"""What stands in a column after a person is erased from a row that stays: nothing, or where the column must
not be empty a value that says nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

from amanat.conflicts.native import read_type
from amanat.model.snapshot import ObservedColumn
from amanat.rights.dialects import Dialect

_EPOCH = "1970-01-01"
_WRITTEN = "erased-"
_ROOM = len(_WRITTEN) + 36
_FEWEST, _DIGEST = 12, 32
"""How many hexadecimal digits of a digest tell rows apart; how many there are."""


class Neutral(NamedTuple):
    """The value to set (SQL), and the condition under which a row still holds another."""

    value: str
    left: str


def neutral(
    column: ObservedColumn, engine: str | None, dialect: Dialect, key: tuple[str, ...], unique: bool
) -> Neutral | None:
    """The value for a column of rows named by `key`; None: there is none that the column surely takes."""
    name = dialect.identifier(column.column)
    if column.nullable:
        return Neutral("NULL", f"{name} IS NOT NULL")
    native = read_type(engine, column.type, column.length, column.precision, column.scale)
    family, length = native.family, native.length
    if unique:
        value = _own(family, length.low if length else 0, dialect, key)
        return None if value is None else Neutral(value, f"{name} <> {value}")
    values = tuple(column.values) or native.values
    if values and family in ("text", None):
        first = column.default if column.default in values else values[0]
        value = dialect.literal(str(first))
        return Neutral(value, f"{name} <> {value}")
    written = {
        "text": "''",
        "binary": "''",
        "integer": "0",
        "decimal": "0",
        "float": "0",
        "boolean": "FALSE",
        "date": f"'{_EPOCH}'",
        "timestamp": f"'{_EPOCH} 00:00:00'",
        "time": "'00:00:00'",
        "json": "'{}'",
        "uuid": "'00000000-0000-0000-0000-000000000000'",
    }.get(family or "")
    if written is None:
        return _default(column, name, dialect)
    shown = dialect.as_text(name) if family == "json" else name
    return Neutral(written, f"{shown} <> {written}")


def _own(family: str | None, length: int, dialect: Dialect, key: tuple[str, ...]) -> str | None:
    """A value that no other row has, made from the key that the row keeps."""
    if len(key) != 1:
        return None
    row = dialect.joined(dialect.literal(_WRITTEN), dialect.as_text(dialect.identifier(key[0])))
    if family == "text" and length >= _ROOM:
        return row
    if family == "text" and length >= _FEWEST:
        return f"substr(md5({row}), 1, {min(length, _DIGEST)})"
    return f"CAST(md5({row}) AS uuid)" if family == "uuid" and dialect.numbered else None


def _default(column: ObservedColumn, name: str, dialect: Dialect) -> Neutral | None:
    """What the engine itself would write, where that is a plain word."""
    if column.default is None or not re.fullmatch(r"\w+", column.default):
        return None
    value = dialect.literal(column.default)
    return Neutral(value, f"{name} <> {value}")
