"""What a table is, as data, and what the functions that fill tables look things up in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from amanat.diagnostic import Diagnostic
from amanat.inventory.register import Spans
from amanat.model.catalog import Catalog
from amanat.model.values import Text, in_language
from amanat.text import Place

if TYPE_CHECKING:
    from amanat.conflicts.report import Report

Value = str | int | float | None
Row = tuple[Value, ...]


@dataclass(slots=True)
class Facts:
    """What the rows are made from. `dangling` gathers references to what is not declared: a foreign key
    cannot hold them, and they must not be lost."""

    catalog: Catalog
    report: Report
    diagnostics: tuple[Diagnostic, ...]
    spans: Spans
    dangling: set[tuple[str, str, str, str]] = field(default_factory=set)

    def text(self, text: Text) -> str | None:
        """The text in the first language that has one."""
        return in_language(text, self.catalog.language) or None

    def line(self, place: Place | None) -> int | None:
        """The line of a place, counted from 1; None for what is built in."""
        span = self.spans.span(place) if place else None
        return span.line if span else None

    def at(self, place: Place | None) -> tuple[str | None, int | None]:
        """File and line of a place."""
        line = self.line(place)
        return (place.file if place and line is not None else None, line)

    def link(
        self, value: str | None, known: Iterable[str], table: str, entry: str, attribute: str
    ) -> str | None:
        """A reference as a foreign key: the id if it is declared, else None and a row in `dangling`."""
        if value is None or value in known:
            return value
        self.dangling.add((table, entry, attribute, value))
        return None

    def links(
        self, values: Iterable[str], known: Iterable[str], table: str, entry: str, attribute: str
    ) -> Iterator[str]:
        """The references of a list that are declared; the others go to `dangling`."""
        for value in dict.fromkeys(values):
            if self.link(value, known, table, entry, attribute) is not None:
                yield value


class Table(NamedTuple):
    """A table: its columns, each `name`, `name:int` or `name>table` (a reference to that table's id), in
    one text, the columns of its key in another, and the function that makes its rows in a fixed order."""

    name: str
    about: str
    key: str
    columns: str
    rows: Callable[[Facts], Iterator[Row]]

    @property
    def types(self) -> dict[str, type]:
        """Column to Python type."""
        return {name.partition(">")[0]: int if kind == "int" else str for name, kind in self._parts()}

    @property
    def references(self) -> list[tuple[str, str, str]]:
        """Foreign keys: column, table, its key."""
        pairs = (name.partition(">") for name, _ in self._parts())
        return [(column, table, "id") for column, _, table in pairs if table]

    def _parts(self) -> list[tuple[str, str]]:
        return [(name, kind) for name, _, kind in (part.partition(":") for part in self.columns.split())]


def flag(value: bool | None) -> int | None:
    """A flag as SQLite has it: 1, 0, or NULL where nobody said."""
    return None if value is None else int(value)


def packed(value: Mapping[str, object] | Iterable[object]) -> str | None:
    """A map or list as JSON with sorted keys; NULL where it is empty."""
    plain: object = dict(value) if isinstance(value, Mapping) else list(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, default=list) if plain else None
