"""A snapshot of a live database: its columns as the server's own catalog tells them. No row of any table is
read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from amanat.connect.reflected import Reflected
from amanat.observe.allowed import allowed
from amanat.observe.column import Column, joined, with_keys

Rows = Callable[[str], list[tuple[Any, ...]]]
ENGINES = ("postgresql", "mariadb", "duckdb")
"""Engines whose catalog is read; the query for each is the file of its name. Others are reflected."""


_DIALECTS = {"postgresql": "postgres", "mariadb": "mysql", "duckdb": "duckdb", "sqlserver": "tsql"}
"""What sqlglot calls the SQL of an engine."""
_BETWEEN = "\x1f"
"""What stands between keys, and between values of an enumeration, in a query's answer."""


def columns(engine: str, rows: Rows, views: bool = False) -> list[Column]:
    """The columns of every table that the user may see, sorted; with `views`, also those of views, of which
    nobody knows whether they may be empty."""
    query = (Path(__file__).parent / f"{engine}.sql").read_text(encoding="utf-8")
    return sorted(_column(engine, *row) for row in rows(query) if views or _exact(row[0]) == "table")


def reflected(found: Iterable[Reflected], engine: str, views: bool = False) -> list[Column]:
    """The columns that were reflected from an engine, sorted; with `views`, also those of views."""
    dialect = _DIALECTS.get(engine, engine)
    lists: dict[tuple[str, ...], Mapping[str, tuple[str, ...]]] = {}

    def values(one: Reflected) -> tuple[str, ...]:
        if one.checks not in lists:
            lists[one.checks] = allowed(one.checks, dialect)
        return one.values or lists[one.checks].get(one.column, ())

    return sorted(
        with_keys(
            Column(
                one.table,
                one.column,
                one.type,
                _nullable(one.kind, one.nullable),
                _plain(one.default),
                joined(values(one)),
                "",
                _plain(one.comment),
            ),
            one.keys,
        )
        for one in found
        if views or one.kind == "table"
    )


def _column(
    engine: str, kind: object, table: object, name: object, spelled: object, refused: object, *rest: object
) -> Column:
    default, codes, keys, comment, checks = rest
    shown, values = _plain(spelled), _list(codes)
    if shown.lower().startswith("enum("):
        values = _codes(shown)
    kind_of = "enum" if values else shown
    if not values and checks:
        values = list(allowed(_list(checks), _DIALECTS[engine]).get(_exact(name), ()))
    column = Column(
        _exact(table),
        _exact(name),
        kind_of,
        _nullable(_exact(kind), not refused),
        _plain(default),
        joined(values),
        "",
        _plain(comment),
    )
    return with_keys(column, _list(keys))


def _list(told: object) -> list[str]:
    return [one for one in _exact(told).split(_BETWEEN) if one]


def _nullable(kind: str, nullable: bool | None) -> str:
    return "" if kind == "view" or nullable is None else "yes" if nullable else "no"


def _codes(kind: str) -> list[str]:
    """The values of a type such as `enum('a','b')`."""
    from sqlglot import exp

    return [each.name for each in exp.DataType.build(kind, dialect="mysql").expressions]


def _exact(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _plain(value: object) -> str:
    return " ".join(_exact(value).split())
