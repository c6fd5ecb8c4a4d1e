"""SQLite as the comparison asks of it: a file, and a guard for each pair."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Pair
from amanat.policy.targets.sqlite import guard
from tests.differential.engine import Row
from tests.differential.worlds import KEY, LAYOUT, SHOP, Native, World, inserted

NATIVE = Native(
    "sqlite",
    {
        "text": "TEXT",
        "short": "VARCHAR(40)",
        "integer": "INTEGER",
        "decimal": "DECIMAL(18,2)",
        "float": "REAL",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "boolean": "BOOLEAN",
    },
)


# Consent is compared byte for byte, whatever the column says.
_DECLARED = {**NATIVE.types, "short": f"{NATIVE.types['short']} COLLATE NOCASE"}


def quoted(*names: str) -> str:
    """A name in backticks: in double quotes, one that SQLite does not know would be a text."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


def _texts(rows: Sequence[Row]) -> list[Row]:
    # Not by SQLite, which writes 15 digits of a number.
    return [tuple(None if value is None else str(value) for value in row) for row in rows]


class SqliteActing:
    """What somebody gets whose SQL the application runs through a guard."""

    def __init__(self, guarded: guard.Guard) -> None:
        self._guard = guarded

    def rows(self, query: str) -> list[Row]:
        return _texts(self._guard.execute(query).rows)

    def worked(self, queries: Sequence[str]) -> set[str]:
        return {query for query in queries if self._result(query) is not None}

    def columns(self, query: str) -> list[str]:
        result = self._result(query)
        return [] if result is None else list(result.columns)

    def _result(self, query: str) -> guard.Result | None:
        try:
            return self._guard.execute(query)
        except guard.RefusedError:
            return None
        except sqlite3.OperationalError as error:
            # A view lacks columns and takes no writes, and not every table has one; else it is our fault.
            if any(text in str(error) for text in _ABSENT):
                return None
            raise


_ABSENT = (
    "no such column",
    "has no column named",
    "it is a view",
    "no such table: temp.",
    'near "(": syntax error',  # nothing is written into a query
)


class SqliteEngine:
    """A file with the system's tables, and its policy."""

    copies = False
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE 0",
        Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE 0",
        Action.DELETE: "DELETE FROM {0} WHERE 0",
    }

    def __init__(self, file: Path, policy: Mapping[str, Any]) -> None:
        self._file, self._policy = file, policy
        self._pairs = {(each["role"], each["purpose"]) for each in policy["pairs"]}

    def identifier(self, *names: str) -> str:
        return quoted(*names)

    def text(self, expression: str) -> str:
        return expression

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = (column.type or "").split("(")[0]
        if kind == "INTEGER":
            return int(text)
        if kind == "DECIMAL":
            return Decimal(text)
        if kind == "REAL":
            return float(text)
        if kind == "DATE":
            return date.fromisoformat(text)
        if kind == "TIMESTAMP":
            return datetime.fromisoformat(text)
        return object() if kind == "BOOLEAN" else text

    def base(self, table: str) -> str:
        return quoted("main", table)

    def shown(self, pair: Pair, table: str) -> str:
        return quoted(table)

    def aliases(self, pair: Pair, table: str) -> list[str]:
        # The last one calls a query like the view: SQLite's authorizer is told the one as the other.
        with_ = f"WITH {quoted(table)} AS (SELECT * FROM {self.base(table)})"
        query = f"({with_} SELECT * FROM {quoted(table)})"
        return [self.base(table), quoted(table), quoted("temp", table), query]

    def rows(self, query: str) -> list[Row]:
        with open_file(self._file) as connection:
            return _texts(connection.execute(query).fetchall())

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[SqliteActing | None]:
        """The application opens a guard for one pair at a time, so there is nothing to unite."""
        if pair is None or (pair.role, pair.purpose) not in self._pairs:
            yield None
            return
        with guard.Guard(self._file, self._policy, pair.role, pair.purpose, KEY) as guarded:
            yield SqliteActing(guarded)

    def add_column(self, table: str, column: str) -> None:
        with open_file(self._file) as connection:
            connection.execute(
                f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column)} TEXT DEFAULT 'dear diary'"
            )


@contextmanager
def open_file(file: Path) -> Iterator[sqlite3.Connection]:
    """The file without a guard."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def server() -> Iterator[None]:
    """SQLite runs in the process, and comes with Python."""
    yield None


@contextmanager
def opened(_server: None, world: World, files: Mapping[str, str]) -> Iterator[SqliteEngine]:
    """The rows of a world in a file, and its policy."""
    with tempfile.TemporaryDirectory(prefix="amanat-sqlite-") as folder:
        file = Path(folder) / "a ? shop.db"
        with open_file(file) as source:
            source.execute("PRAGMA synchronous=OFF")
            for table, names, rows in inserted(world):
                kinds = [LAYOUT[table][name].kind for name in names]
                types = [f"{quoted(name)} {_DECLARED[kind]}" for name, kind in zip(names, kinds, strict=True)]
                source.execute(f"CREATE TABLE {quoted(table)} ({', '.join(types)}, PRIMARY KEY (id))")
                marks = ", ".join("?" * len(names))
                source.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", rows)
        yield SqliteEngine(file, json.loads(files[f"policy/sqlite/{SHOP}.json"]))
