"""Query logs, line by line, in the forms that engines write: who asked, and with which statement.

Forms are told by their columns: PostgreSQL's csvlog (no header) and `pg_stat_statements`, the query
histories of Snowflake, BigQuery and Databricks as CSV or JSON lines, and any other table with a statement
and a user."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A statement of a log. `times` is how often it was made; `line` counts from 1 in `log`."""

    line: int
    principals: tuple[str, ...]
    statement: str
    times: int = 1
    log: str = ""

    @property
    def at(self) -> str:
        """Where it stands."""
        return _at(self.log, self.line)


class Broken(NamedTuple):
    """A line that is not what a log of its form holds."""

    line: int
    why: str
    log: str = ""

    @property
    def at(self) -> str:
        """Where it stands."""
        return _at(self.log, self.line)


def _at(log: str, line: int) -> str:
    return f"{log}:{line}" if log else str(line)


class Unknown(Exception):  # noqa: N818 - an answer, not a fault
    """The file is no query log that is known. The message says what is missing."""


_STATEMENT = (
    *("query", "statement", "sql", "query_text", "statement_text", "sql_text", "command"),
    "text",
)
_PRINCIPAL = (
    *("role_name", "principal", "role", "rolname", "user", "user_name", "username", "usename", "user_email"),
    *("executed_by", "principal_email", "db_user", "dbuser"),
)
_TIMES = ("calls", "count", "executions", "times")
_HEAD = 100_000
"""Characters at the beginning of a log in which its form is looked for."""
_MOST_LINES = 5_000
"""Lines that one record may take."""
_CSVLOG = range(22, 27)
"""How many columns PostgreSQL's csvlog has, by version (PostgreSQL 9 to 17)."""
_CSVLOG_USER, _CSVLOG_SEVERITY, _CSVLOG_MESSAGE = 1, 11, 13
_LOGGED = re.compile(
    r"\A(?:duration: [\d.]+ ms\s+)?(?:statement|execute [^:]*|parse [^:]*|bind [^:]*): ", re.IGNORECASE
)


def entries(text: str) -> Iterator[Entry | Broken]:
    """The statements of a log, and its broken lines. Raises `Unknown`."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return
    if text.lstrip().startswith("["):
        yield from _json_list(text)
    elif _is_json_lines(text):
        yield from _json_lines(text)
    else:
        yield from _table(text)


def _is_json_lines(text: str) -> bool:
    """Whether one of the first lines is a map: the very first may be cut off."""
    for line in filter(str.strip, text[:_HEAD].split("\n")):
        try:
            if line.lstrip().startswith("{") and isinstance(json.loads(line), dict):
                return True
        except (ValueError, RecursionError):
            continue
    return text.lstrip().startswith("{")


def _json_lines(text: str) -> Iterator[Entry | Broken]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Broken(number, "is not JSON")
            continue
        yield _of_row(number, row)


def _json_list(text: str) -> Iterator[Entry | Broken]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unknown(f"it is not JSON (line {getattr(error, 'lineno', 1)})") from None
    for number, row in enumerate(rows, 1):
        yield _of_row(number, row)


def _of_row(number: int, row: Any) -> Entry | Broken:
    if not isinstance(row, Mapping):
        return Broken(number, "is no map")
    cells = {str(key).lower(): value for key, value in row.items()}
    statement = next((cells[name] for name in _STATEMENT if isinstance(cells.get(name), str)), None)
    if statement is None:
        return Broken(number, "has no statement")
    principals = tuple(str(cells[name]) for name in _PRINCIPAL if cells.get(name))
    return Entry(number, tuple(dict.fromkeys(principals)), statement, _times(cells))


def _times(cells: Mapping[str, Any]) -> int:
    """How often it was made; once where nothing that is a number says so."""
    for name in _TIMES:
        try:
            return max(1, int(float(str(cells.get(name) or ""))))
        except (ValueError, OverflowError):
            continue
    return 1


def _table(text: str) -> Iterator[Entry | Broken]:
    csv.field_size_limit(1 << 30)  # a statement may be long
    head = _Head()
    for number, row in _records(text, head.wrong):
        if isinstance(row, Broken):
            yield row
        elif not head.known:
            head.learn(row)
            if head.raw:
                yield from _csvlog(number, row)
        elif head.raw:
            yield from _csvlog(number, row)
        else:
            yield _of_row(number, dict(zip(head.names, row, strict=True)))


class _Head:
    """What the first record says of those behind it: the names of the columns, or (`raw`) that it is a
    csvlog, which has no header."""

    def __init__(self) -> None:
        self.known = self.raw = False
        self.names: list[str] = []

    def learn(self, row: Sequence[str]) -> None:
        """Take the first record. Raises `Unknown`."""
        named = {cell.lower() for cell in row} & {*_STATEMENT, *_PRINCIPAL}
        self.known, self.raw = True, len(row) in _CSVLOG and not named
        if not self.raw:
            self.names = [cell.strip().lower() for cell in row]
            _headed(self.names)

    def wrong(self, row: Sequence[str]) -> str:
        """What is wrong with a record; "" where nothing is."""
        if self.raw:
            fits = len(row) in _CSVLOG
            return "" if fits else f"has {_cells(row)}, where PostgreSQL's csvlog has 22 to 26"
        if not self.known or len(row) == len(self.names):
            return ""
        return f"has {_cells(row)}, where the header has {len(self.names)}"


def _cells(row: Sequence[str]) -> str:
    return f"{len(row)} cell{'' if len(row) == 1 else 's'}"


def _records(text: str, wrong: Callable[[Sequence[str]], str]) -> Iterator[tuple[int, list[str] | Broken]]:
    """The records of a CSV text with the line that each begins at. A quote too many spoils the line that it
    stands in and no other: what does not end well begins anew at the next line."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        record, used, why = _record(lines, at, wrong)
        if record is None and used > 1:
            used = 1  # what seemed to go on over several lines does not end well
        yield at + 1, Broken(at + 1, why) if record is None else record
        at += used


def _record(
    lines: Sequence[str], at: int, wrong: Callable[[Sequence[str]], str]
) -> tuple[list[str] | None, int, str]:
    """The record that begins at a line, how many lines it takes, and what is wrong where it is none."""
    quotes = 0
    for used in range(1, min(_MOST_LINES, len(lines) - at) + 1):
        quotes += lines[at + used - 1].count('"')
        if quotes % 2:
            continue
        try:
            (row,) = csv.reader(["\n".join(lines[at : at + used]).rstrip("\r")], strict=True)
        except (csv.Error, ValueError):
            return None, used, "is not CSV"
        why = wrong(row)
        return (None if why else row), used, why
    return None, 1, "has a quote that nothing closes"


def _headed(names: Sequence[str]) -> None:
    if not set(names) & set(_STATEMENT):
        raise Unknown(f"no column holds statements: none is called {', '.join(_STATEMENT[:4])} …")
    if not set(names) & set(_PRINCIPAL):
        raise Unknown(f"no column holds users: none is called {', '.join(_PRINCIPAL[:5])} …")


def _csvlog(number: int, row: Sequence[str]) -> Iterator[Entry]:
    found = _LOGGED.match(row[_CSVLOG_MESSAGE])
    if row[_CSVLOG_SEVERITY] == "LOG" and found is not None:
        principals = (row[_CSVLOG_USER],) if row[_CSVLOG_USER] else ()
        yield Entry(number, principals, row[_CSVLOG_MESSAGE][found.end() :])
