"""A sheet in a terminal and as Markdown. No text of a catalog is ever markup, or steers a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from unicodedata import combining, east_asian_width

from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import Paint, printable
from amanat.sheet import At, Cell, Code, Piece, Said, Section, Sheet, Spans, Table, Thing, located

WIDTH = 110
MOST = 40
"""How many rows of a table a terminal shows; the other formats have all."""
_GAP = "  "


def to_text(sheet: Sheet, spans: Spans, paint: Paint, prefix: str = "") -> str:
    """The sheet for a terminal; `prefix` is put before file names so that they can be opened."""
    return "\n".join(_Text(sheet, spans, paint, prefix).lines()) + "\n"


def to_markdown(sheet: Sheet, spans: Spans) -> str:
    """The sheet as Markdown."""
    return "\n".join(_markdown(sheet, spans)) + "\n"


def plain(cell: Cell, sheet: Sheet, spans: Spans, prefix: str = "") -> str:
    """A cell as running text."""
    return _joined(((one, _piece(one, sheet, spans, prefix)) for one in _pieces(cell)), sheet)


def _joined(parts: Iterable[tuple[Piece, str]], sheet: Sheet) -> str:
    """Pieces with commas between them, none after a colon; places behind what is written there in
    brackets."""
    text, after_colon = "", False
    for piece, part in parts:
        if not text:
            text = part
        elif isinstance(piece, At):
            text += f" ({part})"
        else:
            text += f" {part}" if after_colon else f"{sheet.comma}{part}"
        after_colon = isinstance(piece, str) and piece.endswith(":")
    return text


def _pieces(cell: Cell) -> tuple[Piece, ...]:
    return cell if type(cell) is tuple else (cell,)  # type: ignore[return-value]


def _piece(piece: Piece, sheet: Sheet, spans: Spans, prefix: str) -> str:
    if isinstance(piece, Thing):
        label = piece.label.get(sheet.tag) or next(iter(piece.label.values()), "")
        return printable(piece.id if not label or label == piece.id else f"{label} ({piece.id})")
    if isinstance(piece, At):
        return printable(prefix + located(spans, piece.place))
    return printable(piece)


class _Text:
    def __init__(self, sheet: Sheet, spans: Spans, paint: Paint, prefix: str) -> None:
        self._sheet, self._spans, self._paint, self._prefix = sheet, spans, paint, prefix

    def _plain(self, cell: Cell) -> str:
        return plain(cell, self._sheet, self._spans, self._prefix)

    def lines(self) -> Iterator[str]:
        yield self._paint(printable(self._sheet.title), "1")
        for cell in self._sheet.lead:
            yield from self._said(cell, "")
        for section in self._sheet.sections:
            yield ""
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[str]:
        yield self._paint(printable(section.title), "1;36")
        for cell in section.lines:
            yield from self._said(cell, "  ")
        if section.table is not None:
            yield from self._table(section.table)

    def _said(self, cell: Cell, indent: str) -> Iterator[str]:
        text = self._plain(cell)
        yield from wrap(
            text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
            break_long_words=False, break_on_hyphens=False,
        ) or [indent]  # fmt: skip

    def _table(self, table: Table) -> Iterator[str]:
        rows = [[self._plain(cell) for cell in row] for row in table.rows[:MOST]]
        widths = [max(map(_width, column)) for column in zip(table.headings, *rows, strict=True)]
        if sum(widths) + len(_GAP) * len(widths) <= WIDTH:
            yield self._paint(self._row(table.headings, widths), "2")
            yield from (self._row(row, widths) for row in rows)
        else:
            for row in rows:
                yield from self._stacked(table.headings, row)
        if len(table.rows) > MOST:
            yield f"  … +{len(table.rows) - MOST} (--format md)"

    def _row(self, cells: Iterable[str], widths: list[int]) -> str:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
        return (_GAP + _GAP.join(padded)).rstrip()

    def _stacked(self, headings: tuple[str, ...], row: list[str]) -> Iterator[str]:
        """A row that is too wide for one line: its first cell, below it the others, each with its heading."""
        yield from wrap(
            row[0], WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False
        )
        rest = (f"{heading}: {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True))
        yield from wrap(
            " · ".join(rest), WIDTH, initial_indent="      ", subsequent_indent="      ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if combining(char) or char in "\u200c\u200d" else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def _markdown(sheet: Sheet, spans: Spans) -> Iterator[str]:
    yield f"# {prose(printable(sheet.title))}"
    for cell in sheet.lead:
        yield ""
        yield _marked(cell, sheet, spans)
    for section in sheet.sections:
        yield ""
        yield f"## {prose(printable(section.title))}"
        if section.lines:
            yield ""
            yield from (f"- {_marked(cell, sheet, spans)}" for cell in section.lines)
        if section.table is not None:
            yield ""
            yield f"| {' | '.join(prose(one) for one in section.table.headings)} |"
            yield f"|{'---|' * len(section.table.headings)}"
            for row in section.table.rows:
                yield f"| {' | '.join(_marked(cell, sheet, spans) for cell in row)} |"


def _marked(cell: Cell, sheet: Sheet, spans: Spans) -> str:
    return _joined(((one, _marked_piece(one, sheet, spans)) for one in _pieces(cell)), sheet)


def _marked_piece(piece: Piece, sheet: Sheet, spans: Spans) -> str:
    if isinstance(piece, Thing):
        label = piece.label.get(sheet.tag) or next(iter(piece.label.values()), "")
        name = code(printable(piece.id))
        return name if not label or label == piece.id else f"{prose(printable(label))} ({name})"
    if isinstance(piece, Code):
        return code(printable(piece))
    if isinstance(piece, Said):
        parts = (printable(one) for one in piece.split("`"))
        return "".join(code(one) if place % 2 else prose(one) for place, one in enumerate(parts) if one)
    if isinstance(piece, At):
        return code(_piece(piece, sheet, spans, ""))
    return prose(printable(piece))
