"""Registers as a workbook of Excel (Office Open XML, ISO/IEC 29500), by XlsxWriter.

A sheet of facts comes first, then one for each register, with a frozen heading, filters and widths. Numbers
are numbers, and no cell is ever a formula or a link. The same registers give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from amanat import __version__
from amanat.errors import EnvironmentFault, UsageError
from amanat.inventory.columns import Absent, Cell
from amanat.inventory.csv import NONE, quoted
from amanat.inventory.register import Rows
from amanat.model.catalog import Catalog

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
"""What a sheet and a cell can hold."""
_WIDEST, _NARROWEST = 60, 8
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = datetime(1980, 1, 1)
_LEGEND = (
    ("unknown", "nobody said"),
    ("n/a", "does not apply"),
    ("none", "a list that is known to be empty"),
    (" | ", "stands between the items of a list; a bar in an item is written \\|"),
)


class Sheet(NamedTuple):
    """A register for a sheet of its own, and what it is called."""

    name: str
    rows: Rows


def to_xlsx(
    catalog: Catalog, sheets: Sequence[Sheet], said: Mapping[str, str], right_to_left: bool = False
) -> bytes:
    """A workbook with a sheet of facts (`said`: what to value) and the registers.

    Raises `UsageError` where a register has more rows, or a cell more characters, than a sheet can hold:
    nothing is cut off in silence. Raises `EnvironmentFault` without XlsxWriter.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise EnvironmentFault(
            "a workbook needs XlsxWriter", hint="pip install 'amanat[xlsx]', or take --format csv"
        ) from error
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "use_zip64": True,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _EPOCH, "title": "amanat"})
    looks = _Looks(book)
    names = _names(["about", *(sheet.name for sheet in sheets)])
    first = book.add_worksheet(names[0])
    _about(first, looks, catalog, sheets, names[1:], said)
    for name, sheet in zip(names[1:], sheets, strict=True):
        page = book.add_worksheet(name)
        if right_to_left:
            page.right_to_left()
        _fill(page, looks, sheet)
    book.close()
    return stream.getvalue()


class _Looks:
    """The few formats that cells have."""

    def __init__(self, book: Any) -> None:
        plain = {"valign": "top"}
        self.text = book.add_format(plain)
        self.wrapped = book.add_format({**plain, "text_wrap": True})
        self.heading = book.add_format({**plain, "bold": True, "bg_color": "#E3EFED", "bottom": 1})
        self.absent = book.add_format({**plain, "italic": True, "font_color": "#7A7A7A"})
        self.day = book.add_format({**plain, "num_format": "yyyy-mm-dd"})
        self.title = book.add_format({"bold": True, "font_size": 14})


def _names(wanted: Sequence[str]) -> list[str]:
    """Names of sheets as a workbook takes them: no forbidden signs, 31 characters, none twice in any case."""
    found: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        plain = name.translate(_NOT_IN_NAMES).strip() or "sheet"
        candidate, number = plain[:_LONGEST_NAME], 1
        while candidate.casefold() in taken or candidate.casefold() == "history":
            number += 1
            tail = f" {number}"
            candidate = plain[: _LONGEST_NAME - len(tail)] + tail
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


def _about(
    page: Any,
    looks: _Looks,
    catalog: Catalog,
    sheets: Sequence[Sheet],
    names: Sequence[str],
    said: Mapping[str, str],
) -> None:
    page.write_string(0, 0, "amanat", looks.title)
    facts = {
        "catalog": " / ".join(catalog.name.values()),
        "made by": f"amanat {__version__}",
        "catalog digest": f"sha256:{catalog.digest}",
        **said,
    }
    at = 2
    for what, value in facts.items():
        page.write_string(at, 0, what, looks.heading)
        page.write_string(at, 1, printable(value), looks.wrapped)
        at += 1
    at += 1
    page.write_row(at, 0, ["sheet", "rows"], looks.heading)
    for name, sheet in zip(names, sheets, strict=True):
        at += 1
        page.write_string(at, 0, name, looks.text)
        page.write_number(at, 1, sum(1 for _ in sheet.rows.rows()), looks.text)
    at += 2
    page.write_row(at, 0, ["a cell that reads", "means"], looks.heading)
    for word, meaning in _LEGEND:
        at += 1
        page.write_string(at, 0, word, looks.absent)
        page.write_string(at, 1, meaning, looks.text)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 90)


def _fill(page: Any, looks: _Looks, sheet: Sheet) -> None:
    columns = sheet.rows.columns
    widths = [max(_NARROWEST, len(column.name) + 3) for column in columns]
    for at, column in enumerate(columns):
        page.write_string(0, at, printable(column.name), looks.heading)
    last = 0
    for last, row in enumerate(sheet.rows.rows(), 1):
        if last >= MOST_ROWS:
            raise UsageError(
                f"`{sheet.name}` has more rows than a sheet holds ({MOST_ROWS - 1:,})",
                hint="filter it, or take --format csv, json or sqlite",
            )
        for at, column in enumerate(columns):
            where = f"`{column.name}` in `{sheet.name}`"
            widths[at] = max(widths[at], _write(page, looks, last, at, row[column.name], where))
    for at, width in enumerate(widths):
        page.set_column(at, at, min(width + 1, _WIDEST))
    page.freeze_panes(1, 1)
    if columns:
        page.autofilter(0, 0, last, len(columns) - 1)


def _write(page: Any, looks: _Looks, at: int, column: int, cell: Cell, where: str) -> int:
    """Write a cell; returns how wide it is."""
    if isinstance(cell, Absent):
        page.write_string(at, column, cell.value, looks.absent)
        return len(cell.value)
    if isinstance(cell, bool):
        page.write_string(at, column, "yes" if cell else "no", looks.text)
        return 3
    if isinstance(cell, int | float) and abs(cell) < 1e15:
        page.write_number(at, column, cell, looks.text)
        return len(str(cell))
    if cell == ():
        page.write_string(at, column, NONE, looks.absent)
        return len(NONE)
    text = printable(_text(cell))
    day = _day(text)
    if day is not None:
        page.write_datetime(at, column, day, looks.day)
        return 10
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"a cell of {where} has {len(text):,} characters; a workbook's holds {MOST_CHARACTERS:,}",
            hint="leave the column out with --columns, or take --format csv, json or sqlite",
        )
    page.write_string(at, column, text, looks.wrapped if len(text) > _WIDEST or "\n" in text else looks.text)
    return max(map(len, text.split("\n")), default=0)


def _text(cell: str | int | float | tuple[str, ...]) -> str:
    if isinstance(cell, str):
        return quoted(cell)
    if isinstance(cell, tuple):
        return quoted(" | ".join(item.replace("\\", "\\\\").replace("|", "\\|") for item in cell))
    return str(cell)


def _day(text: str) -> datetime | None:
    """The day that a text is, where a workbook can hold it as one."""
    if len(text) != 10 or text[4] != "-":
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day) if day.year > 1900 else None


def printable(text: str) -> str:
    """The text with what XML 1.0 cannot hold spelled out (ISO/IEC 29500 writes it so: `_x0001_`), so that
    nothing is lost."""
    return _NOT_XML.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)
