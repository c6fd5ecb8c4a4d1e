"""What many pages need, computed once: cross references, coverage, access, conflicts, findings by subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from amanat.conflicts import Conflict, ConflictStatus
from amanat.diagnostic import Diagnostic
from amanat.docsite.due import Due, due_of
from amanat.docsite.paths import Kind, Ref
from amanat.docsite.site import Site
from amanat.identity.person import PersonWays, person_ways
from amanat.load.builtin import BUILTIN_FILE
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.lineage import Feeds, feeds_of
from amanat.model.resources import Category, Purpose
from amanat.model.values import CategoryId, FieldId, Text
from amanat.observe.coverage import Coverage, coverage
from amanat.policy.readings import Access, access_of
from amanat.retention.governed import policies_of
from amanat.text import Place

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Held:
    """A field as a system holds it."""

    field: Field
    source: Source


@dataclass(frozen=True, slots=True)
class Atlas:
    """The catalog with its cross references. Lists are sorted by id; a key without entries is absent."""

    site: Site
    labels: Mapping[Ref, Text]
    """Every thing that has a page, and what it is called."""
    fields: Mapping[Ref, tuple[Field, ...]]
    """The fields of a team, category (with those below it), classification, subject, stage, purpose …"""
    held: Mapping[str, tuple[Held, ...]]
    """What a system holds, by system id, sorted by column."""
    feeds: Feeds
    """Fields that are derived from a field."""
    coverage: Mapping[str, Coverage]
    access: Access
    conflicts: Mapping[FieldId, tuple[Conflict, ...]]
    findings: Mapping[str, tuple[Diagnostic, ...]]
    """Diagnostics by subject."""
    by_rule: Mapping[str, tuple[Diagnostic, ...]]
    """Diagnostics by rule code."""
    due: tuple[Due, ...]
    """What has to be done by a day, the earliest first."""
    ways: tuple[PersonWays, ...]
    """How all data of a person is reached, for every kind of people."""

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.site.catalog

    def fields_of(self, ref: Ref) -> tuple[Field, ...]:
        """The fields that belong to a thing."""
        return self.fields.get(ref, ())

    def where(self, place: Place) -> str:
        """The place as people look it up: `file:line`, or the file where the line is not known."""
        if place.file.endswith(".csv") and place.path:
            return f"{place.file}:{place.path[0]}"
        span = self.site.spans.span(place)
        return place.file if span is None else f"{place.file}:{span.line}"


def atlas_of(site: Site) -> Atlas:
    """Compute what the pages share."""
    catalog, known = site.catalog, site.worked_out
    held: dict[str, list[Held]] = {}
    for field in catalog.fields.values():
        for source in field.sources.values():
            held.setdefault(source.system, []).append(Held(field, source))
    return Atlas(
        site=site,
        labels=_labels(site),
        fields=_fields(catalog),
        held={system: tuple(sorted(items, key=_by_column)) for system, items in held.items()},
        feeds=feeds_of(catalog),
        coverage={c.system.id: c for c in coverage(catalog)},
        access=access_of(catalog, site.as_of, None if known is None else known.table),
        conflicts=_grouped((c.field, c) for c in site.conflicts.conflicts),
        findings=_grouped((d.subject, d) for d in site.diagnostics),
        by_rule=_grouped((d.code, d) for d in site.diagnostics),
        due=due_of(catalog, site.as_of),
        ways=person_ways(catalog) if known is None else known.ways,
    )


def is_open(conflict: Conflict) -> bool:
    """Whether nobody has accepted the conflict, or an acceptance no longer holds."""
    return conflict.status is not ConflictStatus.ACCEPTED


def purposes_allowed(catalog: Catalog, field: Field) -> tuple[Purpose, ...]:
    """The declared purposes that a field may be used for: those it lists, and their descendants."""
    listed = set(field.purposes)
    return tuple(p for i, p in catalog.purposes.items() if not listed.isdisjoint(ancestors(i)))


def _by_column(held: Held) -> tuple[str, str, str]:
    return (held.source.table.name, held.source.column, held.field.id)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _labels(site: Site) -> dict[Ref, Text]:
    catalog = site.catalog
    declared: tuple[tuple[Kind, Mapping[Any, Any]], ...] = (
        (Kind.FIELD, catalog.fields),
        (Kind.SYSTEM, catalog.systems),
        (Kind.PURPOSE, catalog.purposes),
        (Kind.ROLE, catalog.roles),
        (Kind.TEAM, catalog.teams),
        (Kind.CATEGORY, _categories_in_use(catalog)),
        (Kind.CLASSIFICATION, catalog.classifications),
        (Kind.SUBJECT, catalog.subjects),
        (Kind.STAGE, catalog.stages),
        (Kind.RECIPIENT, catalog.recipients),
        (Kind.RETENTION, catalog.retention),
    )
    labels = {
        Ref(kind, identifier): thing.label
        for kind, things in declared
        for identifier, thing in things.items()
    }
    return labels | {Ref(Kind.RULE, rule.name): {"en": rule.name} for rule in site.rules}


def _categories_in_use(catalog: Catalog) -> dict[CategoryId, Category]:
    """The taxonomy is large; only what fields use, what the catalog declares, and what is above these."""
    used = {a for field in catalog.fields.values() for a in ancestors(field.category or "")}
    for category in catalog.categories.values():
        if category.place is not None and category.place.file != BUILTIN_FILE:
            used.update(ancestors(category.id))
    return {identifier: c for identifier, c in catalog.categories.items() if identifier in used}


def _fields(catalog: Catalog) -> dict[Ref, tuple[Field, ...]]:
    pairs: list[tuple[Ref, Field]] = []
    for field in catalog.fields.values():
        pairs += [(Ref(kind, identifier), field) for kind, identifier in _belongs_to(catalog, field)]
    return _grouped(pairs)


def _belongs_to(catalog: Catalog, field: Field) -> Iterable[tuple[Kind, str]]:
    if field.category is not None:
        yield from ((Kind.CATEGORY, category) for category in ancestors(field.category))
    single = (
        (Kind.TEAM, field.owner),
        (Kind.CLASSIFICATION, field.classification),
        (Kind.SUBJECT, field.subject),
    )
    yield from ((kind, identifier) for kind, identifier in single if identifier is not None)
    yield from ((Kind.STAGE, stage) for stage in field.stages)
    yield from ((Kind.RETENTION, policy) for policy in policies_of(catalog, field))
    purposes = purposes_allowed(catalog, field)
    yield from ((Kind.PURPOSE, purpose.id) for purpose in purposes)
    # A set, because one recipient may run several of its systems and serve several of its purposes.
    recipients = {recipient for purpose in purposes for recipient in purpose.recipients}
    for source in field.sources.values():
        system = catalog.systems.get(source.system)
        if system is not None and system.recipient is not None:
            recipients.add(system.recipient)
    yield from ((Kind.RECIPIENT, recipient) for recipient in sorted(recipients))
