"""How much of each system is catalogued: an observed column is mapped, ignored with a reason, or neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate

from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.resources import IgnoredColumns, System
from amanat.model.snapshot import Snapshot
from amanat.model.values import SourceId, Status
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Ignored:
    """A rule by which a system ignores columns, and the observed columns it took; None without a snapshot."""

    rule: IgnoredColumns
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The columns of one system. `total` is None without a snapshot: then nothing is known, and no count
    but `declared` means anything."""

    system: System
    declared: int
    """Sources that fields declare in this system."""
    total: int | None
    mapped: int
    ignored: tuple[Ignored, ...]
    unmapped: tuple[str, ...]
    vanished: tuple[str, ...]
    """Columns named by the catalog that the snapshot does not have."""

    @property
    def ignored_count(self) -> int:
        """Observed columns that are ignored with a reason."""
        return sum(len(i.columns or ()) for i in self.ignored)

    @property
    def settled(self) -> int:
        """Observed columns that somebody decided about."""
        return self.mapped + self.ignored_count


def coverage(catalog: Catalog) -> tuple[Coverage, ...]:
    """The coverage of every system, sorted by id."""
    declared: dict[str, list[Source]] = {system: [] for system in catalog.systems}
    for field in catalog.fields.values():
        for source in field.sources.values():
            declared.setdefault(source.system, []).append(source)
    named: dict[str, set[str]] = {system: set() for system in catalog.systems}
    for source_id, _, _ in named_elsewhere(catalog):
        system_id, _, path = source_id.partition(".")
        named.setdefault(system_id, set()).add(path)
    return tuple(
        _of_system(
            system, catalog.snapshots.get(name), {source.path for source in declared[name]}, named[name]
        )
        for name, system in catalog.systems.items()
    )


def named_elsewhere(  # noqa: PLR0912 - a table in prose
    catalog: Catalog,
) -> Iterator[tuple[SourceId, str, Place]]:
    """Sources that the catalog accounts for outside fields, each with the entry that names it and the place:
    customer ids, declared links, records of consent, proofs of the events that start retention, times of
    change."""
    for system in catalog.systems.values():
        if system.customer_id is not None:
            yield system.customer_id, system.id, system.place.at("customer_id")
        for link in system.links:
            yield link.start, system.id, link.place.at("from")
            yield link.end, system.id, link.place.at("to")
    for purpose in catalog.purposes.values():
        consent = purpose.consent
        if consent is not None and consent.recorded_in is not None and "consent" not in purpose.inherited:
            yield consent.recorded_in, purpose.id, purpose.place.at("consent", "recorded_in")
    for policy in catalog.retention.values():
        for source in policy.rule.proved_by:
            yield source, policy.id, policy.place.at("proved_by")
        for jurisdiction, rule in policy.where.items():
            if rule.proved_by != policy.rule.proved_by:
                for source in rule.proved_by:
                    yield source, policy.id, policy.place.at("where", jurisdiction, "proved_by")
    for field in catalog.fields.values():
        for held in field.sources.values():
            if held.facets and "changed_at" in held.facets:
                yield changed_at(held), field.id, held.place.at("changed_at")


def in_use(status: Status) -> bool:
    """Whether data is there: the entry is live, or still there until it is retired."""
    return status is Status.LIVE or status is Status.RETIRING


def holders(catalog: Catalog) -> Mapping[SourceId, tuple[Field, ...]]:
    """The fields in use that name each source, sorted by source."""
    found: dict[SourceId, list[Field]] = {}
    for field in catalog.fields.values():
        if in_use(field.status):
            for source in field.sources:
                found.setdefault(source, []).append(field)
    return {source: tuple(fields) for source, fields in sorted(found.items())}


def changed_at(source: Source) -> SourceId:
    """The source's `changed_at` as a source: a column of the same table."""
    return SourceId(f"{source.id.rpartition('.')[0]}.{source.facets['changed_at']}")


class Ignoring:
    """The `ignore` globs of a system over `table.column`, case-sensitive, made ready once."""

    def __init__(self, system: System) -> None:
        self._rules = [(rule, _matcher(rule.columns)) for rule in system.ignore]

    def why(self, path: str) -> IgnoredColumns | None:
        """The first rule that ignores the column, or None."""
        return next((rule for rule, matches in self._rules if matches(path)), None)


def _of_system(system: System, snapshot: Snapshot | None, declared: set[str], named: set[str]) -> Coverage:
    known = declared | named
    if snapshot is None:
        unknown = tuple(Ignored(rule, None) for rule in system.ignore)
        return Coverage(system, len(declared), None, 0, unknown, (), ())
    ignoring = Ignoring(system)
    taken: dict[Place, list[str]] = {rule.place: [] for rule in system.ignore}
    left: list[str] = []
    for column in sorted(set(snapshot.columns) - known):
        rule = ignoring.why(column)
        (left if rule is None else taken[rule.place]).append(column)
    return Coverage(
        system=system,
        declared=len(declared),
        total=len(snapshot.columns),
        mapped=len(known & set(snapshot.columns)),
        ignored=tuple(Ignored(rule, tuple(taken[rule.place])) for rule in system.ignore),
        unmapped=tuple(left),
        vanished=tuple(sorted(known - set(snapshot.columns))),
    )


def _matcher(globs: Iterable[str]) -> Callable[[str], object]:
    return re.compile("|".join(translate(glob) for glob in globs) or r"(?!)").match


def by_table(columns: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Columns (`table.column`) grouped by table, in order."""
    tables: dict[str, list[str]] = {}
    for column in columns:
        table, _, name = column.rpartition(".")
        tables.setdefault(table, []).append(name)
    return {table: tuple(names) for table, names in tables.items()}
