"""What comparing an engine with the reference takes: the same questions, asked in the engine's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Pair

Row = tuple[Any, ...]


class MissingError(Exception):
    """An engine is not installed here; the text says what to install."""


class Acting(Protocol):
    """A session that acts for one pair."""

    def rows(self, query: str) -> list[Row]:
        """The rows of a query."""
        ...

    def worked(self, queries: Sequence[str]) -> set[str]:
        """Those of the queries that were not refused, run one by one."""
        ...

    def columns(self, query: str) -> list[str]:
        """The names of the columns that a query shows; none where it is refused."""
        ...


class Engine(Protocol):
    """An engine with tables, rows and a policy applied.

    Tables are named as the catalog does (`table` or `schema.table`).
    """

    @property
    def writes(self) -> Mapping[Action, str]:
        """A statement for each action that changes data, with `{0}` for the table and `{1}` for a column; it
        changes nothing."""
        ...

    @property
    def copies(self) -> bool:
        """Whether a pair gets copies of the rows, so that reading is exporting too."""
        ...

    def identifier(self, *names: str) -> str:
        """A name, quoted by other code than that of the target."""
        ...

    def text(self, expression: str) -> str:
        """The expression as text."""
        ...

    def value(self, text: str, column: ObservedColumn) -> object:
        """What a value of the column, shown as text, is to the masks of the reference."""
        ...

    def base(self, table: str) -> str:
        """The quoted name of the table itself."""
        ...

    def shown(self, pair: Pair, table: str) -> str:
        """The quoted name under which a pair finds what it may see of a table: its view, if it has one."""
        ...

    def aliases(self, pair: Pair, table: str) -> Sequence[str]:
        """Every quoted name by which a pair could try to get at a table, the table itself first."""
        ...

    def rows(self, query: str) -> list[Row]:
        """The rows of a query, as whoever may see everything."""
        ...

    def acting(self, pair: Pair | None, also: Sequence[Pair] = ()) -> AbstractContextManager[Acting | None]:
        """A session that acts for the pair, of somebody who may act for others too (`also`). None where the
        policy has made nothing to act as. Without a pair, the session acts for nobody yet."""
        ...

    def add_column(self, table: str, column: str) -> None:
        """Add a column of text to a table, with a text in every row."""
        ...
