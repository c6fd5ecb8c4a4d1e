"""DuckDB as the comparison asks of it: the system in one database, what a pair got as views over its files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Pair
from amanat.policy.targets.granting import principal
from tests.differential.engine import MissingError, Row
from tests.differential.worlds import KEY, LAYOUT, SHOP, Native, World, inserted

if TYPE_CHECKING:
    import duckdb

NATIVE = Native(
    "duckdb",
    {
        "text": "VARCHAR",
        "short": "VARCHAR",
        "integer": "INTEGER",
        "decimal": "DECIMAL(18,2)",
        "float": "DOUBLE",
        "date": "DATE",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
        "boolean": "BOOLEAN",
    },
)


class DuckActing:
    """What somebody sees who has the files of a pair."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, query: str) -> list[Row]:
        return self._connection.execute(query).fetchall()

    def worked(self, queries: Sequence[str]) -> set[str]:
        return {query for query in queries if self._cursor(query) is not None}

    def columns(self, query: str) -> list[str]:
        cursor = self._cursor(query)
        return [] if cursor is None else [column[0] for column in cursor.description or ()]

    def _cursor(self, query: str) -> duckdb.DuckDBPyConnection | None:
        import duckdb

        try:
            return self._connection.execute(query)
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.InvalidInputException):
            return None


class DuckEngine:
    """A system in DuckDB, and a folder with the files of every pair."""

    copies = True
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE false",
        Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE false",
        Action.DELETE: "DELETE FROM {0} WHERE false",
    }

    def __init__(self, source: duckdb.DuckDBPyConnection, folder: Path, scripts: Mapping[str, str]) -> None:
        self._source, self._folder, self._scripts = source, folder, scripts
        for name in scripts:
            self._export(name)

    def _export(self, name: str) -> None:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        before = Path.cwd()
        os.chdir(folder)
        try:
            self._source.execute(f"SET VARIABLE amanat_mask_key = '{KEY.hex()}'")
            self._source.execute(self._scripts[name])
        finally:
            os.chdir(before)

    def identifier(self, *names: str) -> str:
        return ".".join('"' + name.replace('"', '""') + '"' for name in names)

    def text(self, expression: str) -> str:
        return f"CAST({expression} AS VARCHAR)"

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = (column.type or "").split("(")[0]
        if kind == "INTEGER":
            return int(text)
        if kind == "DECIMAL":
            return Decimal(text)
        if kind == "DOUBLE":
            return float(text)
        if kind == "DATE":
            return date.fromisoformat(text)
        if kind == "TIMESTAMP WITH TIME ZONE":
            return datetime.fromisoformat(text)
        return object() if kind == "BOOLEAN" else text

    def base(self, table: str) -> str:
        return self.identifier("memory", "main", table)

    def shown(self, pair: Pair, table: str) -> str:
        return self.identifier("got", table)

    def aliases(self, pair: Pair, table: str) -> list[str]:
        return [self.base(table), self.identifier(table), self.shown(pair, table)]

    def rows(self, query: str) -> list[Row]:
        return self._source.execute(query).fetchall()

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[DuckActing | None]:
        """Whoever has the files of two pairs looks at one of them at a time: there is nothing to unite."""
        import duckdb

        if pair is None or principal(pair) not in self._scripts:
            yield None
            return
        with duckdb.connect(":memory:") as connection:
            connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA got")
            for table in LAYOUT:
                name = next(
                    (each for each in (self._folder / principal(pair)).iterdir() if each.stem == table), None
                )
                if name is not None:
                    connection.execute(f"CREATE VIEW got.{self.identifier(table)} AS FROM '{name}'")
            yield DuckActing(connection)

    def add_column(self, table: str, column: str) -> None:
        self._source.execute(
            f"ALTER TABLE {self.base(table)} ADD COLUMN {self.identifier(column)} VARCHAR DEFAULT 'dear diary'"
        )
        for name in self._scripts:
            self._export(name)


@contextmanager
def server() -> Iterator[None]:
    """DuckDB runs in the process."""
    try:
        import duckdb  # noqa: F401
    except ImportError as error:
        raise MissingError("duckdb is missing: install the extra `test`") from error
    yield None


@contextmanager
def opened(_server: None, world: World, files: Mapping[str, str]) -> Iterator[DuckEngine]:
    """The rows of a world, and the files that its scripts write."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="amanat-duckdb-") as folder, duckdb.connect(":memory:") as source:
        source.execute("SET TimeZone = 'UTC'")
        for table, names, rows in inserted(world):
            types = [f'"{name}" {NATIVE.types[LAYOUT[table][name].kind]}' for name in names]
            source.execute(f'CREATE TABLE "{table}" ({", ".join(types)})')
            source.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(names))})', rows)
        start = f"policy/duckdb/{SHOP}/"
        scripts = {
            name.removeprefix(start).removesuffix(".sql"): text
            for name, text in files.items()
            if name.startswith(start)
        }
        yield DuckEngine(source, Path(folder), scripts)
