"""A register whose rows are few enough to hold: its columns, its rows, and what was left out on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from amanat.inventory.columns import Column
from amanat.inventory.register import Row
from amanat.model.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Table:
    """A register called `name`. `as_of` is the day that it was judged on, None where no day plays a part or
    none is known."""

    name: str
    catalog: Catalog
    columns: tuple[Column, ...]
    held: tuple[Row, ...]
    as_of: date | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """The rows, in order. Each has a cell for every column."""
        return iter(self.held)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.held)
