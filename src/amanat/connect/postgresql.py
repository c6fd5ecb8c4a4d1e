"""A read-only look at a PostgreSQL: one snapshot, no locks but those of reading, nothing changed.

The URL holds a password. It never appears in a message, and neither do the driver's own words about it, which
may quote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from amanat.connect.held import held_in
from amanat.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

_LINE = 78
"""Bytes after which the server breaks a line of a tree that it logs."""

_SETTINGS = (
    "SET SESSION default_transaction_read_only = on",
    "SET LOCAL search_path = pg_catalog",
    "SET LOCAL statement_timeout = '120s'",
    "SET LOCAL lock_timeout = '5s'",
    "SET LOCAL quote_all_identifiers = off",
    "SET LOCAL debug_pretty_print = off",
)

_REFUSALS = (
    ("password authentication failed", "the server does not accept its user and password"),
    ("no password supplied", "the server asks for a password and there is none in it"),
    ("authentication failed", "the server does not let its user in"),
    ("pg_hba.conf", "the server lets nobody in from here that way (pg_hba.conf)"),
    ("is not permitted to log in", "its user may not log in"),
    ("permission denied for database", "its user may not connect to that database"),
    ('FATAL:  database "', "the server has no such database"),
    ('FATAL:  role "', "the server has no such user"),
    ("could not translate host name", "its host is not known"),
    ("timeout", "no server answers in time"),
    ("starting up", "the server is starting or stopping"),
    ("shutting down", "the server is starting or stopping"),
    ("too many", "the server has no connection left"),
    ("remaining connection slots", "the server has no connection left"),
    ("SSL", "the server and its URL do not agree on encryption"),
)


class NotCompiledError(Exception):
    """The server could not compile a query: its SQLSTATE and its first line."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state
        self.message = message


class Session:
    """A read-only transaction."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.version: int
        self.version, self.encoding, self.database, self.user = self.rows(
            "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'),"
            " current_database()::text, current_user::text"
        )[0]
        may_set = (
            "has_parameter_privilege('log_min_messages', 'SET')"
            if self.version >= 150000
            else "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        )
        self._quiet = bool(self.rows(f"SELECT {may_set}")[0][0])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query that holds its values quoted."""
        import psycopg

        try:
            return self._connection.execute(query.encode()).fetchall()
        except psycopg.Error as error:
            raise EnvironmentFault(
                f"the database does not answer: {error.diag.message_primary or 'the connection is lost'}",
                hint="the README's section on verifying says what the reader needs",
            ) from None

    def compiled(self, query: str) -> str:
        """The tree that the server makes of a query when it compiles it. The query is not executed, and no
        right on its tables is needed, but USAGE on their schemas.

        Raises `NotCompiledError`. The server writes the tree to its log as well, unless the user may set
        `log_min_messages`.
        """
        from psycopg.pq import DiagnosticField as Part

        trees: list[bytes] = []
        server = self._connection.pgconn

        def keep(result: PGresult) -> None:
            if result.error_field(Part.MESSAGE_PRIMARY) == b"parse tree:":
                trees.append(result.error_field(Part.MESSAGE_DETAIL) or b"")

        self._run(
            "SAVEPOINT compiling; SET LOCAL client_min_messages = log"
            + ("; SET LOCAL log_min_messages = panic" if self._quiet else "")
            + "; SET LOCAL debug_print_parse = on"  # last: it would print those after it
        )
        before, server.notice_handler = server.notice_handler, keep
        try:
            result = server.prepare(b"", query.encode())
        finally:
            server.notice_handler = None
            self._run("ROLLBACK TO SAVEPOINT compiling; RELEASE SAVEPOINT compiling")
            server.notice_handler = before
        state = result.error_field(Part.SQLSTATE)
        if state is not None or not trees:
            message = (result.error_field(Part.MESSAGE_PRIMARY) or b"it shows no tree").decode(
                errors="replace"
            )
            raise NotCompiledError((state or b"").decode(), message)
        return _unwrapped(trees[-1])

    def _run(self, statements: str) -> None:
        import psycopg

        try:
            self._connection.execute(statements.encode())
        except psycopg.Error as error:
            raise EnvironmentFault(
                f"the database does not answer: {error.diag.message_primary or 'the connection is lost'}"
            ) from None


def _unwrapped(tree: bytes) -> str:
    """A tree without the line breaks that the server put in: each took the place of a space, but in a line
    that had none."""
    parts: list[bytes] = []
    for line in tree.split(b"\n"):
        whole = len(line) == _LINE and b" " not in line[1:]
        parts.append(line if whole else line + b" ")
    return b"".join(parts).decode(errors="replace").strip()


def entered(system: str, whence: str, url: str, program: str) -> psycopg.Connection[Any]:
    """A connection to the database of a system; `whence` says in words where the URL came from, `program` is
    how the server sees us. Raises as `connected` does."""
    try:
        import psycopg
    except ImportError:
        raise UsageError(
            "looking into a PostgreSQL needs the driver psycopg, which is not installed",
            hint="install the extra `postgres`: pip install 'amanat[postgres]'",
        ) from None
    given = _parameters(whence, url)
    try:
        return psycopg.connect(
            **{"connect_timeout": "10", "application_name": program, **given},
            client_encoding="utf8",
        )
    except psycopg.Error as error:
        raise EnvironmentFault(
            f"cannot connect to the database of system `{system}`: {_refusal(str(error))}",
            hint=f"check the URL in {whence}",
        ) from None


@contextmanager
def connected(system: str, variable: str, url: str) -> Iterator[Session]:
    """A session on the database of a system; `variable` is the environment variable that held the URL, ""
    where `--url` did.

    Raises `UsageError` where the driver is not installed or the URL is none, and `EnvironmentFault` where the
    server does not let us in.
    """
    connection = entered(system, held_in(variable), url, "amanat policy verify")
    import psycopg

    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for setting in _SETTINGS:
            connection.execute(setting.encode())
        yield Session(connection)
    except psycopg.Error as error:
        raise EnvironmentFault(
            f"the database of system `{system}` does not answer: "
            f"{error.diag.message_primary or 'the connection is lost'}"
        ) from None
    finally:
        connection.close()


def _parameters(whence: str, url: str) -> Mapping[str, Any]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {key: value for key, value in conninfo_to_dict(url).items() if key != "client_encoding"}
    except psycopg.Error:  # its words quote what it could not read
        raise UsageError(
            f"{whence} holds no URL of a PostgreSQL",
            hint="write it as postgresql://user:password@host:port/database",
        ) from None


def _refusal(text: str) -> str:
    """Why the server did not let us in, in words of our own."""
    for part, meaning in _REFUSALS:
        if part in text:
            return meaning
    return "no server answers there"
