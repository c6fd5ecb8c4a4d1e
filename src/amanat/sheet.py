"""A sheet: what a report says in one language, before anybody decides how it looks.

A room makes sheets; the terminal, Markdown and the site each show them in their own way. So a report says the
same wherever it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from amanat.model.values import Text
from amanat.text import Place, Span


class Code(str):
    """Something that is written the same in every language: an id, a column, a query."""

    __slots__ = ()


class Said(str):
    """A sentence of our own in which ids stand between backticks."""

    __slots__ = ()


class Thing(NamedTuple):
    """An entry of the catalog: the folder of its pages on the site (`fields`, `systems` …), id and label."""

    kind: str
    id: str
    label: Text


class At(NamedTuple):
    """Where something is written. Its line is looked up by whoever shows it: most places are never shown."""

    place: Place


Piece = str | Code | Said | Thing | At
Cell = Piece | tuple[Piece, ...]
"""What stands in one cell or line; several pieces follow each other, with commas between them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a sheet: sentences, then a table. `key` names the part in every language."""

    key: str
    title: str
    lines: tuple[Cell, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report in the language of a tag. `comma` stands between pieces."""

    tag: str
    title: str
    lead: tuple[Cell, ...]
    sections: tuple[Section, ...]
    comma: str = ", "


class Spans(Protocol):
    """Looks up the lines of places; `amanat.load` gives one with every catalog."""

    def span(self, place: Place) -> Span | None:
        """Where the place stands in its file, or None when that is not known."""


def located(spans: Spans, place: Place) -> str:
    """The place as people look it up: `file:line`, or the file where the line is not known."""
    if place.file.endswith(".csv") and place.path:
        return f"{place.file}:{place.path[0]}"
    span = spans.span(place)
    return place.file if span is None else f"{place.file}:{span.line}"
