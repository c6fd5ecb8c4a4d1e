"""Tables that people keep: CSV (with commas, semicolons or tabs between cells) and the worksheets of XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from amanat.errors import UsageError
from amanat.imports.entry import Imported

_BETWEEN = (",", ";", "\t")


class Row(NamedTuple):
    """A row by its headings; `at` is where it stands, in words."""

    at: str
    cells: dict[str, str]


def tables_of(path: Path, made: Imported) -> list[list[Row]]:
    """The rows of every table of a file, the first row of each being its header. What stands in a column
    without a heading is a loss. Raises `UsageError`."""
    found = _of_workbook(path) if path.suffix.lower() == ".xlsx" else [("", _of_csv(path))]
    tables = [_rows(name, table, made, path) for name, table in found if any(map(any, table))]
    if not tables:
        raise UsageError(f"`{path}` is empty")
    return tables


def _of_csv(path: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"`{path}` cannot be read: {words}", hint="see the path") from None
    head = text.partition("\n")[0]
    between = max(_BETWEEN, key=lambda sign: (head.count(sign), sign == ","))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=between))
    except csv.Error as error:
        raise UsageError(f"`{path}` is no CSV: {error}") from None


def _of_workbook(path: Path) -> list[tuple[str, list[list[str]]]]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError(
            "reading XLSX needs openpyxl, which is not installed",
            hint="install the extra `sheets`: pip install 'amanat[sheets]', or save it as CSV",
        ) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        return [
            (
                sheet.title,
                [
                    ["" if cell is None else str(cell) for cell in row]
                    for row in sheet.iter_rows(values_only=True)
                ],
            )
            for sheet in book.worksheets
        ]
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror or 'it is no workbook'}") from None
    except Exception as error:  # noqa: BLE001 - what a damaged workbook raises is its reader's business
        raise UsageError(f"`{path}` is no workbook that can be read ({type(error).__name__})") from None


def _rows(name: str, table: Sequence[Sequence[str]], made: Imported, path: Path) -> list[Row]:
    where = f"{name}, row" if name else "row"
    head = _headings(table[0])
    rows = []
    for number, row in enumerate(table[1:], 2):
        if len(row) > len(head):
            raise UsageError(f"`{path}`:{number} has {len(row)} cells, where the header has {len(head)}")
        for heading, cell in zip(head, row, strict=False):
            if cell.strip() and not heading:
                made.lose(
                    f"{where} {number}", f"a cell stands in a column without a heading: `{cell.strip()}`"
                )
        if any(cell.strip() for cell in row):
            cells = dict(zip(head, [*row, *[""] * len(head)], strict=False))
            rows.append(Row(f"{where} {number}", {key: cell for key, cell in cells.items() if key}))
    return rows


def _headings(row: Sequence[str]) -> list[str]:
    """The headings; one that stands twice gets a number, so that no column hides another."""
    found: list[str] = []
    for cell in row:
        name, count = cell.strip(), 1
        while name and name in found:
            count += 1
            name = f"{cell.strip()} ({count})"
        found.append(name)
    return found
