"""A snapshot of a live database: its columns as the server's own catalog tells them. No row of any table is
read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from amanat.observe.column import Column

Rows = Callable[[str], list[tuple[Any, ...]]]
ENGINES = ("postgresql", "mariadb")
"""Engines whose catalog is read; the query for each is the file of its name."""


def columns(engine: str, rows: Rows) -> list[Column]:
    """The columns of every table that the user may see, sorted."""
    query = (Path(__file__).parent / f"{engine}.sql").read_text(encoding="utf-8")
    return sorted(_column(row) for row in rows(query))


def _column(row: Iterable[Any]) -> Column:
    table, column, kind, refused, *rest = row
    default, codes, key, comment = (_plain(each) for each in rest)
    shown = _plain(kind)
    if shown.startswith("enum("):
        codes = _codes(shown)
    shown = "enum" if codes else shown
    null = "no" if refused else "yes"
    return Column(_plain(table), _plain(column), shown, null, default, codes, key, comment)


def _codes(kind: str) -> str:
    """The values of a type such as `enum('a','b')`, sorted."""
    from sqlglot import exp

    return "|".join(sorted(each.name for each in exp.DataType.build(kind, dialect="mysql").expressions))


def _plain(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join(text.split())
