"""Guards a SQLite database as a policy of amanat says. Made by amanat; needs Python 3.11 and nothing else.

    with Guard("shop.db", "shop.json", role="support_agent", purpose="service") as guard:
        columns, rows, _ = guard.execute("SELECT email FROM customers WHERE id = ?", [17])

SQLite has no privileges, so it is the application that enforces: it lets nobody else open the file, and runs
what others ask for through a guard. Who writes the SQL gets no further than the policy; who writes Python in
the same process is not held back.

Everything that the policy does not list is refused: new tables and columns, PRAGMA, ATTACH, schema tables,
transactions, functions that are not in `FUNCTIONS`. A table with masks or rows that depend on consent is seen
through a view of its name; `main.` before the name means the table itself. Foreign keys are enforced, and
what a trigger or a foreign key makes a write touch has to be open as well.

SQLite joins by NATURAL and USING without asking about the columns, so a statement with these words is
refused, wherever they stand; so are RETURNING and EXPLAIN. Give texts as parameters. Rows of a WITH are
counted by a column: count(x), not count(*).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import os
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

Value = str | int | float | bytes | None

_HARMLESS = """
abs avg ceil ceiling char coalesce count cume_dist current_date current_time current_timestamp date datetime
dense_rank first_value floor glob group_concat hex ifnull iif instr julianday lag last_value lead length like
lower ltrim max min nth_value ntile nullif percent_rank quote rank replace round row_number rtrim sign
strftime substr substring sum time total trim typeof unicode unixepoch upper
"""
FUNCTIONS = frozenset(_HARMLESS.split())
"""Functions that show nothing but what they are given."""

_MASK = "amanat_mask"
_KEPT = "amanat: no row of this table may be deleted"
_KEY_BYTES = 32
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_UNASKED = re.compile(
    r"(?<![A-Za-z_$])(natural|using|returning|explain)(?![A-Za-z0-9_$])", re.IGNORECASE | re.ASCII
)


class RefusedError(Exception):
    """The policy does not allow the statement, or does not know the pair."""


class Result(NamedTuple):
    """Names of the columns, the rows, and how many rows were changed (-1 where none can be)."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    changed: int


class _Table(NamedTuple):
    read: frozenset[str]
    update: frozenset[str]
    delete: bool


class _View(NamedTuple):
    name: str
    columns: frozenset[str]
    some_rows: bool
    sql: str


class Guard:
    """A database as one role may use it for one purpose. Raises `RefusedError` for a pair that the policy
    does not know, `ValueError` for a policy that it cannot read or a missing key (`key`: at least 32 bytes,
    the same as in other engines where hashes are to meet)."""

    def __init__(
        self,
        database: str | os.PathLike[str],
        policy: str | os.PathLike[str] | Mapping[str, Any],
        role: str,
        purpose: str,
        key: bytes | None = None,
    ) -> None:
        pair = _pair(policy, role, purpose)
        if pair["needs_key"] and (key is None or len(key) < _KEY_BYTES):
            raise ValueError(f"the policy hashes columns: give a key of at least {_KEY_BYTES} bytes")
        self._tables = {
            _folded(each["name"]): _Table(_names(each["read"]), _names(each["update"]), each["delete"])
            for each in pair["tables"]
        }
        self._views = {
            _folded(each["name"]): _View(
                each["name"], _names(each["columns"]), each["some_rows"], each["sql"]
            )
            for each in pair["views"]
        }
        self._kept = [each["name"] for each in pair["tables"] if each["update"] and not each["delete"]]
        self._inner: str | None = None
        self._denied = False
        writes = any(each["update"] or each["delete"] for each in pair["tables"])
        uri = f"{Path(database).absolute().as_uri()}?mode={'rw' if writes else 'ro'}"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=0)
        try:
            self._prepare(key or b"")
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def execute(self, sql: str, parameters: Sequence[Value] | Mapping[str, Value] = ()) -> Result:
        """Run one statement. Raises `RefusedError` where the policy does not allow it, and what `sqlite3`
        raises for other faults."""
        word = _UNASKED.search(sql)
        if word:
            raise RefusedError(f"`{word[0]}` is refused: the policy cannot be asked about it")
        self._renew()
        self._denied = False
        try:
            cursor = self._connection.execute(sql, parameters)
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            if self._denied or str(error) == _KEPT:
                raise RefusedError(f"the policy does not allow this: {error}") from None
            raise
        finally:
            self._inner = None
        return Result(tuple(column[0] for column in cursor.description or ()), rows, cursor.rowcount)

    def _prepare(self, key: bytes) -> None:
        connection = self._connection
        for pragma in ("foreign_keys=ON", "recursive_triggers=ON", "trusted_schema=OFF", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.create_function(_MASK, 4, partial(mask, key), deterministic=True)
        connection.set_authorizer(self._authorize)

    def _renew(self) -> None:
        """Make the views anew around a name that nobody can know. SQLite says for whom it asks by a name that
        a view shares with any WITH of the asker, so only a name that serves one statement can be trusted."""
        connection, inner = self._connection, f"amanat_{secrets.token_hex(16)}"
        connection.set_authorizer(None)
        try:
            for view in self._views.values():
                # Apart, so that no condition of the asker is tried in rows that are not shown.
                how = "MATERIALIZED" if view.some_rows else "NOT MATERIALIZED"
                connection.execute(f"DROP VIEW IF EXISTS temp.{_quoted(view.name)}")
                connection.execute(
                    f"CREATE TEMP VIEW {_quoted(view.name)} AS "
                    f"WITH {inner} AS {how} ({view.sql}) SELECT * FROM {inner}"
                )
            for number, name in enumerate(self._kept):
                self._keep(f"amanat_keep_{number}", name)
        finally:
            connection.set_authorizer(self._authorize)
        self._inner = inner

    def _keep(self, trigger: str, name: str) -> None:
        """UPDATE OR REPLACE deletes rows, and nobody is asked; but a trigger sees it."""
        try:
            self._connection.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS {trigger} BEFORE DELETE ON main.{_quoted(name)} "
                f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
            )
        except sqlite3.OperationalError as error:
            # Without the table there is nothing to keep, and nothing is written to a view.
            if not re.match("no such table|cannot create BEFORE trigger on view", str(error)):
                raise

    def _authorize(
        self, action: int, first: str | None, second: str | None, database: str | None, context: str | None
    ) -> int:
        inside = self._inner is not None and context == self._inner
        one, two = _folded(first or ""), _folded(second or "")
        table = self._tables.get(one)
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            allowed = True
        elif action == sqlite3.SQLITE_READ:
            allowed = database == "main" if inside else self._reads(one, two, database)
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = two in FUNCTIONS or (inside and two == _MASK)
        elif action == sqlite3.SQLITE_UPDATE:
            allowed = database == "main" and table is not None and two in table.update
        elif action == sqlite3.SQLITE_DELETE:
            allowed = database == "main" and table is not None and table.delete
        else:
            allowed = False
        self._denied |= not allowed
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _reads(self, name: str, column: str, database: str | None) -> bool:
        """Whether a column may be read. Without a column, SQLite asks about a table of which only the number
        of rows is seen, and gives the database that the asker wrote, if any."""
        table, view = self._tables.get(name), self._views.get(name)
        plain = table is not None and bool(table.read)
        if not column:
            if database == "main":
                return plain or (view is not None and not view.some_rows)
            return view is not None or name == self._inner or (plain and database is None)
        if database == "temp":
            return view is not None and column in view.columns
        return database == "main" and table is not None and column in table.read


def _pair(policy: str | os.PathLike[str] | Mapping[str, Any], role: str, purpose: str) -> Mapping[str, Any]:
    data = policy if isinstance(policy, Mapping) else json.loads(Path(policy).read_text(encoding="utf-8"))
    if data.get("version") != 1 or data.get("target") != "sqlite":
        raise ValueError("this is no policy for SQLite that this guard can read")
    for pair in data["pairs"]:
        if (pair["role"], pair["purpose"]) == (role, purpose):
            return dict(pair)
    raise RefusedError(f"nothing is open to role `{role}` for purpose `{purpose}`")


def _names(names: Sequence[str]) -> frozenset[str]:
    return frozenset(map(_folded, names))


def _folded(name: str) -> str:
    return name.translate(_LOWER)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_REDACTED = "***"
_ADDRESS = re.compile(r"[^@]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.DOTALL)
_DAY = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII
)
_EXACT = 1e15
_INTEGERS = range(-(2**63), 2**63)


def mask(key: bytes, kind: str, n: int, of: str, value: Value) -> Value:
    """The value as a mask shows it. `of` is the type of the column, "" for an unknown one. A value that is
    not stored as the type says shows nothing."""
    if value is None or kind == "null":
        return None
    if kind == "redact":
        return _REDACTED
    if kind == "hash":
        fits = isinstance(value, {"integer": int, "text": str}.get(of, int | str))
        return hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest() if fits else None
    if kind == "bucket":
        return _bucket(n, of, value)
    if not isinstance(value, str):
        return None
    if kind in ("year", "month"):
        day = _day(value)
        return f"{day.year:04}" + (f"-{day.month:02}" if kind == "month" else "") if day else None
    return _text(kind, n, value)


def _text(kind: str, n: int, value: str) -> str | None:
    if kind == "partial" and n > 0:
        return _REDACTED if len(value) < 2 * n else _REDACTED + value[-n:]
    if kind == "prefix" and n > 0:
        return value[:n]
    if kind == "email_domain":
        address = _ADDRESS.fullmatch(value)
        return address[1] if address else _REDACTED
    return None


def _day(text: str) -> datetime | None:
    """The moment that SQLite's own forms of a date and time name, as UTC sees it."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day, clock, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or '').upper()}")
        return moment.astimezone(UTC) if zone else moment
    except (ValueError, OverflowError):
        return None


def _bucket(n: int, of: str, value: Value) -> Value:
    fits = isinstance(value, int) or (isinstance(value, float) and of != "integer")
    if not fits or not isinstance(value, int | float) or n < 1:
        return None
    if not math.isfinite(value) or (isinstance(value, float) and abs(value) >= _EXACT):
        return None
    low = math.floor(value) // n * n
    return low if low in _INTEGERS else str(low)
