"""The identity graph: per system how the rows of each mapped table lead to the system's customer id, and per
subject how the systems' customer ids connect to the global one. Pure: a catalog in, a graph out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import attrgetter

from amanat.identity.keys import Broken, Lead, Step, Uniqueness, keys_of, set_aside, toward
from amanat.identity.linked import GlobalId, global_ids
from amanat.identity.note import Note, both
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.field import Source
from amanat.model.resources import System
from amanat.model.snapshot import Snapshot
from amanat.model.values import SourceId, SourceParts, SourceTable, SystemId, Text
from amanat.observe.coverage import Ignoring


class Known(StrEnum):
    """What is known about the customer id of a system."""

    HERE = "here"
    NONE = "none"
    UNDECLARED = "undeclared"
    UNKNOWN = "unknown"


class Reach(StrEnum):
    """How the rows of a table lead to the customer id of their system."""

    HERE = "here"
    CARRIES = "carries"
    ONE = "one"
    AMBIGUOUS = "ambiguous"
    UNSURE = "unsure"
    MANY = "many"
    UNREACHABLE = "unreachable"
    NO_ID = "no_id"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its way. `hops` lead to the customer id, or to the table that carries it; `others` are
    first hops of ways that are as good. `reason` says why there is no sure way, `mend` what would make one.
    `mapped` is false of tables that are only passed on the way of another. `carried` is the column that holds
    the customer id beside the table of that."""

    name: str
    mapped: bool
    reach: Reach
    hops: tuple[Step, ...] = ()
    others: tuple[Step, ...] = ()
    reason: str = ""
    mend: str = ""
    carried: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A system: its customer id, whether one row holds an id (`unique`; None: unknown), and its tables by
    name. `said` is the reason that people gave for having no customer id."""

    system: SystemId
    known: Known
    customer_id: SourceId | None
    unique: bool | None
    tables: tuple[Table, ...]
    reason: str = ""
    mend: str = ""
    said: Text | None = None

    @property
    def centre(self) -> str:
        """The table of the customer id, or ""."""
        parts = split_source(self.customer_id) if self.customer_id else None
        return _table(parts) if parts else ""


@dataclass(frozen=True, slots=True)
class IdentityGraph:
    """Systems and subjects, sorted by id."""

    systems: tuple[Identity, ...]
    subjects: tuple[GlobalId, ...]

    def only(self, systems: Collection[str]) -> IdentityGraph:
        """These systems, and of the subjects what concerns them."""
        return IdentityGraph(
            tuple(identity for identity in self.systems if identity.system in systems),
            tuple(kept for subject in self.subjects if (kept := subject.only(systems)) is not None),
        )


def identity_graph(catalog: Catalog) -> IdentityGraph:
    """The identity graph of a catalog."""
    by_table: dict[SourceTable, list[Source]] = defaultdict(list)
    for field in catalog.fields.values():
        for source in field.sources.values():
            by_table[source.table].append(source)
    mapped: dict[SystemId, dict[str, list[Source]]] = {}
    for (name, schema, table, _), columns in by_table.items():
        mapped.setdefault(name, {})[_table(SourceParts(name, schema, table, ""))] = columns
    systems = tuple(
        _identity(system, catalog.snapshots.get(name), mapped.get(name, {}))
        for name, system in catalog.systems.items()
    )
    return IdentityGraph(systems, global_ids(catalog))


_Mapped = Mapping[str, list[Source]]
"""Table to its mapped columns, once for each field that they hold."""
_by_column = attrgetter("column", "field")


def _table(parts: SourceParts) -> str:
    return f"{parts.schema}.{parts.table}" if parts.schema else parts.table


def _identity(system: System, snapshot: Snapshot | None, mapped: _Mapped) -> Identity:
    customer = split_source(system.customer_id) if system.customer_id else None
    if customer is None or customer.system != system.id:
        return _without_id(system, mapped)
    if snapshot is None or customer.path not in snapshot.columns:
        reason = Note("no_column", column=customer.path) if snapshot else Note("no_snapshot")
        names = sorted({*mapped, _table(customer)})
        tables = tuple(Table(name, True, Reach.UNKNOWN) for name in names)
        mend = Note("take_snapshot", system=system.id)
        return Identity(system.id, Known.UNKNOWN, system.customer_id, None, tables, reason, mend)
    unique = Uniqueness(snapshot).of(_table(customer), (customer.column,))
    tables = _Ways(system, snapshot, mapped, customer).tables()
    return Identity(system.id, Known.HERE, system.customer_id, unique, tables)


def _without_id(system: System, mapped: _Mapped) -> Identity:
    if system.no_customer_id:
        known, reach = Known.NONE, Reach.NO_ID
        reason, mend = Note("has_none"), Note("keep_id")
    else:
        known, reach = Known.UNDECLARED, Reach.UNKNOWN
        reason = Note("undeclared")
        if system.customer_id or "customer_id" in system.broken:
            reason = Note("elsewhere")
        mend = Note("name_column", system=system.id)
    tables = tuple(Table(name, True, reach) for name in sorted(mapped))
    return Identity(system.id, known, None, None, tables, reason, mend, system.no_customer_id or None)


class _Ways:
    """The ways in one system. A way on which every row leads to at most one customer goes before one where
    the keys do not say, and that before one that may lead to several; then the shortest; then the first by
    name."""

    def __init__(self, system: System, snapshot: Snapshot, mapped: _Mapped, customer: SourceParts) -> None:
        self._system, self._snapshot, self._mapped = system, snapshot, mapped
        self._customer, self._centre = customer, _table(customer)
        keys = keys_of(snapshot, system.engine, system.links)
        self._steps = (*keys.steps, *(step.turned() for step in keys.steps))
        self._broken = keys.broken
        self._unique = Uniqueness(snapshot)
        self._others = set_aside(system.links)
        self._known = {column.table for column in snapshot.columns.values()}
        self._same = frozenset(
            one.field for one in mapped.get(self._centre, ()) if one.column == customer.column
        )
        self._ignoring = Ignoring(system)
        self._leads = self._walk()

    def _walk(self) -> dict[str, Lead]:
        goals = {self._centre, *(table for table in self._mapped if self._carried(table))}
        leads = {goal: Lead(0, ()) for goal in goals}
        for allowed in ((True,), (True, None), (True, None, False)):
            leads = toward([step for step in self._steps if step.sure in allowed], leads)
        return {table: Lead(lead.distance, self._counted(lead.steps)) for table, lead in leads.items()}

    def _counted(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps without those by columns that the system ignores, as holding no customer data, unless
        there are no others."""
        kept = tuple(s for s in steps if not all(self._ignoring.why(path) for path in s.references))
        return kept or steps

    def _carried(self, table: str) -> str | None:
        """The column by which a table holds the customer id itself, as declared; the first by name."""
        if table == self._centre or table not in self._known:
            return None
        columns = (one.column for one in self._mapped.get(table, ()) if one.field in self._same)
        columns = (column for column in columns if f"{table}.{column}" not in self._others)
        known = [c for c in columns if SourceId(f"{table}.{c}") in self._snapshot.columns]
        return min(known, default=None)

    def tables(self) -> tuple[Table, ...]:
        """Every mapped table, that of the customer id, and those passed on the way."""
        made = {name: self._of(name) for name in {*self._mapped, self._centre}}
        for table in list(made.values()):
            for hop in (*table.hops, *table.others):
                if hop.target not in made:
                    made[hop.target] = self._of(hop.target)
        return tuple(made[name] for name in sorted(made))

    def _of(self, name: str) -> Table:
        mapped = name in self._mapped
        if name == self._centre:
            return Table(name, mapped, Reach.HERE)
        if name not in self._known:
            absent = Note("no_table", table=name)
            return Table(name, mapped, Reach.UNKNOWN, (), (), absent, Note("take_anew"))
        if name not in self._leads:
            return self._lost(name, mapped)
        hops = tuple(self._hops(name))
        carried = self._carried(name)
        others = self._beside(name) if carried else self._leads[name].steps[1:]
        if carried and not others:
            held = Note("carries", column=f"{name}.{carried}")
            return Table(name, mapped, Reach.CARRIES, (), (), held, carried=carried)
        reach, reason = self._judge(name, hops)
        mend = "" if reach is Reach.ONE else _settle(reach, hops)
        return Table(name, mapped, reach, hops, others, reason, mend)

    def _beside(self, name: str) -> tuple[Step, ...]:
        """Keys of a table that carries the customer id by which each row leads to one as well."""
        steps = (step for step in self._steps if step.table == name and step.sure and not step.against)
        ways = (s for s in steps if s.target == self._centre or self._centre in self._passed(s.target, name))
        return self._counted(tuple(ways))

    def _passed(self, name: str, without: str) -> frozenset[str]:
        """The tables on the way of a table, none where the way comes by another."""
        targets = frozenset(hop.target for hop in self._hops(name)) if name in self._leads else frozenset()
        return frozenset() if without in targets else targets

    def _hops(self, name: str) -> Iterator[Step]:
        while self._leads[name].steps:
            step = self._leads[name].steps[0]
            yield step
            name = step.target

    def _judge(self, name: str, hops: tuple[Step, ...]) -> tuple[Reach, str]:
        for hop in hops:
            if hop.sure is False:
                return Reach.MANY, Note("meets_many", table=hop.table, target=hop.target)
        for hop in hops:
            if hop.sure is None:
                return Reach.UNSURE, Note("not_unique", columns=_columns(hop.target, hop.keys))
        for table in (name, *(hop.target for hop in hops)):
            carried = self._carried(table)
            ways = [f"{table}.{carried}"] if carried else []
            ways += [_referring(s) for s in (self._beside(table) if carried else self._leads[table].steps)]
            if len(ways) > 1:
                return Reach.AMBIGUOUS, _by_either(ways)
        return Reach.ONE, ""

    def _lost(self, name: str, mapped: bool) -> Table:
        mend = next(self._shared_fields(name), None)
        if mend is None:
            mend = Note("declare_key", table=name, goal=self._goal())
        return Table(name, mapped, Reach.UNREACHABLE, (), (), self._why(name), mend)

    def _why(self, name: str) -> str:
        broken = [item for item in self._broken if item.table == name]
        if broken:
            return reduce(both, _words(broken), "")
        return Note("lead_elsewhere" if any(step.table == name for step in self._steps) else "no_key")

    def _shared_fields(self, name: str) -> Iterator[Note]:
        """Columns that hold the same field as a unique column of a table that has a way."""
        own = sorted(self._mapped.get(name, ()), key=_by_column, reverse=True)
        fields = {one.field: one.column for one in own}
        for table in sorted(self._leads, key=lambda table: (self._leads[table].distance, table)):
            for one in sorted(self._mapped.get(table, ()), key=_by_column):
                if one.field in fields and self._unique.of(table, (one.column,)):
                    goal = _columns(*self._origin(table, one.column))
                    column = f"{name}.{fields[one.field]}"
                    yield Note("both_hold", column=column, goal=goal, field=one.field)

    def _origin(self, table: str, column: str) -> tuple[str, tuple[str, ...]]:
        """The column, or the one that it refers to."""
        for step in self._leads[table].steps:
            if step.columns == (column,) and not step.against:
                return step.target, step.keys
        return table, (column,)

    def _goal(self) -> str:
        primary = sorted(self._unique.primary.get(self._centre, ()))
        return _columns(self._centre, tuple(primary) or (self._customer.column,))


def _by_either(ways: list[str]) -> Note:
    """That there are several ways, of which the first three are named."""
    shown = {name: f"`{way}`" for name, way in zip(("one", "two", "three"), ways, strict=False)}
    if len(ways) > 3:
        return Note("ambiguous.more", n=len(ways) - 3, **shown)
    return Note(f"ambiguous.{len(ways)}", **shown)


def _settle(reach: Reach, hops: tuple[Step, ...]) -> Note:
    if reach is Reach.UNSURE:
        hop = next(hop for hop in hops if hop.sure is None)
        return Note("declare_unique", columns=_columns(hop.target, hop.keys))
    if reach is Reach.MANY:
        hop = next(hop for hop in hops if hop.sure is False)
        if hop.against:
            return Note("keep_key", table=hop.table, columns=_columns(hop.target, hop.keys))
        return Note("whole_key", target=hop.target)
    return Note("ignore_others")


def _columns(table: str, columns: tuple[str, ...]) -> str:
    return f"{table}.{columns[0]}" if len(columns) == 1 else f"{table}.({', '.join(columns)})"


def _referring(step: Step) -> str:
    return _columns(step.target, step.keys) if step.against else _columns(step.table, step.columns)


def _words(broken: list[Broken]) -> Iterator[Note]:
    columns: dict[tuple[str, Note], list[str]] = {}
    for item in broken:
        columns.setdefault((item.target, item.why), []).append(item.column)
    for (target, why), found in sorted(columns.items())[:3]:
        if len(found) == 1:
            yield Note("refers", column=found[0], target=target, why=why)
        else:
            yield Note("refer", n=len(found), target=target, why=why)
