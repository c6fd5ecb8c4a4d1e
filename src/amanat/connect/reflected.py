"""A read-only look at a database through SQLAlchemy's reflection: any engine that it, or a package beside it,
knows a dialect of. No row of any table is read.

The URL holds a password. Neither it nor the driver's own words about it appear in a message.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, quote_plus

from amanat.connect.held import held_in
from amanat.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Inspector

PACKAGES = {
    "bigquery": "sqlalchemy-bigquery",
    "databricks": "databricks-sqlalchemy",
    "mssql": "pyodbc",
    "mysql": "pymysql",
    "oracle": "oracledb",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "trino": "trino[sqlalchemy]",
}
"""What has to be installed for an engine, beside SQLAlchemy."""
_DRIVERS = {"mysql": "mysql+pymysql", "oracle": "oracle+oracledb", "postgresql": "postgresql+psycopg"}
"""The driver of an engine whose URL names none."""
ENGINES = {"mssql": "sqlserver"}
"""Our name of an engine where SQLAlchemy has another."""
_SECONDS = 120
_SETTINGS: Mapping[str, Sequence[str]] = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        f"SET statement_timeout = '{_SECONDS}s'",
        "SET lock_timeout = '5s'",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION lock_wait_timeout = 5"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "snowflake": (f"ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {_SECONDS}",),
    "mssql": ("SET LOCK_TIMEOUT 5000",),
    "sqlite": ("PRAGMA query_only = on",),
}
"""What each engine is told first: that nothing is to change, and how long anything may take."""


class Reflected(NamedTuple):
    """A column: whether it stands in a `table` or a `view`, and what the engine says of it. `nullable` None:
    it does not say; `keys` as in snapshots; `checks` are the CHECK conditions of its table, in the engine's
    SQL."""

    kind: str
    table: str
    column: str
    type: str
    nullable: bool | None
    default: str
    values: tuple[str, ...]
    keys: tuple[str, ...]
    comment: str
    checks: tuple[str, ...] = ()


class Session:
    """A connection that changes nothing. `failed` has the tables whose columns could not be read, and why."""

    def __init__(self, connection: Connection, secrets: Sequence[str]) -> None:
        from sqlalchemy import inspect

        self._connection = connection
        self._secrets = secrets
        self._inspector: Inspector = inspect(connection)
        dialect = connection.dialect
        self.engine = ENGINES.get(dialect.name, dialect.name)
        version = ".".join(map(str, getattr(dialect, "server_version_info", None) or ()))
        self.server = f"{dialect.name} {version}".strip()
        self.failed: list[tuple[str, str]] = []

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def columns(self, schemas: Sequence[str] = ()) -> Iterator[Reflected]:
        """Every column of the given schemas, else of the default one, table by table. A table that cannot be
        read is named in `failed`, and the rest goes on."""
        from sqlalchemy.exc import SQLAlchemyError

        for schema in schemas or (None,):
            try:
                named = [("table", name) for name in self._inspector.get_table_names(schema)]
                named += [("view", name) for name in self._inspector.get_view_names(schema)]
            except (SQLAlchemyError, NotImplementedError) as error:
                raise EnvironmentFault(f"the database does not answer: {self._said(error)}") from None
            for kind, name in sorted(named):
                shown = f"{schema}.{name}" if schema else name
                try:
                    yield from self._table(kind, name, schema, shown)
                except Exception as error:  # noqa: BLE001 - dialects raise what they like; the rest goes on
                    self.failed.append((shown, self._said(error)))

    def _table(self, kind: str, name: str, schema: str | None, shown: str) -> list[Reflected]:
        inspector = self._inspector
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of types that it does not know: they stay empty
            columns = inspector.get_columns(name, schema)
            keys = self._keys(name, schema) if kind == "table" else {}
            told = (
                self._optional(self._inspector.get_check_constraints, name, schema) if kind == "table" else ()
            )
        checks = tuple(str(one["sqltext"]) for one in told)
        return [self._column(kind, shown, one, keys.get(one["name"], ()), checks) for one in columns]

    def _keys(self, name: str, schema: str | None) -> Mapping[str, Sequence[str]]:
        keys: dict[str, list[str]] = {}
        for column in self._inspector.get_pk_constraint(name, schema)["constrained_columns"]:
            keys.setdefault(column, []).append("PK")
        for unique in self._optional(self._inspector.get_unique_constraints, name, schema):
            if len(unique["column_names"]) == 1:
                keys.setdefault(str(unique["column_names"][0]), []).append("UQ")
        for index in self._optional(self._inspector.get_indexes, name, schema):
            names = index["column_names"]
            if index["unique"] and len(names) == 1 and names[0] and "UQ" not in keys.get(names[0], ()):
                keys.setdefault(names[0], []).append("UQ")
        for foreign in self._inspector.get_foreign_keys(name, schema):
            if len(foreign["constrained_columns"]) == 1 and foreign["referred_columns"]:
                there = foreign["referred_schema"]
                table = f"{there}.{foreign['referred_table']}" if there else foreign["referred_table"]
                key = f"FK:{table}.{foreign['referred_columns'][0]}"
                keys.setdefault(foreign["constrained_columns"][0], []).append(key)
        return keys

    def _optional(self, ask: Any, name: str, schema: str | None) -> Sequence[Any]:
        """What only some dialects tell."""
        try:
            found: Sequence[Any] = ask(name, schema)
        except NotImplementedError:
            return ()
        return found

    def _column(
        self, kind: str, table: str, one: Any, keys: Sequence[str], checks: tuple[str, ...]
    ) -> Reflected:
        nullable = one.get("nullable")
        default = one.get("default")
        values = tuple(getattr(one["type"], "enums", ()) or ())
        return Reflected(
            kind,
            table,
            one["name"],
            "enum" if values else self._type(one["type"]),
            None if nullable is None or kind == "view" else bool(nullable),
            "" if default is None else str(default),
            values,
            tuple(dict.fromkeys(keys)),
            one.get("comment") or "",
            checks,
        )

    def _type(self, kind: Any) -> str:
        """The type as the engine spells it; "" where SQLAlchemy does not know it."""
        from sqlalchemy.exc import CompileError
        from sqlalchemy.types import NullType

        if isinstance(kind, NullType):
            return ""
        try:
            spelled: str = kind.compile(dialect=self._connection.dialect)
        except (CompileError, NotImplementedError, AttributeError):
            return ""
        plain = spelled.partition(" COLLATE ")[0].partition(" CHARACTER SET ")[0]
        return plain.lower().replace(", ", ",")

    def _said(self, error: BaseException) -> str:
        return _without(error, self._secrets)


@contextmanager
def connected(system: str, variable: str, url: str) -> Iterator[Session]:
    """A session on the database of a system; `variable` is the environment variable that held the URL, ""
    where `--url` did.

    Raises `UsageError` where a package is not installed or the URL is none, and `EnvironmentFault` where the
    database does not let us in.
    """
    try:
        import sqlalchemy
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
    except ImportError:
        raise UsageError(
            "looking into this database needs SQLAlchemy, which is not installed",
            hint="install the extra `scan`: pip install 'amanat[scan]'",
        ) from None
    try:
        parsed = sqlalchemy.make_url(url)
        if parsed.drivername in _DRIVERS:
            parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
        engine = sqlalchemy.create_engine(parsed, **_options(parsed))
    except (NoSuchModuleError, ImportError):
        name = parsed.get_backend_name()
        package = PACKAGES.get(name)
        raise UsageError(
            f"the engine `{name}` of {held_in(variable)} needs a package that is not installed",
            hint=f"pip install '{package}'" if package else "install its dialect for SQLAlchemy",
        ) from None
    except (ArgumentError, ValueError, TypeError):  # their words quote what they could not read
        raise UsageError(
            f"{held_in(variable)} holds no URL of a database",
            hint="write it as engine://user:password@host:port/database",
        ) from None
    secrets = _secrets(parsed, url)
    try:
        session = _entered(engine, system, variable, secrets)
        try:
            yield session
        except SQLAlchemyError as error:
            raise EnvironmentFault(
                f"the database of system `{system}` does not answer: {_without(error, secrets)}"
            ) from None
        finally:
            session.close()
    finally:
        engine.dispose()


def _entered(engine: Engine, system: str, variable: str, secrets: Sequence[str]) -> Session:
    try:
        connection = engine.connect()
        for setting in _SETTINGS.get(engine.dialect.name, ()):
            connection.exec_driver_sql(setting)
        return Session(connection, secrets)
    except Exception as error:  # noqa: BLE001 - drivers raise what they like on a URL or a server that they dislike
        raise EnvironmentFault(
            f"cannot look into the database of system `{system}`: {_without(error, secrets)}",
            hint=f"check the URL in {held_in(variable)}, and that its user may connect",
        ) from None


def _options(url: URL) -> dict[str, Any]:
    """What the driver is given beside the URL, so that a look never makes a file or waits for ever."""
    name = url.get_backend_name()
    if name == "sqlite":
        import sqlite3
        from pathlib import Path

        file = Path(url.database or "")
        if not file.is_file():
            raise UsageError(
                "the URL names no file of an SQLite database",
                hint="write it as sqlite:///path/to/file, with four slashes for a path from the root",
            )
        address = f"file:{quote(str(file.resolve()))}?mode=ro"
        return {"creator": lambda: sqlite3.connect(address, uri=True)}
    if name in ("postgresql", "mysql"):
        return {"connect_args": {"connect_timeout": 10}}
    return {}


def _secrets(parsed: URL, url: str) -> tuple[str, ...]:
    """What must not be told: the URL, its password as written and as meant, and values of its query."""
    found = [url, parsed.render_as_string(hide_password=False)]
    password = parsed.password
    if password:
        found += [str(password), quote(str(password), safe=""), quote_plus(str(password))]
    for value in parsed.query.values():
        found += [value] if isinstance(value, str) else list(value)
    return tuple(sorted({one for one in found if one}, key=len, reverse=True))


def _without(error: BaseException, secrets: Sequence[str]) -> str:
    """The first line of the driver's words, without any secret."""
    words = str(getattr(error, "orig", None) or error)
    for secret in secrets:
        words = words.replace(secret, "***")
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__
