"""What every engine answers, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol


class Why(StrEnum):
    """Why an engine did not answer."""

    NO_TABLE = "no_table"
    SEVERAL = "several"
    NO_RIGHTS = "no_rights"
    LOCKED = "locked"
    TIMEOUT = "timeout"
    LOST = "lost"
    REFUSED = "refused"


class Refused(Exception):  # noqa: N818 - an answer of the engine
    """An engine did not answer. `code` is the engine's own (such as an SQLSTATE), or ""."""

    def __init__(self, why: Why, code: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.code = code


class Relation(NamedTuple):
    """A table or view: how its names are to be quoted (`schema` None: as the session finds it), its columns
    with their types as the engine spells them, and those that we may not read."""

    schema: str | None
    name: str
    columns: Mapping[str, str]
    hidden: frozenset[str] = frozenset()


class Asker(Protocol):
    """A session that only reads."""

    engine: str
    """As `engine` of a system spells it."""

    def relation(self, schema: str | None, name: str) -> Relation:
        """A table or view. Raises `Refused`."""
        ...

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, as they come. Raises `Refused`, at the latest with the last of them."""
        ...
