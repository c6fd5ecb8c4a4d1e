"""The facts of a breach, as far as the catalog has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from amanat.breach.calling import Call, calls
from amanat.breach.clocks import Regime, regimes
from amanat.breach.counting import Count, Counts, measured, people_query, rows_query, table_of
from amanat.breach.lineage import Downstream, downstream
from amanat.breach.reached import Reader, Receives, readers, receivers
from amanat.breach.target import Kind, Target
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.resources import Category, Classification, Subject, System, Transfer
from amanat.model.values import FieldId, PurposeId, SystemId
from amanat.observe.coverage import Coverage, coverage
from amanat.policy.cover import is_special
from amanat.policy.readings import Reading


class Exposed(NamedTuple):
    """A field whose values are exposed, and the sources that hold them where the breach is. No source: the
    recipient is sent them. `special` None: its category is not known."""

    field: Field
    sources: tuple[Source, ...]
    special: bool | None


class Columns(NamedTuple):
    """A table with exposed columns; `measured` None: nobody measured it. `query` would."""

    name: str
    columns: tuple[str, ...]
    measured: Count | None
    query: str | None


class Lack(NamedTuple):
    """A control that a class of exposed data requires and the system does not declare."""

    control: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """A system in which exposed data lies. `undeclared` are observed columns that no field maps and nobody
    ignored: what they hold is not known; None where nobody observed the system."""

    system: System
    tables: tuple[Columns, ...]
    undeclared: tuple[str, ...] | None
    lacks: tuple[Lack, ...]
    people: str | None
    """The query that counts different customer ids."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a breach exposes. Lists are sorted by id; `exposed` is empty for a system without fields, and then
    nothing can be said but whom to call. `left_out` are fields that are planned or retired."""

    catalog: Catalog
    target: Target
    aware: datetime | None
    exposed: tuple[Exposed, ...]
    left_out: tuple[Field, ...]
    struck: tuple[Struck, ...]
    subjects: tuple[Subject, ...]
    unsaid_subjects: int
    """Fields of which nobody said whose data they are."""
    categories: tuple[tuple[Category | None, int], ...]
    """Categories with the number of their fields; None last: nobody said."""
    classes: tuple[tuple[Classification | None, int], ...]
    """Classes with the number of their fields, the most sensitive first; None last: nobody said."""
    special: tuple[Field, ...]
    unsure: tuple[Field, ...]
    """Fields of which nobody knows whether they are special: their category is not declared."""
    readers: tuple[Reader, ...]
    receivers: tuple[Receives, ...]
    transfers: tuple[Transfer, ...]
    downstream: tuple[Downstream, ...]
    calls: tuple[Call, ...]
    regimes: tuple[Regime, ...]

    @property
    def ids(self) -> frozenset[FieldId]:
        """The exposed fields."""
        return frozenset(one.field.id for one in self.exposed)


@dataclass(frozen=True, slots=True)
class Known:
    """What is worked out once for all impacts of a catalog: who reads what, what was observed, what was
    measured."""

    catalog: Catalog
    readings: Mapping[FieldId, tuple[Reading, ...]]
    counts: Counts
    covered: Mapping[SystemId, Coverage]

    @classmethod
    def of(cls, catalog: Catalog, readings: Mapping[FieldId, tuple[Reading, ...]]) -> Known:
        """All of it, from the catalog."""
        covered = {one.system.id: one for one in coverage(catalog)}
        return cls(catalog, readings, measured(catalog), covered)


def impact_of(known: Known, target: Target, aware: datetime | None = None) -> Impact:
    """The facts of a breach of a target; `aware` is the moment when the controller learned of it, with its
    offset from UTC."""
    catalog = known.catalog
    here = list(_scope(catalog, target))
    exposed = tuple(one for one in here if one.field.status.held)
    fields = [one.field for one in exposed]
    struck = tuple(_struck(known, exposed, system) for system in _systems(catalog, target, exposed))
    received = tuple(receivers(catalog, fields, [one.system for one in struck], target))
    beyond = tuple(downstream(catalog, exposed))
    subjects = {one.subject for one in fields}
    return Impact(
        catalog=catalog,
        target=target,
        aware=aware,
        exposed=exposed,
        left_out=tuple(one.field for one in here if not one.field.status.held),
        struck=struck,
        subjects=tuple(one for name, one in catalog.subjects.items() if name in subjects),
        unsaid_subjects=sum(one.subject not in catalog.subjects for one in fields),
        categories=tuple(_categories(catalog, fields)),
        classes=classes_of(catalog, fields),
        special=tuple(one.field for one in exposed if one.special),
        unsure=tuple(one.field for one in exposed if one.special is None),
        readers=tuple(readers(catalog, known.readings, fields)),
        receivers=received,
        transfers=tuple(_transfers(catalog, received, struck, fields, target)),
        downstream=beyond,
        calls=calls(catalog, target, [one.system for one in struck], fields, received, beyond),
        regimes=regimes(catalog, aware),
    )


def _scope(catalog: Catalog, target: Target) -> Iterator[Exposed]:
    """What is exposed, whatever its status."""
    if target.kind is Kind.FIELD:
        entry = catalog.fields[FieldId(target.id)]
        yield Exposed(entry, tuple(entry.sources.values()), is_special(catalog, entry))
        return
    systems, purposes = {SystemId(target.id)}, set[str]()
    if target.kind is Kind.RECIPIENT:
        systems = {one.id for one in catalog.systems.values() if one.recipient == target.id}
        purposes = purposes_to(catalog, target.id)
    for entry in catalog.fields.values():
        sources = tuple(one for one in entry.sources.values() if one.system in systems)
        if sources or not purposes.isdisjoint(entry.purposes):
            yield Exposed(entry, sources, is_special(catalog, entry))


def purposes_to(catalog: Catalog, recipient: str) -> set[str]:
    """The ids that a field lists when it may be used for a purpose that names the recipient: the purpose, and
    those above it."""
    return {
        name
        for purpose in catalog.purposes.values()
        if recipient in purpose.recipients and purpose.status.held
        for name in ancestors(purpose.id)
    }


def _systems(catalog: Catalog, target: Target, exposed: Iterable[Exposed]) -> list[System]:
    """The systems that are struck: the one that is breached also where it holds no field."""
    names = {source.system for one in exposed for source in one.sources}
    if target.kind is Kind.SYSTEM:
        names.add(SystemId(target.id))
    return [system for name, system in catalog.systems.items() if name in names]


def _struck(known: Known, exposed: Iterable[Exposed], system: System) -> Struck:
    tables: dict[str, list[Source]] = {}
    classes: dict[str, None] = {}
    for one in exposed:
        for source in one.sources:
            if source.system == system.id:
                tables.setdefault(table_of(source.parts), []).append(source)
                if one.field.classification is not None:
                    classes[one.field.classification] = None
    covered = known.covered.get(system.id)
    return Struck(
        system,
        tuple(
            Columns(
                name,
                tuple(sorted({source.column for source in held})),
                known.counts.get((system.id, name)),
                rows_query(held[0].parts, system.engine),
            )
            for name, held in sorted(tables.items())
        ),
        None if covered is None or covered.total is None else covered.unmapped,
        tuple(lacks(known.catalog, system, classes)),
        people_query(system),
    )


def lacks(catalog: Catalog, system: System, classes: Iterable[str]) -> Iterator[Lack]:
    """The controls that these classes require and a system does not declare, sorted."""
    held = set(classes)
    missing: dict[str, list[str]] = {}
    for name, classification in catalog.classifications.items():
        if name in held:
            for control in classification.requires:
                if control not in system.security:
                    missing.setdefault(control, []).append(name)
    for control, names in sorted(missing.items()):
        yield Lack(control, tuple(names))


def classes_of(catalog: Catalog, fields: Iterable[Field]) -> tuple[tuple[Classification | None, int], ...]:
    """How many fields each class has, the most sensitive class first; last those without a known one."""
    counted = Counter(each.classification for each in fields)
    ordered = sorted(catalog.classifications.values(), key=lambda one: -one.rank)
    unknown = sum(number for name, number in counted.items() if name not in catalog.classifications)
    return (*((one, counted[one.id]) for one in ordered), (None, unknown))


def _categories(catalog: Catalog, fields: Iterable[Field]) -> Iterator[tuple[Category | None, int]]:
    counted = Counter(each.category for each in fields)
    for name, category in catalog.categories.items():
        if counted[name]:
            yield category, counted[name]
    if unknown := sum(number for name, number in counted.items() if name not in catalog.categories):
        yield None, unknown


def _transfers(
    catalog: Catalog,
    received: Iterable[Receives],
    struck: Iterable[Struck],
    fields: Iterable[Field],
    target: Target,
) -> Iterator[Transfer]:
    """The declared transfers by which exposed data goes abroad."""
    recipients = {one.recipient.id for one in received}
    if target.kind is Kind.RECIPIENT:
        recipients |= {target.entry.id}  # type: ignore[arg-type]
    systems = {one.system.id for one in struck}
    listed = {purpose for each in fields for purpose in each.purposes}
    for one in catalog.transfers.values():
        there = one.recipient in recipients or one.system in systems
        if there and (not one.purposes or _meets(one.purposes, listed)):
            yield one


def _meets(purposes: Iterable[PurposeId], listed: set[PurposeId]) -> bool:
    """Whether a field that lists one of `listed` may be used for one of the purposes."""
    return any(not listed.isdisjoint(map(PurposeId, ancestors(one))) for one in purposes)
