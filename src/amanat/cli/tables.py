"""Tables on the terminal, and the same rows as CSV or JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum

NULL = "NULL"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class TableFormat(StrEnum):
    """How rows are shown."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def show(
    columns: Sequence[str], rows: Iterable[Sequence[object]], form: TableFormat, terminal: bool | None = None
) -> str:
    """The rows as text: a drawn table on a terminal, else one line a row with tabs between the cells.

    `terminal` says whether a terminal will show it; None asks standard output.
    """
    if form is TableFormat.JSON:
        return _json(columns, rows)
    if form is TableFormat.CSV:
        from amanat.inventory.csv import harmless, lines

        return "".join(
            lines([harmless(name) for name in columns], ([_csv(one) for one in row] for row in rows))
        )
    if sys.stdout.isatty() if terminal is None else terminal:
        return _drawn(columns, rows)
    return "".join("\t".join(map(plain, row)) + "\n" for row in (columns, *rows))


def plain(value: object) -> str:
    """A cell for reading: on one line, with what would move the cursor or hide text spelled out."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(plain, value)) or "none"
    text = f"x'{value.hex()}'" if isinstance(value, bytes) else str(value)
    return _CONTROL.sub(lambda sign: sign.group().encode("unicode_escape").decode(), text)


def _csv(value: object) -> str:
    from amanat.inventory.columns import Absent
    from amanat.inventory.csv import harmless, quoted, written

    if value is None:
        return NULL
    if isinstance(value, bytes):
        return plain(value)
    if isinstance(value, str) and value.strip('"') == NULL and not isinstance(value, Absent):
        return harmless(f'"{value}"')
    if isinstance(value, str | int | float | tuple):
        return written(value)
    return harmless(quoted(str(value)))


def _json(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    names = _distinct(columns)
    records = [dict(zip(names, map(_value, row), strict=True)) for row in rows]
    inner = ",\n".join(f"    {json.dumps(record, ensure_ascii=False)}" for record in records)
    body = f"[\n{inner}\n  ]" if records else "[]"
    return (
        f'{{\n  "version": 1,\n  "columns": {json.dumps(names, ensure_ascii=False)},\n  "rows": {body}\n}}\n'
    )


def _value(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _distinct(columns: Sequence[str]) -> list[str]:
    """The names, with a number behind one that stands twice."""
    names: list[str] = []
    for name in columns:
        candidate, count = name, 1
        while candidate in names:
            count += 1
            candidate = f"{name}_{count}"
        names.append(candidate)
    return names


def _drawn(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    from io import StringIO

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(Text(plain(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(value)) for value in row))
    # The width is the terminal's; the text is handed back, so that one place does all the writing.
    console = Console(file=StringIO(), width=Console().width, highlight=False, no_color=True)
    console.print(table)
    written = console.file
    assert isinstance(written, StringIO)
    return written.getvalue()
