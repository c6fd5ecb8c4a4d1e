"""How the customer ids of systems connect to a subject's global id, and which of them cannot match."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from amanat.conflicts.claims import declared_claims, merged
from amanat.conflicts.observed import Columns, observed_claims
from amanat.conflicts.technical import scheme
from amanat.conflicts.values import NOT_APPLICABLE
from amanat.identity.matching import IdColumn, Mismatch, mismatches
from amanat.identity.note import Note
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.resources import Subject, System
from amanat.model.values import FieldId, SourceId, SubjectId, SystemId, Text


class Link(StrEnum):
    """How the customer id of a system connects to the global one."""

    SOURCE = "source"
    DERIVED = "derived"
    OTHER = "other"
    NONE = "none"
    UNDECLARED = "undeclared"


class Connection(NamedTuple):
    """A system and its customer id (None: it has none). `field` is the field by which it connects, `sources`
    are the system's columns that the global id names as its sources. `reason` and `mend` speak of what is
    missing."""

    system: SystemId
    link: Link
    column: IdColumn | None
    field: FieldId | None
    sources: tuple[SourceId, ...]
    reason: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The global id of a kind of data subjects, and the systems that hold data about them. `field` None: the
    subject names none, or one that is not in the catalog (`reason`). `said` is the reason that people gave
    for having none."""

    subject: SubjectId
    field: FieldId | None
    connections: tuple[Connection, ...]
    mismatches: tuple[Mismatch, ...]
    reason: str = ""
    mend: str = ""
    said: Text | None = None

    def only(self, systems: Collection[str]) -> GlobalId | None:
        """What concerns these systems: their connections, and the mismatches in which they take part; None
        where there is nothing of the kind."""
        connections = tuple(one for one in self.connections if one.system in systems)
        columns = {one.column.source for one in connections if one.column}
        found = tuple(one for one in self.mismatches if not columns.isdisjoint(one.values))
        return replace(self, connections=connections, mismatches=found) if connections else None


def global_ids(catalog: Catalog) -> tuple[GlobalId, ...]:
    """Every subject with its global id, sorted by subject."""
    asked = {system.customer_id for system in catalog.systems.values()}
    holding: dict[SourceId, list[tuple[Field, Source]]] = {}
    about: dict[SubjectId | None, set[SystemId]] = {}
    for field in catalog.fields.values():
        systems = about.setdefault(field.subject, set())
        for source in field.sources.values():
            systems.add(source.table.system)
            if (name := source.id) in asked:
                holding.setdefault(name, []).append((field, source))
    reader = _Reader(catalog, holding)
    return tuple(
        _global_id(catalog, subject, about.get(name, set()), reader)
        for name, subject in catalog.subjects.items()
    )


def _global_id(catalog: Catalog, subject: Subject, about: set[SystemId], reader: _Reader) -> GlobalId:
    field = catalog.fields.get(subject.global_id) if subject.global_id is not None else None
    if field is None:
        reason = Note("unidentified")
        if subject.global_id is not None:
            reason = Note("no_such_field", field=subject.global_id)
        mend = Note("name_global", subject=subject.id)
        if subject.no_global_id:
            return GlobalId(subject.id, None, (), (), Note("has_no_global"), mend, subject.no_global_id)
        return GlobalId(subject.id, None, (), (), reason, mend)
    systems = about | {source.system for source in field.sources.values()}
    connections = tuple(
        _connection(catalog.systems[name], field, reader)
        for name in sorted(systems)
        if name in catalog.systems
    )
    linked = [c.column for c in connections if c.column and c.link in (Link.SOURCE, Link.DERIVED)]
    return GlobalId(subject.id, field.id, connections, mismatches(field, linked))


def _connection(system: System, field: Field, reader: _Reader) -> Connection:
    sources = tuple(source.id for source in field.sources.values() if source.system == system.id)
    if system.customer_id is None:
        if system.no_customer_id:
            reason, link = Note("has_none"), Link.NONE
        else:
            reason, link = Note("undeclared"), Link.UNDECLARED
        mend = Note("keep_global", system=system.id)
        if sources:
            mend = Note("name_holding", source=sources[0])
        return Connection(system.id, link, None, None, sources, reason, mend)
    column = reader.column(system.customer_id)
    for other in reader.fields(system.customer_id):
        if other.id == field.id:
            return Connection(system.id, Link.SOURCE, column, field.id, sources)
    for other in reader.fields(system.customer_id):
        if field.id in other.derived_from or other.id in field.derived_from:
            return Connection(system.id, Link.DERIVED, column, other.id, sources)
    reason = Note("not_holding", column=system.customer_id)
    mend = Note("add_source", field=field.id)
    return Connection(system.id, Link.OTHER, column, None, sources, reason, mend)


class _Reader:
    """What is claimed about the columns that are the customer ids of systems."""

    def __init__(self, catalog: Catalog, holding: Mapping[SourceId, list[tuple[Field, Source]]]) -> None:
        self._catalog, self._holding = catalog, holding
        self._columns = Columns(catalog)

    def fields(self, source: SourceId) -> tuple[Field, ...]:
        """The fields that a column holds, by id."""
        return tuple(sorted((f for f, _ in self._holding.get(source, ())), key=lambda field: field.id))

    def column(self, source: SourceId) -> IdColumn:
        """What is known about a column, as declared and as observed."""
        claims: dict[str, Any] = {}
        for _, held in sorted(self._holding.get(source, ()), key=lambda pair: pair[0].id, reverse=True):
            claims.update(merged(held, declared_claims(held), self._columns.claims(held)))
        if not claims:
            claims = self._observed(source)
        said = {facet: value for facet, value in claims.items() if value is not NOT_APPLICABLE}
        return IdColumn(
            source,
            scheme(said.get("format"), said.get("type")),
            said.get("type"),
            said.get("length"),
            said.get("normal"),
            said.get("unique"),
            said.get("grain"),
            self._recycled(source),
        )

    def _recycled(self, source: SourceId) -> bool | str | None:
        """What people say about the id's being given out again; the worst, where they say it twice."""
        said = [
            held.facets["recycled"] for _, held in self._holding.get(source, ()) if "recycled" in held.facets
        ]
        worst = next((one for one in said if one), said[0] if said else None)
        return worst if isinstance(worst, bool) or worst is None else str(worst)

    def _observed(self, source: SourceId) -> dict[str, Any]:
        parts = split_source(source)
        snapshot = self._catalog.snapshots.get(parts.system) if parts else None
        column = snapshot.columns.get(SourceId(parts.path)) if snapshot and parts else None
        system = self._catalog.systems.get(parts.system) if parts else None
        return dict(observed_claims(system.engine if system else None, column)) if column else {}
