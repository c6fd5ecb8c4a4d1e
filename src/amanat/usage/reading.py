"""Query logs, line by line, in the forms that engines write: who asked, and with which statement.

Forms are told by their columns: PostgreSQL's csvlog (no header) and `pg_stat_statements`, the query
histories of Snowflake, BigQuery and Databricks as CSV or JSON lines, and any other table with a statement
and a user."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A statement of a log. `times` is how often it was made; `line` counts from 1."""

    line: int
    principals: tuple[str, ...]
    statement: str
    times: int = 1


class Broken(NamedTuple):
    """A line that is not what a log of its form holds."""

    line: int
    why: str


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
_CSVLOG = range(22, 27)
"""How many columns PostgreSQL's csvlog has, by version (PostgreSQL 9 to 17)."""
_CSVLOG_USER, _CSVLOG_SEVERITY, _CSVLOG_MESSAGE = 1, 11, 13
_LOGGED = re.compile(
    r"\A(?:duration: [\d.]+ ms\s+)?(?:statement|execute [^:]*|parse [^:]*|bind [^:]*): ", re.IGNORECASE
)


def entries(text: str) -> Iterator[Entry | Broken]:
    """The statements of a log, and its broken lines. Raises `Unknown`."""
    text = text.removeprefix("\ufeff")
    first = text.lstrip()[:1]
    if first == "{":
        yield from _json_lines(text)
    elif first == "[":
        yield from _json_list(text)
    elif first:
        yield from _table(text)


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
    for name in _TIMES:
        text = str(cells.get(name) or "")
        if text.isdigit():
            return int(text)
    return 1


def _table(text: str) -> Iterator[Entry | Broken]:
    csv.field_size_limit(1 << 30)  # a statement may be long
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    try:
        first = next(reader)
        if len(first) in _CSVLOG and not {cell.lower() for cell in first} & {*_STATEMENT, *_PRINCIPAL}:
            yield from _csvlog(1, first)
            before = reader.line_num
            for row in reader:
                yield from _csvlog(before + 1, row)
                before = reader.line_num
            return
        names = [cell.strip().lower() for cell in first]
        _headed(names)
        before = reader.line_num
        for row in reader:
            if row:
                yield _of_cells(before + 1, names, row)
            before = reader.line_num
    except csv.Error as error:
        yield Broken(reader.line_num, f"is not CSV: {error}")


def _headed(names: Sequence[str]) -> None:
    if not set(names) & set(_STATEMENT):
        raise Unknown(f"no column holds statements: none is called {', '.join(_STATEMENT[:4])} …")
    if not set(names) & set(_PRINCIPAL):
        raise Unknown(f"no column holds users: none is called {', '.join(_PRINCIPAL[:5])} …")


def _of_cells(number: int, names: Sequence[str], row: Sequence[str]) -> Entry | Broken:
    if len(row) != len(names):
        return Broken(number, f"has {len(row)} cells, where the header has {len(names)}")
    return _of_row(number, dict(zip(names, row, strict=True)))


def _csvlog(number: int, row: Sequence[str]) -> Iterator[Entry | Broken]:
    if not row:
        return
    if len(row) not in _CSVLOG:
        yield Broken(number, f"has {len(row)} cells, where PostgreSQL's csvlog has 22 to 26")
        return
    found = _LOGGED.match(row[_CSVLOG_MESSAGE])
    if row[_CSVLOG_SEVERITY] == "LOG" and found is not None:
        principals = (row[_CSVLOG_USER],) if row[_CSVLOG_USER] else ()
        yield Entry(number, principals, row[_CSVLOG_MESSAGE][found.end() :])
