"""Reading the index: SELECT and nothing else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NamedTuple

from amanat.errors import UsageError

STEPS = 50_000
"""Steps of SQLite's machine between two looks at whether somebody pressed Ctrl-C."""

_READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_PRAGMAS = frozenset(
    {
        "data_version",
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
_FUNCTIONS_REFUSED = frozenset({"load_extension", "fts3_tokenizer"})
_REFUSED = ("not authorized", "authorization denied", "prohibited", "readonly", "may not be modified")
_TABLES = "tables and their columns: amanat query --tables"

Value = str | int | float | bytes | None


class Answer(NamedTuple):
    """The names of the columns, and the rows as they are read."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]


class Described(NamedTuple):
    """A table or view of the index."""

    name: str
    about: str
    columns: tuple[str, ...]


def read_only(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Take away every right but reading: no writing, no ATTACH, no extension, no setting."""
    from amanat.conflicts.folding import fold

    connection.create_function("fold", 1, lambda text: fold(text) if isinstance(text, str) else text)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.set_authorizer(_authorise)
    connection.set_progress_handler(lambda: 0, STEPS)
    return connection


def _authorise(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _PRAGMAS
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = second not in _FUNCTIONS_REFUSED
    elif action == sqlite3.SQLITE_UPDATE:
        # SQLite asks this when it opens a virtual table, such as the full-text index; a statement that
        # really changes the schema table is refused by SQLite itself.
        allowed = first in ("sqlite_master", "sqlite_schema")
    else:
        allowed = action in _READS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def ask(connection: sqlite3.Connection, sql: str) -> Answer:
    """Run one query on a connection made by `read_only`.

    Raises `UsageError` for SQL that is wrong, writes, or is more than one statement.
    """
    with _explained(connection):
        cursor = connection.execute(sql)
        columns = tuple(column[0] for column in cursor.description or ())
        first = cursor.fetchone()
    if not columns:
        raise UsageError("this is no query", hint="write a SELECT, such as: SELECT id, label FROM fields")
    return Answer(columns, _rows(connection, cursor, first))


def _rows(
    connection: sqlite3.Connection, cursor: sqlite3.Cursor, first: tuple[Value, ...] | None
) -> Iterator[tuple[Value, ...]]:
    while first is not None:
        yield first
        with _explained(connection):
            first = cursor.fetchone()


def describe(connection: sqlite3.Connection) -> tuple[Described, ...]:
    """The tables and views of the index with what they hold and their columns, sorted by name."""
    found = []
    for name, about in connection.execute("SELECT name, about FROM about ORDER BY name"):
        columns = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
        found.append(Described(name, about, tuple(column for (column,) in columns)))
    return tuple(found)


@contextmanager
def _explained(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, sqlite3.Warning) as error:
        raise _explain(connection, str(error)) from error
    except UnicodeEncodeError as error:
        raise UsageError("the query holds a lone surrogate, which is no character") from error


def _explain(connection: sqlite3.Connection, error: str) -> UsageError | KeyboardInterrupt:
    if error == "interrupted":
        return KeyboardInterrupt()
    if any(sign in error for sign in _REFUSED):
        return UsageError(
            "the index is only for reading",
            hint="write a SELECT; to change the catalog, edit its YAML; to work on a database of your own: "
            "amanat export inventory --format sqlite --output FILE",
        )
    if "one statement at a time" in error:
        return UsageError("this is more than one statement", hint="give one SELECT, without `;` inside")
    missing = re.fullmatch(r"no such (table|column): (?:.*\.)?(.+?)(?: in .*)?", error)
    if missing is None:
        return UsageError(f"SQLite cannot read this query: {error}", hint=_TABLES)
    kind, name = missing.groups()
    there = describe(connection)
    names = (
        {one.name for one in there} if kind == "table" else {name for one in there for name in one.columns}
    )
    near = get_close_matches(name.lower(), sorted(names), n=3, cutoff=0.6)
    guess = f"did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
    return UsageError(f"there is no {kind} `{name}`", hint=f"{guess}{_TABLES}")
