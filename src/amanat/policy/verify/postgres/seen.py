"""All that was read of a database, and how findings write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amanat.policy.targets.quoting import UnquotableError, identifier
from amanat.policy.verify import telling
from amanat.policy.verify.postgres.expected import Expected
from amanat.policy.verify.postgres.facts import Live, Relation
from amanat.policy.verify.postgres.goal import Difference, Goal
from amanat.policy.verify.postgres.read import Cells
from amanat.policy.verify.privileges import PUBLIC, Thing


class Seen(NamedTuple):
    """All that was read and what it should be. `cells` is what principals can really do; `changed` says of
    each view that is there and not as declared, in what."""

    live: Live
    expected: Expected
    goal: Goal
    cells: Cells
    changed: Mapping[Relation, Difference]
    excepted: frozenset[str]
    version: int


def name_of(*parts: str) -> str:
    """Names as the engine writes them; one that it cannot write, escaped."""
    try:
        return ".".join(identifier(part) for part in parts if part)
    except UnquotableError:
        return ".".join(repr(part) for part in parts if part)


def thing_name(thing: Thing) -> str:
    """What a privilege is on, with its kind where that is not a table."""
    kind = "" if thing.kind == "table" else f"{thing.kind} "
    named = (
        f"{name_of(thing.schema)}.{thing.name}"
        if thing.kind == "function"
        else name_of(thing.schema, thing.name)
    )
    return f"{kind}{named}"


def who(name: str) -> str:
    """A grantee."""
    return "PUBLIC" if name == PUBLIC else name_of(name)


def columns_told(columns: Sequence[str]) -> str:
    """Columns as people are told them."""
    return telling.columns_told(columns, name_of)
