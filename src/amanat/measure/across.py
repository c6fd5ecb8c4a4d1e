"""Checks across tables and systems: whether a source says the same as the master, which customers two systems
have in common, and how many rows lead to a customer. Only counts come of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from sqlglot.errors import SqlglotError

from amanat.connect.asking import Asker, Refused
from amanat.golden import golden
from amanat.golden.making import Golden
from amanat.golden.plan import Candidate, LeftOut, Plan, Way
from amanat.identity.graph import Identity, IdentityGraph, Reach, Table, identity_graph
from amanat.identity.linked import Connection, Link
from amanat.load.entries import split_source
from amanat.measure import pairs
from amanat.measure.counting import Unaskable
from amanat.measure.expect import Expectation, read
from amanat.measure.judging import judged
from amanat.measure.wanted import expectations
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source, Survivorship
from amanat.model.measures import Check, Measure, Outcome
from amanat.model.values import FieldId, SourceId, SystemId

MOST = 5_000_000
"""Customers, or pairs of customer and value, of a source that are held in memory at once: about a
gigabyte."""
_LEADING = (Reach.HERE, Reach.CARRIES, Reach.ONE)

T = TypeVar("T")


class Found(NamedTuple):
    """A measurement and the system that it is kept with."""

    system: SystemId
    measure: Measure


class _Counted(NamedTuple):
    rows: int
    counted: int
    met: int


def across(
    catalog: Catalog,
    askers: Mapping[SystemId, Asker],
    day: date,
    only: Collection[FieldId] | None,
    ids: bool,
) -> list[Found]:
    """Compare what the systems hold. `only` these fields; with `ids` also the customer ids of systems with
    each other, and the rows of tables with the customer ids."""
    run = _Run(catalog, askers, day)
    found = list(run.consistent(only))
    if ids:
        found += [*run.overlaps(), *run.reached()]
    return found


class _Run:
    """One run: its salt, and what was asked already."""

    def __init__(self, catalog: Catalog, askers: Mapping[SystemId, Asker], day: date) -> None:
        self._catalog, self._askers, self._day = catalog, askers, day
        self._salt = secrets.token_hex(16)
        self._made: Golden | None = None
        self._graph: IdentityGraph | None = None

    @property
    def _golden(self) -> Golden:
        self._made = self._made or golden(self._catalog)
        return self._made

    @property
    def _identity(self) -> IdentityGraph:
        self._graph = self._graph or identity_graph(self._catalog)
        return self._graph

    def consistent(self, only: Collection[FieldId] | None) -> Iterator[Found]:
        """Each source that is expected to say the same as the master of its field."""
        for field in self._catalog.fields.values():
            if only is not None and field.id not in only:
                continue
            asked = [
                (source, written)
                for source in field.sources.values()
                if source.system in self._askers and source.id != field.master
                if (written := expectations(field, source).get(Check.CONSISTENT.value)) is not None
            ]
            if asked and field.status.held:
                yield from self._of_field(field, asked)

    def _of_field(self, field: Field, asked: list[tuple[Source, str]]) -> Iterator[Found]:
        master = field.sources.get(field.master) if field.master else None
        plan = self._golden.plan(_everyone(field))
        parts = {one.source: one for one in plan.candidates}
        left = {one.source: one for one in plan.left_out}
        known: dict[int, set[int]] | str | None = None
        for source, written in asked:
            expected = read(Check.CONSISTENT.value, written)
            base = self._measure(field.id, source.path, Check.CONSISTENT, field.master or "", written)
            why = _incomparable(master, source, left, parts)
            if not why and master is not None and known is None:
                known = self._held(plan, parts[master.id])
            if not why and isinstance(known, str):
                why = known
            if why or not isinstance(known, dict):
                yield Found(source.system, replace(base, why=why or "no_master"))
                continue
            counted = self._compared(plan, parts[source.id], known)
            yield Found(source.system, self._told(base, counted, expected))

    def _held(self, plan: Plan, one: Candidate) -> dict[int, set[int]] | str:
        """What each customer has in a source, or why nobody knows."""
        asker = self._askers.get(one.way.system)
        if asker is None:
            return "not_asked"

        def ask() -> dict[int, set[int]]:
            found: dict[int, set[int]] = {}
            for number, (customer, value, _) in enumerate(
                asker.rows(pairs.held(asker, plan, one, self._salt))
            ):
                if number >= MOST:
                    raise Unaskable("too_many")
                found.setdefault(int(customer, 16), set()).add(int(value, 16))
            return found

        return _tried(ask)

    def _compared(self, plan: Plan, one: Candidate, known: Mapping[int, set[int]]) -> _Counted | str:
        """Customers that both have a value for, and those of them of whom the source says nothing else."""
        asker = self._askers[one.way.system]

        def ask() -> _Counted:
            rows, agree = 0, dict[int, bool]()
            for customer, value, number in asker.rows(pairs.held(asker, plan, one, self._salt)):
                rows += int(number)
                key = int(customer, 16)
                if key in known:
                    agree[key] = agree.get(key, True) and int(value, 16) in known[key]
            return _Counted(rows, len(agree), sum(agree.values()))

        return _tried(ask)

    def overlaps(self) -> Iterator[Found]:
        """For each two systems that keep the same global id, how many customers of one the other has."""
        for subject in self._identity.subjects:
            linked = [
                one
                for one in subject.connections
                if one.link is Link.SOURCE and one.column and one.system in self._askers
            ]
            if subject.field is None or len(linked) < 2:
                continue
            known = {one.system: self._ids(one) for one in linked}
            for one in linked:
                for other in linked:
                    if one is not other:
                        yield self._overlap(subject.field, one, other, known)

    def _overlap(
        self,
        field: FieldId,
        one: Connection,
        other: Connection,
        known: Mapping[SystemId, tuple[int, set[int]] | str],
    ) -> Found:
        assert one.column is not None and other.column is not None
        path = str(one.column.source).partition(".")[2]
        base = self._measure(field, path, Check.OVERLAP, str(other.column.source), "")
        mine, theirs = known[one.system], known[other.system]
        if isinstance(mine, str) or isinstance(theirs, str):
            why = mine if isinstance(mine, str) else str(theirs)
            return Found(one.system, replace(base, why=why))
        counted = _Counted(mine[0], len(mine[1]), len(mine[1] & theirs[1]))
        return Found(one.system, self._told(base, counted, None))

    def _ids(self, one: Connection) -> tuple[int, set[int]] | str:
        assert one.column is not None
        parts = split_source(one.column.source)
        assert parts is not None
        asker = self._askers[one.system]
        way = Way(one.system, _table(parts.schema, parts.table), (), parts.column, *self._forms(one))

        def ask() -> tuple[int, set[int]]:
            rows, found = 0, set[int]()
            for customer, number in asker.rows(pairs.ids(asker, way.table, parts.column, way, self._salt)):
                rows += int(number)
                found.add(int(customer, 16))
                if len(found) > MOST:
                    raise Unaskable("too_many")
            return rows, found

        return _tried(ask)

    def _forms(self, one: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The normal forms of the global id, and the ids that stand for nobody in a system."""
        field = self._catalog.fields.get(one.field) if one.field else None
        source = field.sources.get(one.column.source) if field and one.column else None
        said = field.facets.get("normal") if field else None
        normal = tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said),) if said else ()
        empty = source.facets.get("empty") if source else None
        nobody = tuple(str(each) for each in empty if each is not None) if isinstance(empty, tuple) else ()
        return normal, nobody

    def reached(self) -> Iterator[Found]:
        """For each mapped table, how many of its rows lead to the customer id of its system."""
        known = {
            (connection.system, connection.column.source): connection
            for subject in self._identity.subjects
            for connection in subject.connections
            if connection.column and connection.field
        }
        for identity in self._identity.systems:
            one = known.get((identity.system, identity.customer_id)) if identity.customer_id else None
            if identity.system in self._askers and one is not None:
                for table in identity.tables:
                    if table.mapped:
                        yield Found(identity.system, self._reach(identity, table, one))

    def _reach(self, identity: Identity, table: Table, one: Connection) -> Measure:
        assert identity.customer_id is not None and one.field is not None
        parts = split_source(identity.customer_id)
        assert parts is not None
        name = table.carried or (table.hops[0].columns[0] if table.hops else parts.column)
        base = self._measure(one.field, f"{table.name}.{name}", Check.REACH, parts.path, "")
        if table.reach not in _LEADING:
            return replace(base, why=f"no_way {table.reach.value}")
        hops = () if table.carried else table.hops
        way = Way(identity.system, table.name, hops, table.carried or parts.column, *self._forms(one))
        asker = self._askers[identity.system]

        def ask() -> _Counted:
            ((rows, met),) = list(asker.rows(pairs.reach(asker, way)))
            return _Counted(int(rows), int(rows), int(met))

        return self._told(base, _tried(ask), None)

    def _measure(self, field: FieldId, path: str, check: Check, against: str, written: str) -> Measure:
        day, no = self._day.isoformat(), None
        return Measure(
            field, path, check, against, day, no, no, no, "", written, Outcome.UNMEASURED, "not_asked"
        )

    def _told(self, base: Measure, counted: _Counted | str, expected: Expectation | None) -> Measure:
        if isinstance(counted, str):
            return replace(base, why=counted)
        rows, number, met = counted
        if number == 0:
            return replace(base, rows=rows, counted=0, met=0, why="no_rows" if rows == 0 else "no_values")
        outcome = judged(expected, number, met, "", self._day)
        return replace(base, rows=rows, counted=number, met=met, outcome=outcome, why="")


def _everyone(field: Field) -> Field:
    """The field as if each of its sources could win: what the golden record can compare, we can."""
    sources = {
        name: replace(source, facets={key: said for key, said in source.facets.items() if key != "may_win"})
        for name, source in field.sources.items()
    }
    how = Survivorship("source_priority", tuple(sources))
    return replace(field, sources=sources, master=None, survivorship=how)


def _incomparable(
    master: Source | None,
    source: Source,
    left: Mapping[SourceId, LeftOut],
    parts: Mapping[SourceId, Candidate],
) -> str:
    """Why a source cannot be compared with the master; "" where it can."""
    if master is None:
        return "no_master"
    for one in (source, master):
        if one.id in left:
            return f"not_comparable {left[one.id].reason}"
        if one.id not in parts:
            return "not_comparable"
    return ""


def _tried(ask: Callable[[], T]) -> T | str:
    """What asking gives, or the name of the reason why it gives nothing."""
    try:
        return ask()
    except Refused as refused:
        return (
            f"{refused.why.value} {refused.code}".strip() if refused.why == "refused" else refused.why.value
        )
    except Unaskable as why:
        return str(why)
    except SqlglotError:
        return "unsupported"


def _table(schema: str, table: str) -> str:
    return f"{schema}.{table}" if schema else table
