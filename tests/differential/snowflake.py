"""Snowflake by proxy: the views of its policy on DuckDB, translated by sqlglot, with its GRANTs kept by hand and
its primary role in a variable. No Snowflake is asked, so this shows what the statements mean, not that Snowflake
takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Pair
from amanat.policy.targets.granting import principal
from tests.differential.duckdb import NATIVE as DUCKDB
from tests.differential.duckdb import server
from tests.differential.engine import Row
from tests.differential.worlds import KEY, LAYOUT, SHOP, Native, World, inserted

if TYPE_CHECKING:
    import duckdb

NATIVE = Native(
    "snowflake",
    {
        "text": "VARCHAR",
        "short": "VARCHAR(20)",
        "integer": "INTEGER",
        "decimal": "NUMBER(18,2)",
        "float": "FLOAT",
        "date": "DATE",
        "timestamp": "TIMESTAMP_TZ",
        "boolean": "BOOLEAN",
    },
)
_TYPES = {**DUCKDB.types, "integer": "DECIMAL(38,0)"}
"""What DuckDB holds the columns in: every whole number of Snowflake has 38 digits."""
_GRANT = re.compile(r'GRANT SELECT ON VIEW ("(?:[^"]|"")+"\."(?:[^"]|"")+") TO ROLE "((?:[^"]|"")+)";')

_QUOTED = r'"(?:[^"]|"")*"'
_NAMED = re.compile(rf"(?:FROM|JOIN) ({_QUOTED}(?:\.{_QUOTED})?)")
"""The tables that a query of the probes reads."""


def in_duckdb(sql: str) -> str:
    """A statement or an expression of Snowflake in the SQL of DuckDB."""
    tree = sqlglot.parse_one(sql, dialect="snowflake")

    def called(name: str, *given: exp.Expression) -> exp.Expression:
        return exp.Anonymous(this=name, expressions=[one.transform(known) for one in given])

    def known(node: exp.Expression) -> exp.Expression | None:
        if isinstance(node, exp.CurrentRole):
            return called("getvariable", exp.Literal.string("acting"))
        if isinstance(node, exp.ConvertTimezone):  # DuckDB has no zones without an extension
            return called("make_timestamp", called("epoch_us", node.args["timestamp"]))
        if isinstance(node, exp.BitwiseXor):
            return called("sf_xor", node.this, node.expression)
        if isinstance(node, exp.Pad) and not node.args.get("is_left"):
            return called("sf_rpad", node.this, node.expression, node.args["fill_pattern"])
        return None if isinstance(node, exp.SecureProperty) else node

    made = tree.transform(known)
    assert made is not None
    return made.sql(dialect="duckdb")


def functions(connection: duckdb.DuckDBPyConnection) -> None:
    """What Snowflake does with bytes and DuckDB does not."""

    def sf_xor(one: bytes, other: bytes) -> bytes:
        return bytes(a ^ b for a, b in zip(one, other, strict=True))

    def sf_rpad(value: bytes, width: int, fill: bytes) -> bytes:
        return (value + fill * width)[:width]

    connection.create_function("sf_xor", sf_xor, ["BLOB", "BLOB"], "BLOB")
    connection.create_function("sf_rpad", sf_rpad, ["BLOB", "INTEGER", "BLOB"], "BLOB")


def statements(script: str) -> list[str]:
    """The statements of a script, without its comments."""
    text = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    return [one.strip() for one in (text + "\n").split(";\n") if one.strip()]


class ProxyActing:
    """A session whose primary role is a pair's, or none (`idle`); `granted` are the views of all roles that it
    may use. Snowflake lets an idle session with secondary roles ask, and shows it no row: that is as good as
    refused, and is looked at here."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, granted: frozenset[str], idle: bool) -> None:
        self._connection, self._granted, self._idle = connection, granted, idle

    def rows(self, query: str) -> list[Row]:
        cursor = self._cursor(query)
        assert cursor is not None, query
        return cursor.fetchall()

    def worked(self, queries: Sequence[str]) -> set[str]:
        return {query for query in queries if self._cursor(query) is not None}

    def columns(self, query: str) -> list[str]:
        cursor = self._cursor(query)
        return [] if cursor is None else [column[0] for column in cursor.description or ()]

    def _cursor(self, query: str) -> duckdb.DuckDBPyConnection | None:
        """The answer, None where a table is not granted or a column is not there."""
        import duckdb

        named = set(_NAMED.findall(query))
        if not query.startswith("SELECT") or not named <= self._granted:
            return None
        if self._idle and all(self._is_empty(view) for view in named):
            return None
        try:
            return self._connection.execute(query)
        except (duckdb.BinderException, duckdb.CatalogException):
            return None

    def _is_empty(self, view: str) -> bool:
        return self._connection.execute(f"SELECT count(*) FROM {view}").fetchall() == [(0,)]


class ProxyEngine:
    """A Snowflake database by proxy."""

    copies = False
    writes: Mapping[Action, str] = {
        Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE false",
        Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE false",
        Action.DELETE: "DELETE FROM {0} WHERE false",
    }

    def __init__(self, connection: duckdb.DuckDBPyConnection, script: str) -> None:
        self._connection = connection
        self._granted: dict[str, set[str]] = {}
        for view, role in _GRANT.findall(script):
            self._granted.setdefault(role.replace('""', '"'), set()).add(view)
        made = ("CREATE TABLE", "CREATE SCHEMA", "CREATE SECURE VIEW")
        for statement in statements(script):
            if statement.startswith("CREATE SCHEMA"):
                name = statement.split(" WITH MANAGED ACCESS")[0]
                connection.execute(name)
            elif statement.startswith(made):
                connection.execute(in_duckdb(statement))

    def identifier(self, *names: str) -> str:
        return ".".join('"' + name.replace('"', '""') + '"' for name in names)

    def text(self, expression: str) -> str:
        return f"CAST({expression} AS VARCHAR)"

    def value(self, text: str, column: ObservedColumn) -> object:
        kind = (column.type or "").split("(")[0]
        if kind == "INTEGER":
            return int(text)
        if kind == "NUMBER":
            return Decimal(text)
        if kind == "FLOAT":
            return float(text)
        if kind == "DATE":
            return date.fromisoformat(text)
        if kind == "TIMESTAMP_TZ":
            return datetime.fromisoformat(text)
        return object() if kind == "BOOLEAN" else text

    def base(self, table: str) -> str:
        return self.identifier("PUBLIC", table)

    def shown(self, pair: Pair, table: str) -> str:
        return self.identifier(principal(pair), table)

    def aliases(self, pair: Pair, table: str) -> list[str]:
        return [self.base(table), self.identifier(table), self.shown(pair, table)]

    def rows(self, query: str) -> list[Row]:
        return self._connection.execute(query).fetchall()

    @contextmanager
    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> Iterator[ProxyActing | None]:
        """The pair's role is the primary one, those of `also` are secondary: they may use each other's views."""
        name = None if pair is None else principal(pair)
        if name is not None and name not in self._granted:
            yield None
            return
        roles = [*([name] if name else []), *map(principal, also)]
        granted = frozenset(view for role in roles for view in self._granted.get(role, ()))
        acting = "PUBLIC" if name is None else name
        self._connection.execute("SET VARIABLE acting = ?", [acting])
        yield ProxyActing(self._connection, granted, name is None)
        self._connection.execute("SET VARIABLE acting = 'nobody'")

    def add_column(self, table: str, column: str) -> None:
        self._connection.execute(
            f"ALTER TABLE {self.base(table)} ADD COLUMN {self.identifier(column)} VARCHAR DEFAULT 'dear diary'"
        )


@contextmanager
def opened(_server: None, world: World, files: Mapping[str, str]) -> Iterator[ProxyEngine]:
    """The rows of a world, and the views of its policy."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        functions(connection)
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA \"PUBLIC\"; CREATE SCHEMA amanat_key")
        connection.execute("CREATE TABLE amanat_key.mask_key (key BLOB)")
        connection.execute("INSERT INTO amanat_key.mask_key VALUES (?)", [KEY])
        for table, names, rows in inserted(world):
            types = [f'"{name}" {_TYPES[LAYOUT[table][name].kind]}' for name in names]
            connection.execute(f'CREATE TABLE "PUBLIC"."{table}" ({", ".join(types)})')
            marks = ", ".join("?" * len(names))
            connection.executemany(f'INSERT INTO "PUBLIC"."{table}" VALUES ({marks})', rows)
        yield ProxyEngine(connection, files[f"policy/snowflake/{SHOP}.sql"])


__all__ = ["NATIVE", "ProxyEngine", "functions", "in_duckdb", "opened", "server", "statements"]
