"""A PostgreSQL that is asked for counts. Each question is a transaction of its own, so that none keeps the
server from cleaning up behind it; all are read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from amanat.connect.asking.asked import Asker, Refused, Relation, Why
from amanat.connect.postgresql import entered

if TYPE_CHECKING:
    import psycopg

_COLUMNS = """
SELECT n.nspname, a.attname,
  CASE t.typtype WHEN 'e' THEN 'enum' ELSE format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) END,
  has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND CASE WHEN %s::text IS NULL THEN n.nspname !~ '^pg_|^information_schema$' ELSE n.nspname = %s END
ORDER BY n.nspname <> 'public', n.nspname, a.attnum
"""
_SETTINGS = (
    "SET SESSION default_transaction_read_only = on",
    "SET SESSION search_path = pg_catalog",
    "SET SESSION lock_timeout = '5s'",
    "SET SESSION TimeZone = 'UTC'",
    "SET SESSION DateStyle = 'ISO'",
)
_STATES = {
    "42501": Why.NO_RIGHTS,
    "55P03": Why.LOCKED,
    "40P01": Why.LOCKED,
    "57014": Why.TIMEOUT,
    "42P01": Why.NO_TABLE,
}
_CHUNK = 50_000


class _Session:
    engine = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def relation(self, schema: str | None, name: str) -> Relation:
        found = self._all(_COLUMNS, (name, schema, schema))
        if not found:
            raise Refused(Why.NO_TABLE)
        first = found[0][0]
        if schema is None and first != "public" and any(row[0] != first for row in found):
            raise Refused(Why.SEVERAL)
        own = [row for row in found if row[0] == first]
        columns = {column: kind for _, column, kind, _ in own}
        return Relation(first, name, columns, frozenset(row[1] for row in own if not row[3]))

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        import psycopg

        try:
            with self._connection.transaction(), self._connection.cursor("amanat") as cursor:
                cursor.itersize = _CHUNK
                cursor.execute(query.encode())
                yield from cursor
        except psycopg.Error as error:
            raise _refused(error) from None

    def _all(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        import psycopg

        try:
            with self._connection.transaction():
                return self._connection.execute(query.encode(), values).fetchall()
        except psycopg.Error as error:
            raise _refused(error) from None


def _refused(error: psycopg.Error) -> Refused:
    state = error.sqlstate or ""
    if not state or state.startswith(("08", "57P")):
        return Refused(Why.LOST, state)
    return Refused(_STATES.get(state, Why.REFUSED), state)


@contextmanager
def asking(system: str, whence: str, url: str, seconds: int) -> Iterator[Asker]:
    """A session; see `Opener`."""
    connection = entered(system, whence, url, "amanat measure")
    import psycopg

    from amanat.errors import EnvironmentFault

    try:
        try:
            connection.autocommit = True
            for setting in (*_SETTINGS, f"SET SESSION statement_timeout = '{seconds}s'"):
                connection.execute(setting.encode())
        except psycopg.Error as error:
            raise EnvironmentFault(
                f"the database of system `{system}` does not answer", hint=f"SQLSTATE {error.sqlstate}"
            ) from None
        yield _Session(connection)
    finally:
        connection.close()
