"""Made-up people in databases made from the real systems' DDL.

For every table on the ways of a person, and for every way there, each person gets a row of their own that only
this way leads to, and every value of a text column says whose it is. Beside them stand rows that lead to two
people: those belong to nobody who asks. What is planted is written down, so that what a plan finds or leaves can
be compared with it to the last row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from amanat.identity.keys import Step
from amanat.identity.person import PersonWays, Rows, SystemWays
from amanat.load.entries import split_source

DDL = Path(__file__).parents[1] / "cases" / "facts" / "systems"
PEOPLE = ("ana", "bo", "cy")
Row = dict[str, Any]


class Server(Protocol):
    """A database with the tables of one system."""

    def run(self, statement: str) -> None:
        """Run statements without values."""

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query whose parameters are `$1` …."""


class DuckServer:
    """A system in DuckDB."""

    text = "varchar"

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect()

    def run(self, statement: str) -> None:
        self._connection.execute(statement)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        found = self._connection.execute(query, list(values))
        return found.fetchall() if found.description else []


class PostgresServer:
    """A system in a schema of a PostgreSQL database."""

    text = "text"

    def __init__(self, url: str, name: str, schema: str) -> None:
        import psycopg

        self._connection = psycopg.connect(
            url, dbname=name, autocommit=True, cursor_factory=psycopg.RawCursor
        )
        self._connection.execute("SET TIME ZONE 'UTC'")
        self._connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
        self._connection.execute(f'SET search_path TO "{schema}", pg_temp'.encode())

    def run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            for one in statement.split(";\n"):
                if one.strip():
                    cursor.execute(one.encode())

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        found = self._connection.execute(query.encode(), list(values))
        return found.fetchall() if found.description else []

    def close(self) -> None:
        """End the session."""
        self._connection.close()


def load_ddl(server: Server, system: str, duckdb: bool) -> None:
    """The tables of a system. DuckDB lacks three types, which hold nothing that matters here, and cannot change
    rows that a foreign key refers to, so there the keys are left to the data."""
    text = "\n".join(
        line
        for line in (DDL / f"{system}.sql").read_text(encoding="utf-8").splitlines()
        if not line.startswith("--")
    )
    if duckdb:
        text = re.sub(r"numeric\(40,", "numeric(38,", text)
        text = re.sub(r"\b(jsonb|tsvector|inet)\b", "varchar", text)
        text = re.sub(r",\s*FOREIGN KEY \([^)]*\) REFERENCES \"\w+\" \([^)]*\)", "", text)
    for statement in text.split(";\n"):
        if statement.strip():
            server.run(statement)


@dataclass
class Column:
    """A column as the engine knows it."""

    name: str
    type: str
    length: int | None
    nullable: bool
    default: bool


@dataclass
class Planted:
    """What stands in a system: person to table to rows; `shared` are rows that lead to two people."""

    rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    shared: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, person: str, table: str) -> list[Row]:
        return self.rows.setdefault(person, {}).setdefault(table, [])


class Planter:
    """Plants people in a system."""

    def __init__(self, server: Server, ways: SystemWays, found: Mapping[str, Any]) -> None:
        self._server, self._ways, self._found = server, ways, found
        self._numbers = itertools.count(1000)
        self._columns = self._read_columns()
        text = (DDL / f"{ways.system}.sql").read_text(encoding="utf-8")
        self._allowed = dict(re.findall(r"CHECK \(\"?(\w+)\"? IN \('(\w+)'", text))
        self._foreign = dict(_foreign_keys(text))
        self._beside: dict[str, Row] = {}
        self._taken: dict[tuple[str, str], set[tuple[int, str]]] = {}
        self.planted = Planted()

    def plant(self, shared: bool) -> Planted:
        """Everybody's rows, and shared ones where a table can have them and they are asked for."""
        order = self._order()
        for person in PEOPLE:
            for name in order:
                rows = self._ways.by_table[name]
                for way in (None,) if rows.anchored else self._ways_to_plant(rows):
                    self._plant(person, rows, way)
                if not rows.anchored and all(way.against for way in rows.ways):
                    for way in rows.ways:
                        self._plant(person, rows, way)
        for name in order if shared else ():
            self._share(self._ways.by_table[name])
            self._share_referred(self._ways.by_table[name])
        return self.planted

    def _ways_to_plant(self, rows: Rows) -> list[Step]:
        """A row for each way; where one reference must be there and be the only one of its kind, one row."""
        along = [way for way in rows.ways if not way.against]
        single = [
            way for way in along if way.alone and not self._columns[rows.table][way.columns[0]].nullable
        ]
        return single[:1] or along

    def _order(self) -> list[str]:
        """Tables that are only referred to come before those that refer to them."""
        referred = [r.table for r in self._ways.rows if any(w.against for w in r.ways)]
        return [*referred, *(r.table for r in self._ways.rows if r.table not in referred)]

    def _plant(self, person: str, rows: Rows, way: Step | None) -> Row:
        row = self._blank(person, rows.table)
        self._fill(row, rows, person)
        if way is None:
            for column in rows.anchored:
                row[column] = self._found[person]
        elif not way.against:
            self._point(row, way, self.planted.of(person, way.target)[-1])
        self._take_referred(person, rows.table, row)
        self._insert(rows.table, row)
        self.planted.of(person, rows.table).append(row)
        return row

    def _fill(self, row: Row, rows: Rows, person: str) -> None:
        """Let references that must not be empty lead to the person too."""
        for way in rows.ways:
            must = any(not self._columns[rows.table][column].nullable for column in way.columns)
            if must and not (way.against or way.where or way.alone):
                self._point(row, way, self.planted.of(person, way.target)[-1])

    def _point(self, row: Row, way: Step, target: Row) -> None:
        for column, key in zip(way.columns, way.keys, strict=True):
            row[column] = target[key]
        row.update(dict(way.where))

    def _take_referred(self, person: str, table: str, row: Row) -> None:
        """Let the row refer to rows of tables that are only referred to: each of those is taken once."""
        for rows in self._ways.rows:
            ways = [way for way in rows.ways if way.against and way.target == table]
            taken = self._taken.setdefault((person, rows.table), set())
            for way in ways:
                options = self.planted.of(person, rows.table)
                position = rows.ways.index(way)
                if position < len(options) and (position, table) not in taken:
                    taken.add((position, table))
                    for key, column in zip(way.keys, way.columns, strict=True):
                        row[key] = options[position][column]
                    row.update(dict(way.where))

    def _share(self, rows: Rows) -> None:
        """A row that leads to two people, by two references of its own."""
        ways = [way for way in rows.ways if not way.against and len(way.columns) == 1 and not way.alone]
        pairs = [
            (a, b)
            for a, b in itertools.combinations(ways, 2)
            if a.columns != b.columns and not (a.where or b.where)
        ]
        if not pairs or rows.anchored:
            return
        row = self._blank("ana+bo", rows.table)
        self._fill(row, rows, "ana")
        for person, way in zip(("ana", "bo"), pairs[0], strict=True):
            self._point(row, way, self.planted.of(person, way.target)[0])
        self._insert(rows.table, row)
        self.planted.shared.setdefault(rows.table, []).append(row)

    def _share_referred(self, rows: Rows) -> None:
        """A row that is only referred to, by two people."""
        for way in rows.ways:
            target = self._ways.by_table[way.target]
            first = next((one for one in target.ways if not one.against and not one.alone), None)
            if not way.against or first is None or way.alone:
                continue
            row = self._blank("ana+bo", rows.table)
            self._insert(rows.table, row)
            self.planted.shared.setdefault(rows.table, []).append(row)
            for person in ("ana", "bo"):
                refers = self._blank(person, target.table)
                self._fill(refers, target, person)
                self._point(refers, first, self.planted.of(person, first.target)[-1])
                for key, column in zip(way.keys, way.columns, strict=True):
                    refers[key] = row[column]
                refers.update(dict(way.where))
                self._insert(target.table, refers)
                self.planted.of(person, target.table).append(refers)
            return

    def _blank(self, person: str, table: str) -> Row:
        """A row with a value in every column that is no reference of a way."""
        pointing = {
            column
            for rows in self._ways.rows
            for way in rows.ways
            if way.holder == table
            for column in (way.keys if way.against else way.columns)
        }
        reached = self._ways.by_table.get(table)
        key = reached.key if reached else ()
        made: Row = {}
        for one in self._columns[table].values():
            target = self._foreign.get((table, one.name)) if one.name not in pointing else None
            if (one.name in pointing and one.name not in key and one.nullable) or one.type.endswith("[]"):
                continue
            if target is None:
                made[one.name] = self._value(person, table, one)
            elif not one.nullable:
                made[one.name] = self._row_beside(target[0])[target[1]]
        return made

    def _row_beside(self, table: str) -> Row:
        """The one row of a table that holds nobody's data, for references that must not be empty."""
        if table not in self._beside:
            self._beside[table] = self._blank("nobody", table)
            self._insert(table, self._beside[table])
        return self._beside[table]

    def _value(self, person: str, table: str, column: Column) -> Any:
        number = next(self._numbers)
        kind = column.type
        if column.name in self._allowed:
            return self._allowed[column.name]
        if "char" in kind or kind in ("text", "varchar"):
            if column.name in ("name", "key", "settings") or column.length is None or column.length > 40:
                return f"{person}:{table}.{column.name}:{number}"[: column.length or 200]
            return f"{number}{person}"[: column.length]
        if "json" in kind:
            return f'{{"of": "{person}"}}'
        if kind == "uuid":
            return f"00000000-0000-4000-8000-{number:012d}"
        if "timestamp" in kind:
            return "2026-01-02 03:04:05"
        if kind == "date":
            return "2026-01-02"
        if kind.startswith("time"):
            return "03:04:05"
        if kind == "boolean":
            return True
        if kind in ("bytea", "blob"):
            return f"{number}{person}".encode()[: column.length or 16]
        if kind == "inet":
            return "192.0.2.7"
        if kind == "tsvector":
            return "word"
        if kind in ("smallint", "tinyint"):
            return number % 30000
        return 1 if kind.startswith(("numeric", "decimal")) else number

    def _insert(self, table: str, row: Row) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        row = {name: value for name, value in row.items() if value is not None}
        self._server.rows(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))

    def _read_columns(self) -> dict[str, dict[str, Column]]:
        query = (
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
            " ORDER BY table_name, ordinal_position"
        )
        found: dict[str, dict[str, Column]] = {}
        for table, name, kind, length, nullable, default in self._server.rows(query):
            column = Column(name, str(kind).lower(), length, nullable == "YES", default is not None)
            found.setdefault(table, {})[name] = column
        return found


def _foreign_keys(ddl: str) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    """Table and column to the table and column that it refers to, where the DDL declares it."""
    for table, body in re.findall(r'CREATE TABLE "(\w+)" \((.*?)\n\);', ddl, re.DOTALL):
        keys = r'FOREIGN KEY \("(\w+)"\) REFERENCES "(\w+)" \("(\w+)"\)'
        for column, target, key in re.findall(keys, body):
            yield (table, column), (target, key)


def identity(person: str) -> str:
    """The global id of a made-up person."""
    return f"customer-{person}"


def everybody(servers: Mapping[str, Server], ways: PersonWays, shared: bool = True) -> dict[str, Planted]:
    """Plant all people in all systems: where a system knows them by a value of another, by that value."""
    planted: dict[str, Planted] = {}
    for system in ways.systems:
        if system.anchor is None:
            continue
        known = {person: identity(person) for person in PEOPLE}
        parts = split_source(system.anchor.source) if system.anchor.source else None
        if parts is not None:
            known = {p: planted[parts.system].of(p, parts.table)[0][parts.column] for p in PEOPLE}
        planted[system.system] = Planter(servers[system.system], system, known).plant(shared)
    return planted
