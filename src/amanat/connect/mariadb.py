"""A read-only look at a MariaDB: nothing changed, no locks but those of reading.

The URL holds a password. It never appears in a message, and neither do the driver's own words about it, which
may quote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from amanat.connect.held import held_in
from amanat.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from pymysql.connections import Connection

_SCHEMES = ("mariadb", "mysql")
_FORM = "write it as mariadb://user:password@host:port/database, with ?unix_socket=PATH for a socket"

_SETTINGS = (
    "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
    "SET SESSION sql_mode = '', max_statement_time = 120, lock_wait_timeout = 5",
    "SET SESSION optimizer_trace_max_mem_size = 16777216, optimizer_switch = 'derived_merge=off'",
    "SET SESSION TRANSACTION READ ONLY",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)

_REFUSALS = {
    1045: "the server does not accept its user and password",
    1698: "the server does not accept its user and password",
    1044: "its user may not use that database",
    1049: "the server has no such database",
    1040: "the server has no connection left",
    1203: "the server has no connection left for its user",
    1129: "the server lets nobody in from here any more, after too many errors",
    1130: "the server lets nobody in from here",
    4151: "its user's account is locked",
    1820: "its user's password has expired",
    1862: "its user's password has expired",
    2026: "the server and its URL do not agree on encryption",
}

_FORBIDDEN = (1044, 1142, 1143, 1227)
_EXPANDED = re.compile(r'"expanded_query": "((?:[^"\\]|\\.)*)"')


class NotCompiledError(Exception):
    """The server could not compile a query."""


class Session:
    """A read-only transaction."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        version, database, user = self.rows("SELECT VERSION(), DATABASE(), CURRENT_USER()")[0]
        self.server = str(version)
        self.database = str(database or "")
        self.user = str(user)

    @property
    def version(self) -> tuple[int, int]:
        """The server's version, such as (10, 11)."""
        found = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", self.server) or re.match(r"(\d+)\.(\d+)", self.server)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query that holds its values quoted."""
        import pymysql

        try:
            return self._rows(query)
        except pymysql.Error as error:
            code, message = _told(error)
            if code in _FORBIDDEN:
                raise EnvironmentFault(
                    f"the database does not let us look: {message}",
                    hint="the README's section on verifying says what the reader needs",
                ) from None
            raise EnvironmentFault(f"the database does not answer: {message}") from None

    def definition(self, view: str) -> bytes | None:
        """The statement that makes a view (its quoted name), byte by byte as the server keeps it; None where
        we may not see it."""
        import pymysql

        self._connection.use_unicode = False
        try:
            self._rows("SET character_set_results = NULL")
            found: bytes = self._rows(f"SHOW CREATE VIEW {view}")[0][1]
            return found
        except pymysql.Error as error:
            code, message = _told(error)
            if code in _FORBIDDEN:
                return None
            raise EnvironmentFault(f"the database does not answer: {message}") from None
        finally:
            self._connection.use_unicode = True
            self._rows("SET character_set_results = utf8mb4")

    def compiled(self, query: str) -> str:
        """What the server makes of a query when it prepares it, without executing it. Raises
        `NotCompiledError`."""
        import pymysql

        try:
            self._rows("SET optimizer_trace = 'enabled=on'")
            self._rows(f"PREPARE amanat_compiled FROM {self._connection.escape(query)}")
            ((trace, missing, hidden),) = self._rows(
                "SELECT TRACE, MISSING_BYTES_BEYOND_MAX_MEM_SIZE, INSUFFICIENT_PRIVILEGES"
                " FROM information_schema.OPTIMIZER_TRACE"
            )
            self._rows("DEALLOCATE PREPARE amanat_compiled")
        except pymysql.Error as error:
            code, message = _told(error)
            if code >= 2000 and code < 3000:
                raise EnvironmentFault(f"the database does not answer: {message}") from None
            raise NotCompiledError(message) from None
        finally:
            if self._connection.open:
                self._rows("SET optimizer_trace = 'enabled=off'")
        expanded = _EXPANDED.findall(str(trace))
        if missing or hidden or not expanded:
            raise NotCompiledError("the server shows no trace of it")
        return "\n".join(expanded)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())


def _told(error: Exception) -> tuple[int, str]:
    """An error's number and the server's words; the driver's own may name what the URL says."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if 1000 <= code < 2000 or code >= 3000:
        return code, str(error.args[1]) if len(error.args) > 1 else f"error {code}"
    return code, "the connection is lost"


def entered(system: str, whence: str, url: str, patience: int) -> Connection[Any]:
    """A connection to the database of a system; `whence` says in words where the URL came from, `patience` is
    how many seconds an answer may take. Raises as `connected` does."""
    try:
        import pymysql
    except ImportError:
        raise UsageError(
            "looking into a MariaDB needs the driver pymysql, which is not installed",
            hint="install the extra `mariadb`: pip install 'amanat[mariadb]'",
        ) from None
    given = _parameters(whence, url)
    try:
        return pymysql.connect(
            **given, charset="utf8mb4", autocommit=True, connect_timeout=10, read_timeout=patience
        )
    except (pymysql.Error, OSError, RuntimeError) as error:  # RuntimeError: a way to log in that we lack
        code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        meaning = _REFUSALS.get(code, "no server answers there")
        if isinstance(error, RuntimeError):
            meaning = "its user logs in in a way that the driver does not know"
        raise EnvironmentFault(
            f"cannot connect to the database of system `{system}`: {meaning}",
            hint=f"check the URL in {whence}",
        ) from None


@contextmanager
def connected(system: str, variable: str, url: str) -> Iterator[Session]:
    """A session on the database of a system; `variable` is the environment variable that held the URL, ""
    where `--url` did.

    Raises `UsageError` where the driver is not installed or the URL is none, and `EnvironmentFault` where the
    server does not let us in.
    """
    connection = entered(system, held_in(variable), url, 150)
    import pymysql

    try:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
        yield Session(connection)
    except pymysql.Error as error:
        raise EnvironmentFault(
            f"the database of system `{system}` does not answer: {_told(error)[1]}",
            hint="verify looks into MariaDB 10.11 and later, and not into MySQL",
        ) from None
    finally:
        connection.close()


def _parameters(whence: str, url: str) -> dict[str, Any]:
    refused = UsageError(f"{whence} holds no URL of a MariaDB", hint=_FORM)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:  # its words quote what it could not read
        raise refused from None
    database = unquote(parts.path.removeprefix("/"))
    if parts.scheme.partition("+")[0] not in _SCHEMES or not database or "/" in database:
        raise refused from None
    given: dict[str, Any] = {
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": database,
    }
    if socket := options.pop("unix_socket", ""):
        given["unix_socket"] = socket
    else:
        given |= {"host": unquote(parts.hostname or "localhost"), "port": port or 3306}
    if authority := options.pop("ssl_ca", ""):
        given |= {"ssl_ca": authority, "ssl_verify_cert": True, "ssl_verify_identity": True}
    if options:
        raise UsageError(
            f"the URL in {whence} has a parameter that is not known",
            hint="known are unix_socket and ssl_ca",
        ) from None
    return given
