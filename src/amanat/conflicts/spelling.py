"""How a native type is spelled: its name and parameters, as sqlglot's parser reads a column of the engine.

A column is parsed and not a type alone, because a type's parser passes over what it does not know (it reads
`int foo[]` as an `int`). What is not read to its end is no type.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_LONG_TYPE = 4000
_LONG_NUMBER = 12


class Spelled(NamedTuple):
    """sqlglot's name of a type ("": none), its numeric parameters, other parameters in capitals, and
    enumerated values."""

    name: str
    numbers: tuple[int, ...] = ()
    options: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


NOTHING = Spelled("")

_SYNONYMS: dict[str, dict[str, str]] = {
    "postgres": {"serial2": "smallserial", "serial4": "serial", "serial8": "bigserial"},
    "mysql": {
        "serial": "bigint unsigned",
        "long": "mediumtext",
        "long varchar": "mediumtext",
        "long varbinary": "mediumblob",
        "clob": "longtext",
        "char byte": "binary",
    },
    "oracle": {
        "long": "clob",
        "nclob": "clob",
        "blob": "longblob",
        "long raw": "longblob",
        "raw": "varbinary",
    },
    "tsql": {"sysname": "nvarchar(128)"},
}
"""Names that an engine documents as meaning another type, where the parser does not know it or reads it as a
type of another engine (Oracle's LONG is a text, not a long integer)."""

_NAME_AND_REST = re.compile(r"\s*([a-z][a-z0-9_ ]*?)\s*(\(.*\))?\s*", re.IGNORECASE | re.DOTALL)
_NAMED_ENUM = re.compile(r"enum\s+[\w.\"]+", re.IGNORECASE)


@lru_cache(maxsize=8192)  # a company's columns have few types, each written very many times
def spelled_as(dialect: str, text: str) -> Spelled:
    """What a type's text says in a dialect; nothing where it is no type that the parser knows. Never
    raises."""
    text = _synonym(dialect, text.strip())
    if not text or (len(text) > _LONG_TYPE and not text.lower().startswith(("enum", "set"))):
        return NOTHING
    if dialect == "postgres" and _NAMED_ENUM.fullmatch(text):
        return Spelled("ENUM")
    return _parse(dialect, text)


def _synonym(dialect: str, text: str) -> str:
    known = _SYNONYMS.get(dialect)
    found = _NAME_AND_REST.fullmatch(text) if known and len(text) <= _LONG_TYPE else None
    if found is None or known is None:
        return text
    meant = known.get(" ".join(found[1].lower().split()))
    return text if meant is None else meant + (found[2] or "")


def _parse(dialect: str, text: str) -> Spelled:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        column = sqlglot.parse_one(f"c {text}", read=dialect or None, into=exp.ColumnDef)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError):
        # The parser's own errors, and what it stumbles over in text that is no type at all.
        return NOTHING
    parsed = column.args.get("kind") if isinstance(column, exp.ColumnDef) else None
    if not isinstance(parsed, exp.DataType) or not isinstance(parsed.this, exp.DataType.Type):
        return NOTHING
    if parsed.this is exp.DataType.Type.USERDEFINED:
        return NOTHING
    return _parameters(parsed)


def _parameters(parsed: object) -> Spelled:
    from sqlglot import exp

    assert isinstance(parsed, exp.DataType) and isinstance(parsed.this, exp.DataType.Type)
    numbers: list[int] = []
    options: list[str] = []
    values: list[str] = []
    for parameter in parsed.expressions:
        inner = parameter.this if isinstance(parameter, exp.DataTypeParam) else parameter
        if isinstance(inner, exp.Literal) and inner.is_string:
            values.append(str(inner.this))
        elif isinstance(inner, exp.Literal):
            if not str(inner.this).isdecimal() or len(str(inner.this)) > _LONG_NUMBER:
                return NOTHING
            numbers.append(int(str(inner.this)))
        else:
            options.append(inner.name.upper() if isinstance(inner, exp.Expression) else str(inner).upper())
        unit = parameter.args.get("expression") if isinstance(parameter, exp.DataTypeParam) else None
        if unit is not None:
            options.append(unit.name.upper())
    return Spelled(parsed.this.name, tuple(numbers), tuple(options), tuple(values))
