"""Choosing from a register what is asked for: some columns, some rows, one language."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amanat.errors import UsageError
from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.register import Row, Rows
from amanat.inventory.select import unknown
from amanat.model.catalog import Catalog

_STEPS = 50_000_000
"""How long an expression may take, in steps of the engine."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part of a register: `columns` of it, and its rows at the positions `kept` (None: all)."""

    whole: Rows
    columns: tuple[Column, ...]
    kept: frozenset[int] | None

    def rows(self) -> Iterator[Row]:
        """The rows that were chosen, in order."""
        names = [column.name for column in self.columns]
        for at, row in enumerate(self.whole.rows()):
            if self.kept is None or at in self.kept:
                yield {name: row[name] for name in names}


def choose(
    register: Rows,
    catalog: Catalog,
    columns: Sequence[str] = (),
    where: str | None = None,
    lang: str | None = None,
) -> Chosen:
    """The part of a register that is asked for. `columns` keeps the order given; `where` is an expression of
    SQL (SQLite) over all columns, in which a cell reads as it does in the CSV; `lang` leaves out texts in
    other languages. Raises `UsageError` for what is not there."""
    named = [name.strip() for one in columns for name in one.split(",") if name.strip()]
    there = {column.name: column for column in register.columns}
    for name in named:
        if name not in there:
            raise unknown("column", name, there)
    picked = tuple(there[name] for name in dict.fromkeys(named)) or tuple(register.columns)
    if lang is not None:
        picked = _in_language(picked, catalog, lang)
    return Chosen(register, picked, None if where is None else _where(register, where))


def _in_language(columns: Sequence[Column], catalog: Catalog, lang: str) -> tuple[Column, ...]:
    if lang not in catalog.languages:
        raise unknown("language", lang, catalog.languages)
    others = tuple(f"_{tag}" for tag in catalog.languages if tag != lang)
    own = {column.name for column in columns if column.name.endswith(f"_{lang}")}
    stems = {name.removesuffix(lang) for name in own}

    def is_other(name: str) -> bool:
        tail = next((one for one in others if name.endswith(one)), None)
        return tail is not None and name.removesuffix(tail[1:]) in stems

    return tuple(column for column in columns if not is_other(column.name))


def _where(register: Rows, where: str) -> frozenset[int]:
    """The positions of the rows for which the expression is true."""
    names = [column.name for column in register.columns]
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f'CREATE TABLE register ({quoted}, "#" INTEGER)')
        marks = ", ".join("?" * (len(names) + 1))
        rows = ([*(_value(row[name]) for name in names), at] for at, row in enumerate(register.rows()))
        connection.executemany(f"INSERT INTO register VALUES ({marks})", rows)
        connection.commit()
        connection.set_authorizer(_only_reading)
        connection.set_progress_handler(lambda: 1, _STEPS)
        try:
            found = connection.execute(f'SELECT "#" FROM register WHERE (\n{where}\n)').fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise UsageError(
                f"`--where` is not an expression over the columns: {error}",
                hint="write it as in SQL, with texts in single quotes, such as "
                "--where \"owner = 'crm' AND retention = 'unknown'\"",
            ) from None
    finally:
        connection.close()
    return frozenset(at for (at,) in found)


_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def _only_reading(action: int, _one: str | None, two: str | None, *_rest: str | None) -> int:
    if action not in _READING or (action == sqlite3.SQLITE_FUNCTION and two == "load_extension"):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _value(cell: Cell) -> str | int | float:
    """A cell as an expression sees it: as in the CSV, without what is written for spreadsheets only."""
    if isinstance(cell, Absent):
        return cell.value
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, tuple):
        return " | ".join(cell) or "none"
    return cell
