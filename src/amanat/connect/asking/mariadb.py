"""A MariaDB that is asked for counts. Each question is a read-only transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from amanat.connect.asking.asked import Asker, Refused, Relation, Why
from amanat.connect.mariadb import entered
from amanat.errors import EnvironmentFault

if TYPE_CHECKING:
    from pymysql.connections import Connection

_COLUMNS = (
    "SELECT TABLE_SCHEMA, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS"
    " WHERE TABLE_NAME = %s AND TABLE_SCHEMA = COALESCE(%s, DATABASE()) ORDER BY ORDINAL_POSITION"
)
_SETTINGS = (
    # Strings are cast before they are compared, and then compare by this: byte for byte, as elsewhere.
    "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
    "SET SESSION sql_mode = '', lock_wait_timeout = 5, innodb_lock_wait_timeout = 5, time_zone = '+00:00'",
    "SET SESSION TRANSACTION READ ONLY",
)
_CODES = {
    1044: Why.NO_RIGHTS,
    1142: Why.NO_RIGHTS,
    1143: Why.NO_RIGHTS,
    1227: Why.NO_RIGHTS,
    1356: Why.NO_RIGHTS,
    1370: Why.NO_RIGHTS,
    1205: Why.LOCKED,
    1213: Why.LOCKED,
    1969: Why.TIMEOUT,
    1146: Why.NO_TABLE,
}


class _Session:
    engine = "mariadb"

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def relation(self, schema: str | None, name: str) -> Relation:
        found = list(self._asked(_COLUMNS, (name, schema)))
        if not found:
            raise Refused(Why.NO_TABLE)
        return Relation(_plain(found[0][0]), name, {_plain(row[1]): _plain(row[2]) for row in found})

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        yield from self._asked(query, None)

    def _asked(self, query: str, values: tuple[Any, ...] | None) -> Iterator[tuple[Any, ...]]:
        import pymysql
        from pymysql.cursors import SSCursor

        try:
            with self._connection.cursor(SSCursor) as cursor:
                cursor.execute(query, values)
                yield from cursor
        except (pymysql.Error, OSError) as error:
            raise _refused(error) from None


def _plain(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _refused(error: Exception) -> Refused:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if 2000 <= code < 3000 or code in (0, 1053, 1927):
        return Refused(Why.LOST, str(code or ""))
    return Refused(_CODES.get(code, Why.REFUSED), str(code))


@contextmanager
def asking(system: str, whence: str, url: str, seconds: int) -> Iterator[Asker]:
    """A session; see `Opener`."""
    connection = entered(system, whence, url, seconds + 30)
    import pymysql

    try:
        try:
            with connection.cursor() as cursor:
                for setting in (*_SETTINGS, f"SET SESSION max_statement_time = {seconds}"):
                    cursor.execute(setting)
        except pymysql.Error as error:
            number = error.args[0] if error.args else ""
            raise EnvironmentFault(
                f"the database of system `{system}` does not answer: error {number}",
                hint="measure asks MariaDB 10.11 and later, and not MySQL",
            ) from None
        yield _Session(connection)
    finally:
        connection.close()
