"""The plan to collect one person's data (GDPR Art. 15, 20): system after system, by which key, which rows and
columns, and what has to be told beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amanat.identity.keys import Step
from amanat.identity.person import Anchor, PersonWays, Rows, Start, SystemWays, person_ways, table_of, way_of
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Subject, System
from amanat.model.values import FieldId, SourceId, SubjectId, SystemId
from amanat.policy.targets.quoting import UnquotableError
from amanat.rights.dialects import OF_ENGINE, Dialect
from amanat.rights.held import Held, held_about, held_columns
from amanat.rights.problems import Problem, of_ways, problem
from amanat.rights.writing import Query, Writer

SECRETS = frozenset(("account.password", "account.secret", "payment.card_security_code"))
"""Categories of what opens an account or a card."""


class Column(NamedTuple):
    """A column of the person's rows and the fields in use that it holds. `others`: they are about another
    kind of people than the one that asks. `withheld`: it holds a secret, which the person is told of and not
    given, since whoever has the copy could sign in with it."""

    name: str
    fields: tuple[Field, ...]
    others: bool
    withheld: bool


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a table: the way to them (no hops: the value stands in the row), the columns, the query,
    and the one that counts rows which lead to two people. No query: `problems` of the plan say why."""

    rows: Rows
    way: tuple[Step, ...]
    columns: tuple[Column, ...]
    query: Query | None
    disputed: Query | None


@dataclass(frozen=True, slots=True)
class SystemRead:
    """A system: by which value it knows the person, the query that finds that value in an earlier system
    (None: it is the global id, or is made by hand), and its tables."""

    system: System
    anchor: Anchor
    dialect: Dialect | None
    find: Query | None
    found_in: System | None
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """The plan for a kind of people; what it cannot do stands in `problems`. `ways` are what it walks, `held`
    is what `held_columns` tells of the catalog. `unreached` has, for systems in use, the tables with data
    about these people that the plan does not read, and their fields: they are looked for by hand."""

    catalog: Catalog
    subject: Subject
    field: Field | None
    ways: PersonWays
    held: Held
    systems: tuple[SystemRead, ...]
    unreached: Mapping[SystemId, Mapping[str, tuple[Field, ...]]]
    problems: tuple[Problem, ...]

    @property
    def told(self) -> tuple[Field, ...]:
        """The fields that the person is told of, by id: those that are collected, and those that are looked
        for by hand. What has to be told beside the copy does not depend on whether a key leads there."""
        by_hand = (fields for tables in self.unreached.values() for fields in tables.values())
        found = {one.id: one for fields in (self.fields, *by_hand) for one in fields}
        return tuple(found[name] for name in sorted(found))

    @property
    def holders(self) -> tuple[SystemId, ...]:
        """The systems that the plan reads or that are looked at by hand, each once."""
        return tuple(dict.fromkeys((*(one.system.id for one in self.systems), *self.unreached)))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that the plan collects, by id."""
        found: dict[FieldId, Field] = {}
        for system in self.systems:
            for read in system.reads:
                for column in read.columns:
                    found |= {one.id: one for one in column.fields}
        return tuple(found[name] for name in sorted(found))


def access_plan(
    catalog: Catalog, subject: SubjectId, dialect: Dialect | None = None, ways: PersonWays | None = None
) -> AccessPlan:
    """The plan for a kind of people; `dialect` None: each system in the SQL of its own engine. `ways` are
    theirs, where they were worked out before."""
    if ways is None:
        (ways,) = person_ways(catalog, (subject,))
    made = _Maker(catalog, ways, dialect)
    systems = tuple(made.systems())
    unreached = _unreached(made.held, catalog, subject, systems)
    keeper = catalog.fields[ways.field] if ways.field is not None else None
    problems = (*of_ways(catalog, ways), *made.problems)
    about = catalog.subjects[subject]
    return AccessPlan(catalog, about, keeper, ways, made.held, systems, unreached, problems)


def _unreached(
    held: Held, catalog: Catalog, subject: SubjectId, systems: Iterable[SystemRead]
) -> Mapping[SystemId, Mapping[str, tuple[Field, ...]]]:
    read = {(one.system.id, table.rows.table) for one in systems for table in one.reads}
    others = {place: columns for place, columns in held.items() if place not in read}
    found: dict[SystemId, dict[str, tuple[Field, ...]]] = {}
    for name, table in held_about(others, subject):
        # As of a row that is reached, every field of it is data of the person, whomever it is usually about.
        system = catalog.systems.get(name)
        if system is not None and system.status.held:
            its = {one.id: one for fields in others[name, table].values() for one in fields}
            found.setdefault(name, {})[table] = tuple(its[one] for one in sorted(its))
    return found


class _Maker:
    def __init__(self, catalog: Catalog, ways: PersonWays, dialect: Dialect | None) -> None:
        self._catalog, self._ways, self._dialect = catalog, ways, dialect
        self.held = held_columns(catalog)
        self._systems = {one.system: one for one in ways.systems}
        self.problems: list[Problem] = []

    def systems(self) -> Iterator[SystemRead]:
        for ways in self._ways.systems:
            if ways.anchor is not None:
                yield self._system(ways, ways.anchor)

    def dialect_of(self, system: System) -> Dialect | None:
        return self._dialect or OF_ENGINE.get(system.engine or "")

    def _system(self, ways: SystemWays, anchor: Anchor) -> SystemRead:
        system = self._catalog.systems[ways.system]
        dialect = self.dialect_of(system)
        writer = Writer(ways, dialect) if dialect is not None else None
        if writer is None:
            self._say("no_sql", system, engine=system.engine or "?")
        find, found_in = self._find(anchor)
        reads = tuple(self._read(ways, rows, writer) for rows in ways.rows if rows.mapped)
        return SystemRead(system, anchor, dialect, find, found_in, reads)

    def _find(self, anchor: Anchor) -> tuple[Query | None, System | None]:
        """The query that finds the value in an earlier system."""
        parts = split_source(anchor.source) if anchor.start is Start.FOUND and anchor.source else None
        if parts is None:
            return None, None
        before = self._catalog.systems[parts.system]
        dialect = self.dialect_of(before)
        if dialect is None:
            return None, before
        writer = Writer(self._systems[parts.system], dialect)
        return self._written(
            before, table_of(parts), lambda: writer.read(table_of(parts), (parts.column,))
        ), before

    def _read(self, ways: SystemWays, rows: Rows, writer: Writer | None) -> Read:
        columns = tuple(
            Column(
                name,
                fields,
                all(one.subject != self._ways.subject for one in fields),
                any(one.category in SECRETS for one in fields),
            )
            for name, fields in self.held.get((ways.system, rows.table), {}).items()
            if self._is_there(ways, rows.table, name)
        )
        way = way_of(ways, rows)
        if writer is None:
            return Read(rows, way, columns, None, None)
        system = self._catalog.systems[ways.system]
        given = [one.name for one in columns if not one.withheld]
        query = self._written(system, rows.table, lambda: writer.read(rows.table, given)) if given else None
        disputed = self._written(system, rows.table, lambda: writer.disputed(rows.table))
        return Read(rows, way, columns, query, disputed)

    def _is_there(self, ways: SystemWays, table: str, column: str) -> bool:
        """Whether the snapshot has the column; without a snapshot, nothing speaks against it."""
        snapshot = self._catalog.snapshots.get(ways.system)
        if snapshot is None or SourceId(f"{table}.{column}") in snapshot.columns:
            return True
        self._say("vanished", self._catalog.systems[ways.system], source=f"{ways.system}.{table}.{column}")
        return False

    def _written(self, system: System, table: str, write: object) -> Query | None:
        try:
            return write()  # type: ignore[operator,no-any-return]
        except UnquotableError as error:
            self._say("unwritable", system, table=table, why=str(error))
            return None

    def _say(self, key: str, system: System, **values: str) -> None:
        self.problems.append(problem(key, system.place, system.id, **values))


class Portable(NamedTuple):
    """Whether a field goes along when the person takes the data elsewhere (GDPR Art. 20): `why` is `yes`, or
    `secret`, `origin`, `unsaid` or `basis` for what speaks against it."""

    field: Field
    why: str
    purposes: tuple[str, ...]


def portability(plan: AccessPlan) -> Iterator[Portable]:
    """Data that the person gave, or that was observed about the person, where its use rests on consent or a
    contract. What was inferred, or came from staff or others, is not portable."""
    for one in plan.told:
        purposes = tuple(
            purpose.id
            for purpose in plan.catalog.purposes.values()
            if purpose.status.held
            and not set(ancestors(purpose.id)).isdisjoint(one.purposes)
            and {"consent", "contract"} & set(purpose.basis.values())
        )
        if one.category in SECRETS:
            yield Portable(one, "secret", ())
        elif one.origin is None:
            yield Portable(one, "unsaid", ())
        elif one.origin not in ("given", "observed"):
            yield Portable(one, "origin", ())
        else:
            yield Portable(one, "yes" if purposes else "basis", purposes)


def by_field(reads: Iterable[SystemRead]) -> Mapping[FieldId, tuple[SourceId, ...]]:
    """Field to the columns in which it is collected."""
    found: dict[FieldId, list[SourceId]] = {}
    for system in reads:
        for read in system.reads:
            for column in read.columns:
                for one in column.fields:
                    found.setdefault(one.id, []).append(
                        SourceId(f"{system.system.id}.{read.rows.table}.{column.name}")
                    )
    return {name: tuple(sources) for name, sources in sorted(found.items())}
