"""How much of what systems hold is catalogued, and how much of what is catalogued was seen there.

Two directions. From the systems: each observed column is mapped (a field or another entry names it), ignored
with a reason, or unmapped. From the catalog: each source of a field was seen in the snapshot of its system,
has vanished from it, or is unknown because there is no snapshot. What is unknown is never counted as covered.
Only what is in use counts: systems and fields that are live or retiring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from amanat.errors import UsageError
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import SourceId, SystemId
from amanat.observe.coverage import Ignoring, holders, in_use, named_elsewhere


class Group(StrEnum):
    """What coverage is told by. A team has the columns of its systems, and the sources of its fields; a
    category the columns that its fields map, and their sources."""

    SYSTEM = "system"
    TABLE = "table"
    TEAM = "team"
    CATEGORY = "category"


@dataclass(slots=True)
class Tally:
    """Counts of a group. `unseen` are its systems without a snapshot, of whose columns nothing is known."""

    name: str
    mapped: int = 0
    ignored: int = 0
    unmapped: int = 0
    seen: int = 0
    vanished: int = 0
    unknown: int = 0
    unseen: set[SystemId] = field(default_factory=set)

    @property
    def observed(self) -> int:
        """Columns of the group that a snapshot has."""
        return self.mapped + self.ignored + self.unmapped

    @property
    def declared(self) -> int:
        """Sources of the group's fields."""
        return self.seen + self.vanished + self.unknown

    @property
    def settled(self) -> Fraction | None:
        """The share of columns that somebody decided about; None where it is not known: a system has no
        snapshot, or there is no column."""
        if self.unseen or not self.observed:
            return None
        return Fraction(self.mapped + self.ignored, self.observed)


@dataclass(frozen=True, slots=True)
class Covered:
    """The tallies by group, sorted by name, and that of everything; a column of two categories is in the
    tally of each, and once in the total."""

    by: Group
    groups: tuple[Tally, ...]
    total: Tally

    def short(self, least: Fraction) -> bool:
        """Whether less than the share is settled. A share that is not known is less than any but nought."""
        return least > 0 and (self.total.settled is None or self.total.settled < least)


NO_CATEGORY = ""
"""The name of the group of columns that no field maps, and of fields without what they are grouped by."""
TOTAL = "total"
"""The name of the tally of everything."""


def covered(catalog: Catalog, by: Group, systems: Collection[str] = ()) -> Covered:
    """The coverage of the catalog, or of some of its systems. Raises `UsageError` for an unknown system."""
    for name in systems:
        if name not in catalog.systems:
            raise UsageError(f"no system is called `{name}`", hint="`amanat list systems` shows the ids")
    chosen = {
        name: system
        for name, system in catalog.systems.items()
        if in_use(system.status) and (not systems or name in systems)
    }
    groups: dict[str, Tally] = {}
    total = Tally(TOTAL)

    def count(names: Iterable[str], what: str) -> None:
        for name in names:
            tally = groups.setdefault(name, Tally(name))
            setattr(tally, what, getattr(tally, what) + 1)
        setattr(total, what, getattr(total, what) + 1)

    held_by = holders(catalog)
    for system_id, column, what in _columns(catalog, chosen, held_by):
        fields = held_by.get(SourceId(f"{system_id}.{column}"), ())
        count(_groups_of_column(catalog, by, system_id, column, fields), what)
    for source, fields in held_by.items():
        name, _, column = source.partition(".")
        if name in chosen:
            what = _sighted(catalog, SystemId(name), column)
            count(sorted({_group_of_source(by, one, name, column) for one in fields}), what)
    for system_id, system in chosen.items():
        if system_id not in catalog.snapshots:
            total.unseen.add(system_id)
            if by in (Group.SYSTEM, Group.TEAM):
                name = system_id if by is Group.SYSTEM else system.owner or NO_CATEGORY
                groups.setdefault(name, Tally(name)).unseen.add(system_id)
            elif by is Group.TABLE:
                groups.setdefault(system_id, Tally(system_id)).unseen.add(system_id)
    return Covered(by, tuple(groups[name] for name in sorted(groups)), total)


def _columns(
    catalog: Catalog, systems: Collection[SystemId], held_by: Mapping[SourceId, object]
) -> Iterator[tuple[SystemId, str, str]]:
    """Every observed column of the systems, and whether it is mapped, ignored or unmapped."""
    elsewhere = {source for source, _, _ in named_elsewhere(catalog)}
    for system_id in sorted(systems):
        snapshot = catalog.snapshots.get(system_id)
        ignoring = Ignoring(catalog.systems[system_id])
        for column in snapshot.columns if snapshot else ():
            source = SourceId(f"{system_id}.{column}")
            if source in held_by or source in elsewhere:
                yield system_id, column, "mapped"
            else:
                yield system_id, column, "unmapped" if ignoring.why(column) is None else "ignored"


def _sighted(catalog: Catalog, system: SystemId, column: str) -> str:
    snapshot = catalog.snapshots.get(system)
    if snapshot is None:
        return "unknown"
    return "seen" if column in snapshot.columns else "vanished"


def _groups_of_column(
    catalog: Catalog, by: Group, system: SystemId, column: str, fields: Collection[Field]
) -> Iterable[str]:
    if by is Group.SYSTEM:
        return (system,)
    if by is Group.TABLE:
        return (f"{system}.{column.rpartition('.')[0]}",)
    if by is Group.TEAM:
        return (catalog.systems[system].owner or NO_CATEGORY,)
    return sorted({one.category or NO_CATEGORY for one in fields}) or (NO_CATEGORY,)


def _group_of_source(by: Group, held: Field, system: str, column: str) -> str:
    if by is Group.SYSTEM:
        return system
    if by is Group.TABLE:
        return f"{system}.{column.rpartition('.')[0]}"
    return (held.owner if by is Group.TEAM else held.category) or NO_CATEGORY
