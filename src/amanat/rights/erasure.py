"""What a plan to erase one person is (GDPR Art. 17): systems, tables, columns, what becomes of each, and what
is left to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from amanat.identity.person import Rows, table_of
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import KeyLink, Subject, System
from amanat.model.values import SourceId, SystemId
from amanat.rights.access import SystemRead
from amanat.rights.keeping import Reason
from amanat.rights.neutral import Neutral
from amanat.rights.problems import Problem
from amanat.rights.writing import Query


class Do(StrEnum):
    """What is done to the rows of a table."""

    DELETE = "delete"
    EMPTY = "empty"
    NOTHING = "nothing"


class Fate(StrEnum):
    """What becomes of a column: it goes with its row, is emptied, is kept for a reason, stays as a key
    without which kept rows could not be told apart or found again, or cannot be emptied."""

    ROW = "row"
    EMPTIED = "emptied"
    KEPT = "kept"
    KEY = "key"
    STUCK = "stuck"


class ColumnErasure(NamedTuple):
    """A column, the fields in use that it holds, what becomes of it, and why it is kept."""

    name: str
    fields: tuple[Field, ...]
    fate: Fate
    reasons: tuple[Reason, ...]
    neutral: Neutral | None


@dataclass(frozen=True, slots=True)
class TableErasure:
    """The rows of a table: `work` holds their keys, `collect` fills it, `erase` are the statements, `proof`
    counts what is left of it, `disputed` the rows that lead to somebody else too and are left alone. `keys`
    are columns that stay and still lead from kept rows to others, whether or not a field maps them."""

    rows: Rows
    do: Do
    columns: tuple[ColumnErasure, ...]
    work: str
    make: str
    collect: Query | None
    erase: tuple[str, ...]
    proof: str
    disputed: Query | None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemErasure:
    """A system: `tables` are in the order of erasure. `cut` are statements that empty keys which lead in a
    circle, before all others. `complete` is the day on which the last backup with the data is gone."""

    read: SystemRead
    system: System
    tables: tuple[TableErasure, ...]
    cut: tuple[str, ...]
    drop: tuple[str, ...]
    complete: date | None

    @property
    def kept(self) -> tuple[tuple[TableErasure, ColumnErasure], ...]:
        """What is kept for a reason."""
        return tuple((t, c) for t in self.tables for c in t.columns if c.fate is Fate.KEPT)


class ByHand(NamedTuple):
    """A field in columns of a system that no statement reaches and that have data about these people, and why
    it is kept there (none: it is not)."""

    system: SystemId
    field: Field
    columns: tuple[SourceId, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """The plan; `on` is the day of erasure, `complete` the day on which nothing that may go is left, None:
    not known, or not before what is kept may go."""

    catalog: Catalog
    subject: Subject
    on: date | None
    jurisdiction: str | None
    systems: tuple[SystemErasure, ...]
    by_hand: tuple[ByHand, ...]
    problems: tuple[Problem, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that statements erase somewhere, by id."""
        return self._of(Fate.ROW, Fate.EMPTIED)

    @property
    def told(self) -> tuple[Field, ...]:
        """The fields of whose erasure recipients are told (GDPR Art. 19), by id: those that statements erase,
        and those that are erased in another way: by hand, or by whoever runs the system."""
        found = {one.id: one for one in self._of(Fate.ROW, Fate.EMPTIED, Fate.STUCK)}
        found |= {one.field.id: one.field for one in self.by_hand}
        return tuple(found[name] for name in sorted(found))

    def _of(self, *fates: Fate) -> tuple[Field, ...]:
        found = {
            one.id: one
            for system in self.systems
            for table in system.tables
            for column in table.columns
            if column.fate in fates
            for one in column.fields
        }
        return tuple(found[name] for name in sorted(found))

    @property
    def holders(self) -> tuple[System, ...]:
        """The systems that the plan erases or that are looked at by hand, each once."""
        planned = (one.system.id for one in self.systems)
        names = dict.fromkeys((*planned, *(one.system for one in self.by_hand)))
        return tuple(self.catalog.systems[name] for name in names)

    @property
    def named_elsewhere(self) -> tuple[KeyLink, ...]:
        """Links whose columns name the person in rows about somebody else, by a value that is erased: there
        it stays until people look for it."""
        return tuple(
            link
            for one in self.systems
            for link in one.system.links
            if link.other and self._is_erased(link.end)
        )

    def _is_erased(self, name: SourceId) -> bool:
        parts = split_source(name)
        for one in self.systems if parts is not None else ():
            for table in one.tables:
                if parts is not None and (one.system.id, table.rows.table) == (parts.system, table_of(parts)):
                    fates = {column.name: column.fate for column in table.columns}
                    return table.do is Do.DELETE or fates.get(parts.column) in (Fate.ROW, Fate.EMPTIED)
        return False

    @property
    def complete(self) -> date | None:
        """The day on which the last backup of everything that may go is gone; None: a system's is not known,
        or something is erased in another way than by statements, so that nobody knows when."""
        days = [one.complete for one in self.systems if one.tables]
        known = [day for day in days if day is not None]
        unsure = len(known) < len(days) or self.by_hand or self._of(Fate.STUCK) or self.named_elsewhere
        return None if unsure else max(known, default=None)
