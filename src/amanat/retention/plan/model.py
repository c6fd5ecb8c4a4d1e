"""A plan: steps in the order in which they are run, and what cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from amanat.model.resources import System
from amanat.model.values import FieldId, HoldId, RetentionId
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Step:
    """Something to run on a table. `action` is `delete` (whole rows) or `empty` (columns of rows that stay);
    `count` counts the rows that it will change, `statement` changes them."""

    table: str
    action: str
    columns: tuple[str, ...]
    fields: tuple[FieldId, ...]
    policies: tuple[RetentionId, ...]
    count: str
    statement: str
    unmapped: tuple[str, ...] = ()
    """Columns of deleted rows that no field maps: they go as well."""
    guards: tuple[str, ...] = ()
    """Tables whose rows keep a row that they refer to."""


@dataclass(frozen=True, slots=True)
class Cannot:
    """What the plan leaves alone, and why: the name of a reason with what it speaks of. `count` counts
    the rows
    it is about, None where not even that can be asked."""

    table: str
    columns: tuple[str, ...]
    why: str
    about: str = ""
    policies: tuple[RetentionId, ...] = ()
    holds: tuple[HoldId, ...] = ()
    place: Place | None = None
    count: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done in a system as of a day. `differing`: jurisdictions whose rules differ; rows are
    due where all of them say so. `cycles` are tables that refer to each other in a circle."""

    system: System
    engine: str
    as_of: date
    jurisdictions: tuple[str, ...]
    differing: tuple[RetentionId, ...]
    steps: tuple[Step, ...]
    cannot: tuple[Cannot, ...]
    cycles: tuple[tuple[str, ...], ...]
