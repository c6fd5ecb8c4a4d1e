"""From a person to rows: for a kind of people, which rows of which tables belong to one of them, and by which
keys, system after system, from the global id on.

A row belongs to a person when some way leads from it to the person and none leads to somebody else; a row
that leads to two people is disputed, and left to people. Pure: a catalog in, ways out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from operator import attrgetter

from amanat.identity.circles import circles, in_order
from amanat.identity.keys import Broken, Step, Uniqueness, keys_of, set_aside
from amanat.identity.linked import GlobalId, Link, global_ids
from amanat.identity.note import Note
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.resources import KeyLink, System
from amanat.model.snapshot import Snapshot
from amanat.model.values import FieldId, SourceId, SourceParts, SourceTable, SubjectId, SystemId
from amanat.observe.coverage import Ignoring


class Start(StrEnum):
    """How the value is known by which a system knows the person."""

    GLOBAL = "global"
    FOUND = "found"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the ways of a system begin: rows whose `column` holds a value. It is the global id itself, found
    in a column of an earlier system (`source`), or made from the global id as `field` says in its
    `logic`."""

    start: Start
    column: SourceId
    source: SourceId | None = None
    field: FieldId | None = None
    link: KeyLink | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table that belong to a person: those whose column `anchored` holds the value itself, and
    those that lead by `ways` to rows of the person in tables before it. `key` names one row ((): nothing is
    known to); `hops` is how far the table is from the anchor."""

    table: str
    anchored: tuple[str, ...]
    ways: tuple[Step, ...]
    key: tuple[str, ...]
    hops: int
    mapped: bool

    @property
    def disputable(self) -> bool:
        """Whether a row may lead to two people."""
        return len(self.anchored) + len(self.ways) > 1 or any(way.sure is not True for way in self.ways)


@dataclass(frozen=True, slots=True)
class Lost:
    """A table with rows of such people that no way reaches, why, and the link that would mend it."""

    table: str
    fields: tuple[FieldId, ...]
    reason: str
    mend: str


@dataclass(frozen=True)
class SystemWays:
    """The ways in a system. Without an anchor nothing of the person is found here (`reason`, `mend`). `rows`
    are in an order in which each table comes after those that its ways lead to."""

    system: SystemId
    anchor: Anchor | None
    rows: tuple[Rows, ...]
    lost: tuple[Lost, ...]
    circles: tuple[tuple[str, ...], ...] = ()
    steps: tuple[Step, ...] = ()
    reason: str = ""
    mend: str = ""

    @cached_property
    def by_table(self) -> Mapping[str, Rows]:
        """The reached tables by name."""
        return {rows.table: rows for rows in self.rows}


@dataclass(frozen=True, slots=True)
class PersonWays:
    """The ways from one person of a kind to all rows, system after system: a system whose value is found in
    another comes after it. `field` None: these people have no global id (`reason`, `mend`)."""

    subject: SubjectId
    field: FieldId | None
    systems: tuple[SystemWays, ...]
    reason: str = ""
    mend: str = ""


def second_ways(catalog: Catalog, ways: SystemWays) -> tuple[KeyLink, ...]:
    """Declared links by which a system could be reached from another one as well, although it is reached in
    another way: the person that they lead to may be somebody else."""
    if ways.anchor is None:
        return ()
    return tuple(
        link
        for link in catalog.systems[ways.system].links
        if not link.other and link != ways.anchor.link and _system_of(link.end) != ways.system
    )


def _system_of(source: SourceId) -> str:
    return source.partition(".")[0]


def way_of(ways: SystemWays, rows: Rows) -> tuple[Step, ...]:
    """The shortest way from the rows of a table to those that hold the value, hop by hop."""
    found: list[Step] = []
    while not rows.anchored and rows.ways:
        way = min(rows.ways, key=lambda one: (ways.by_table[one.target].hops, one.against, one.columns))
        found.append(way)
        rows = ways.by_table[way.target]
    return tuple(found)


def table_of(parts: SourceParts) -> str:
    """The table of a source, with its schema where it has one."""
    return f"{parts.schema}.{parts.table}" if parts.schema else parts.table


@dataclass(frozen=True, slots=True)
class _Known:
    """What is worked out once for all kinds of people."""

    catalog: Catalog
    global_ids: Mapping[SubjectId, GlobalId]
    mapped: Mapping[SystemId, Mapping[str, list[Source]]]
    """System to table to its columns, once for each field in use that they hold."""
    systems: dict[SystemId, _System] = field(default_factory=dict)

    def system(self, name: SystemId) -> _System:
        """A system's keys, read once."""
        if name not in self.systems:
            catalog = self.catalog
            self.systems[name] = _System(
                catalog.systems[name], catalog.snapshots.get(name), self.mapped.get(name, {}), catalog.fields
            )
        return self.systems[name]


def person_ways(
    catalog: Catalog, subjects: Iterable[str] | None = None, ids: Iterable[GlobalId] | None = None
) -> tuple[PersonWays, ...]:
    """The ways for every kind of people, or for these, sorted by kind. `ids` are the catalog's global ids,
    where the caller knows them."""
    by_table: dict[SourceTable, list[Source]] = defaultdict(list)
    for entry in catalog.fields.values():
        for source in entry.sources.values() if entry.status.held else ():
            by_table[source.table].append(source)
    mapped: dict[SystemId, dict[str, list[Source]]] = {}
    for (system, schema, table, _), columns in by_table.items():
        mapped.setdefault(system, {})[table_of(SourceParts(system, schema, table, ""))] = columns
    ids = global_ids(catalog) if ids is None else ids
    known = _Known(catalog, {one.subject: one for one in ids}, mapped)
    wanted = set(subjects) if subjects is not None else set(catalog.subjects)
    return tuple(_of_subject(known, name) for name in catalog.subjects if name in wanted)


def _of_subject(known: _Known, name: SubjectId) -> PersonWays:
    catalog, found = known.catalog, known.global_ids[name]
    if found.field is None:
        return PersonWays(name, None, (), found.reason, found.mend)
    keeper = catalog.fields[found.field]
    about = {
        source.table.system
        for entry in catalog.fields.values()
        if entry.subject == name and entry.status.held
        for source in entry.sources.values()
    } | {source.table.system for source in keeper.sources.values()}
    waiting = [one for one in about if one in catalog.systems and catalog.systems[one].status.held]
    made: dict[SystemId, SystemWays] = {}
    while waiting:
        options = [(one, _anchors(known, found, keeper, one, made)) for one in waiting]
        ready = [(one, anchor) for one, anchor in options if anchor is not None]
        if not ready:
            break
        system, anchor = min(ready, key=lambda pair: _first(keeper, *pair))
        made[system] = known.system(system).ways(keeper, anchor, name)
        waiting.remove(system)
    for system in sorted(waiting):
        made[system] = known.system(system).without(found, name)
    return PersonWays(name, keeper.id, tuple(made.values()))


def _first(keeper: Field, system: SystemId, anchor: Anchor) -> tuple[object, ...]:
    """Systems that know the global id come first, that of the master before all."""
    is_master = keeper.master is not None and keeper.master.partition(".")[0] == system
    return (list(Start).index(anchor.start), not is_master, system)


def _anchors(
    known: _Known, found: GlobalId, keeper: Field, system: SystemId, made: Mapping[SystemId, SystemWays]
) -> Anchor | None:
    """Where the ways of a system can begin, given the systems already reached; None: nowhere yet."""
    entry = known.catalog.systems[system]
    aside = set_aside(entry.links)
    held = [
        one
        for one in keeper.sources
        if one.partition(".")[0] == system and one.partition(".")[2] not in aside
    ]
    if entry.customer_id in held:
        return Anchor(Start.GLOBAL, entry.customer_id)
    if held:
        return Anchor(Start.GLOBAL, held[0], field=keeper.id)
    for link in _across(known.catalog, system):
        here, there = (
            (link.start, link.end) if link.start.startswith(f"{system}.") else (link.end, link.start)
        )
        if _reached(made, there):
            return Anchor(Start.FOUND, here, there, link=link)
    connection = next((one for one in found.connections if one.system == system), None)
    if connection is None or connection.link is not Link.DERIVED or entry.customer_id is None:
        return None
    derived = known.catalog.fields[connection.field] if connection.field else keeper
    for source in derived.sources:
        if source.partition(".")[0] != system and _reached(made, source):
            return Anchor(Start.FOUND, entry.customer_id, source, derived.id)
    whole = derived if keeper.id in derived.derived_from else keeper
    return Anchor(Start.MADE, entry.customer_id, None, whole.id) if whole.logic else None


def _across(catalog: Catalog, system: SystemId) -> Iterator[KeyLink]:
    """Declared links between a system and another one, without conditions that only one side could check."""
    for one in catalog.systems.values():
        for link in one.links:
            ends = {link.start.partition(".")[0], link.end.partition(".")[0]}
            if system in ends and len(ends) > 1 and not link.other:
                yield link


def _reached(made: Mapping[SystemId, SystemWays], source: SourceId) -> bool:
    parts = split_source(source)
    return parts is not None and parts.system in made and table_of(parts) in made[parts.system].by_table


class _System:
    """The keys of a system, as far as they lead to people."""

    def __init__(
        self,
        system: System,
        snapshot: Snapshot | None,
        mapped: Mapping[str, list[Source]],
        fields: Mapping[FieldId, Field],
    ) -> None:
        self._system, self._snapshot, self._mapped, self._fields = system, snapshot, mapped, fields
        self._subjects: dict[str, dict[SubjectId | None, tuple[FieldId, ...]]] = {}
        self._steps: tuple[Step, ...] = ()
        self._broken: tuple[Broken, ...] = ()
        self._unique: Uniqueness | None = None
        if snapshot is not None:
            keys = keys_of(snapshot, system.engine, system.links)
            self._steps, self._broken = keys.steps, keys.broken
            self._unique = Uniqueness(snapshot)
        self._aside = set_aside(system.links)
        self._ignoring = Ignoring(system)

    def without(self, found: GlobalId, subject: SubjectId) -> SystemWays:
        """A system in which nothing leads to these people."""
        connection = next((one for one in found.connections if one.system == self._system.id), None)
        reason = connection.reason if connection and connection.reason else Note("no_key_there")
        mend = connection.mend if connection else ""
        link = self._possible_link()
        if link:
            mend = Note("until_then", mend=mend, link=link) if mend else link
        return SystemWays(
            self._system.id,
            None,
            (),
            tuple(self._all_lost(subject, reason, mend)),
            reason=reason,
            mend=mend,
        )

    def _possible_link(self) -> str:
        """The link that may do: by a column with a field that another system holds too."""
        for table in sorted(self._mapped):
            for source in sorted(self._mapped[table], key=attrgetter("column")):
                entry = self._fields[source.field]
                elsewhere = [s for s in entry.sources if s.partition(".")[0] != self._system.id]
                if entry.category == "contact.email" and elsewhere:
                    here = f"{self._system.id}.{table}.{source.column}"
                    there = entry.master if entry.master in elsewhere else elsewhere[0]
                    return Note("declare_link", start=here, end=there)
        return ""

    def _all_lost(self, subject: SubjectId, reason: str, mend: str) -> Iterator[Lost]:
        for table in sorted(self._mapped):
            fields = self._about(table, subject)
            if fields:
                yield Lost(table, fields, reason, mend)

    def _about(self, table: str, subject: SubjectId) -> tuple[FieldId, ...]:
        if table not in self._subjects:
            found: dict[SubjectId | None, set[FieldId]] = defaultdict(set)
            for source in self._mapped[table]:
                found[self._fields[source.field].subject].add(source.field)
            self._subjects[table] = {about: tuple(sorted(names)) for about, names in found.items()}
        return self._subjects[table].get(subject, ())

    def ways(self, keeper: Field, anchor: Anchor, subject: SubjectId) -> SystemWays:
        """The ways in the system from an anchor on."""
        anchored = self._anchored(keeper, anchor)
        reached = self._walk({*anchored}, list(self._steps))
        needed = self._needed(reached, anchored)
        names = [name for name in in_order(reached, needed) if name in needed]
        rows = tuple(
            Rows(
                name,
                anchored.get(name, ()),
                reached[name].ways,
                self._key(name),
                reached[name].hops,
                name in self._mapped,
            )
            for name in names
        )
        lost = tuple(
            Lost(table, fields, *self._why(table, reached, anchor))
            for table in sorted(self._mapped)
            if table not in reached and (fields := self._about(table, subject))
        )
        among = [step for step in self._steps if step.table in needed and step.target in needed]
        return SystemWays(self._system.id, anchor, rows, lost, circles(among), tuple(among))

    def _anchored(self, keeper: Field, anchor: Anchor) -> dict[str, tuple[str, ...]]:
        """Table to the columns that hold the value: the anchor's, and in other tables those of the same
        field."""
        parts = split_source(anchor.column)
        if parts is None:
            return {}
        found: dict[str, tuple[str, ...]] = {table_of(parts): (parts.column,)}
        if anchor.start is not Start.GLOBAL:
            return found
        for source in keeper.sources.values():
            its = source.parts
            there = self._snapshot is None or SourceId(its.path) in self._snapshot.columns
            here = its.system == parts.system and table_of(its) != table_of(parts)
            if here and there and its.path not in self._aside:
                found[table_of(its)] = (*found.get(table_of(its), ()), its.column)
        return found

    def _counted(self, ways: tuple[Step, ...], start: set[str]) -> tuple[Step, ...]:
        """The ways without those by keys that people ignore and that refer to the people themselves: such a
        key names somebody else, as staff, unless it is the only one. Other ignored keys are technical and
        count."""
        aside = [w for w in ways if w.target in start and all(self._ignoring.why(p) for p in w.references)]
        return tuple(way for way in ways if way not in aside) or ways

    def _walk(self, start: set[str], steps: list[Step]) -> dict[str, _Reached]:
        """All tables whose rows lead to the start. First along references, which say whose a row is; then,
        for tables that only are referred to, against them; and on."""
        reached = {name: _Reached(0, 0, ()) for name in sorted(start)}
        phase = 0
        while True:
            phase += 1
            self._along(reached, steps, phase, start)
            phase += 1
            new: dict[str, list[Step]] = {}
            for step in steps:
                back = step.turned()
                if back.target in reached and back.table not in reached and back.table in self._mapped:
                    new.setdefault(back.table, []).append(back)
            if not new:
                return reached
            for name, ways in sorted(new.items()):
                hops = 1 + min(reached[way.target].hops for way in ways)
                reached[name] = _Reached(phase, hops, tuple(ways))

    def _along(self, reached: dict[str, _Reached], steps: list[Step], phase: int, start: set[str]) -> None:
        """Add the tables whose references lead to reached ones. Among the new ones references count too, but
        for those that lead in a circle away from the start."""
        before = set(reached)
        distance: dict[str, int] = {}
        frontier, at = before, 0
        while frontier:
            at += 1
            frontier = {s.table for s in steps if s.target in frontier and s.table not in before} - set(
                distance
            )
            distance |= dict.fromkeys(frontier, at)
        own = [step for step in steps if step.table in distance and step.target in distance]
        circle = {name: number for number, names in enumerate(circles(own)) for name in names}
        for name in sorted(distance, key=lambda one: (distance[one], one)):
            ways = tuple(
                step
                for step in steps
                if step.table == name
                and (
                    step.target in before
                    or (
                        step.target in distance
                        and (
                            circle.get(name, -1) != circle.get(step.target, -2)
                            or distance[step.target] < distance[name]
                        )
                    )
                )
            )
            ways = self._counted(ways, start)
            targets = [reached[way.target].hops for way in ways if way.target in reached]
            reached[name] = _Reached(phase, 1 + min(targets, default=distance[name] - 1), ways)

    def _needed(self, reached: Mapping[str, _Reached], anchored: Mapping[str, object]) -> set[str]:
        """Mapped tables, and those that their ways pass."""
        needed: set[str] = set()
        waiting = [name for name in reached if name in self._mapped or name in anchored]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting += [way.target for way in reached[name].ways]
        return needed

    def _key(self, table: str) -> tuple[str, ...]:
        """Columns that name one row: the primary key, else one unique column."""
        if self._unique is None or self._snapshot is None:
            return ()
        if primary := self._unique.primary.get(table):
            return tuple(sorted(primary))
        columns = sorted(c.column for c in self._snapshot.columns.values() if c.table == table)
        return next(((c,) for c in columns if self._unique.of(table, (c,)) is True), ())

    def _why(self, table: str, reached: Mapping[str, _Reached], anchor: Anchor) -> tuple[str, str]:
        if self._snapshot is None:
            return Note("no_snapshot"), Note("take_snapshot", system=self._system.id)
        if not any(column.table == table for column in self._snapshot.columns.values()):
            return Note("no_table", table=table), Note("take_anew")
        broken = [item for item in self._broken if item.table == table]
        reason = Note("no_key")
        if broken:
            first = broken[0]
            reason = Note("refers", column=first.column, target=first.target, why=first.why)
        elif any(table in (step.table, step.target) for step in self._steps):
            reason = Note("lead_to_nobody")
        mend = Note("link_with_key", start=f"{self._system.id}.{table}", end=anchor.column)
        return reason, self._shared(table, reached) or mend

    def _shared(self, table: str, reached: Mapping[str, _Reached]) -> str:
        """The link by a column that holds the same field as a unique column of a reached table, nearest
        first."""
        options = []
        for held in self._mapped[table]:
            for source in self._fields[held.field].sources.values():
                there = table_of(source.parts)
                here = source.system == self._system.id and there in reached
                if here and self._unique and self._unique.of(there, (source.column,)):
                    options.append((reached[there].hops, source.id, held.column, held.field))
        if not options:
            return ""
        _, end, column, name = min(options)
        start = f"{self._system.id}.{table}.{column}"
        return Note("link_both_hold", start=start, end=end, field=name)


@dataclass(frozen=True, slots=True)
class _Reached:
    phase: int
    hops: int
    ways: tuple[Step, ...]
