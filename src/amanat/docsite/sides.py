"""The sources of a field side by side: what is declared, what was observed, what is unknown, facet by facet.

Whether a facet differs is the conflict engine's verdict; nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amanat.conflicts import Conflict, Report
from amanat.conflicts.native import read_type
from amanat.conflicts.observed import Columns
from amanat.conflicts.values import NOT_APPLICABLE
from amanat.model.catalog import Catalog
from amanat.model.field import Facet, Field, Source
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import SourceId
from amanat.text import Place

_ORDER = {
    facet: rank for rank, facet in enumerate((*(f.value for f in Facet), "part", "freshness", "recycled"))
}
_LAST = len(_ORDER)
# Who the sources belong to, not what they are: the field's page has a section for each of these.
_ELSEWHERE = frozenset((Facet.AUTHORITY.value,))


class Seen(NamedTuple):
    """An observed value; wrapped, so that an observed NULL is told from no observation."""

    value: object


class Cell(NamedTuple):
    """What one source, or the field itself, says about a facet. `kind` is canonical, declared, observed,
    `unset` (the field itself says nothing), unknown or not_applicable. `drift` is what was observed where
    the declaration says something else. `odd` is set where changing this value would end the conflict."""

    kind: str
    value: object = None
    drift: Seen | None = None
    odd: bool = False


class Column(NamedTuple):
    """A facet, with the conflict that the engine found in it."""

    facet: str
    conflict: Conflict | None


class Row(NamedTuple):
    """A source and what it says about each facet. `seen` is its row of the snapshot, False where the
    snapshot has no such column, None where there is no snapshot."""

    source: Source
    master: bool
    seen: Place | bool | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """The whole comparison. A facet that nobody says anything about has no column."""

    columns: tuple[Column, ...]
    canonical: tuple[Cell, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """What the snapshots say about sources. `drift` is by source and facet."""

    catalog: Catalog
    columns: Columns
    drift: Mapping[tuple[SourceId, str], object]

    def of(self, source: Source) -> Mapping[str, object]:
        """The observed value of each facet. The type is spelled as the engine spells it."""
        found = self.columns.column(source)
        if found is None:
            return {}
        column = found[0]
        said = {
            Facet.TYPE.value: spelled(column),
            Facet.LENGTH.value: self._length(source, column),
            Facet.PRECISION.value: column.precision,
            Facet.SCALE.value: column.scale,
            Facet.NULLABLE.value: column.nullable,
            Facet.UNIQUE.value: self.columns.claims(source).get("unique"),
            Facet.DEFAULT.value: column.default,
            Facet.CODES.value: tuple(column.values) or None,
        }
        return {facet: value for facet, value in said.items() if value is not None}

    def cannot_say(self, source: Source, facet: str) -> bool:
        """Whether the facet cannot be asked of the source, such as the length of an integer."""
        return self.columns.claims(source).get(facet) is NOT_APPLICABLE

    def _length(self, source: Source, column: ObservedColumn) -> object:
        system = self.catalog.systems.get(source.system)
        engine = None if system is None else system.engine
        read = read_type(engine, column.type or "", column.length, column.precision, column.scale)
        return column.length if read.length is None else read.length.shown


def observed_in(catalog: Catalog, report: Report) -> Observed:
    """The observed side of a catalog."""
    drift = {(drift.source, drift.facet.value): drift.observed for drift in report.drift}
    return Observed(catalog, Columns(catalog), drift)


def sides_of(field: Field, conflicts: Iterable[Conflict], observed: Observed) -> Sides:
    """The sources of a field side by side."""
    by_facet = {conflict.facet.value: conflict for conflict in conflicts}
    canonical = _canonical(field)
    seen = {source.id: observed.of(source) for source in field.sources.values()}
    facets = set(canonical) | set(by_facet)
    for source in field.sources.values():
        facets |= set(source.facets) | set(seen[source.id])
    columns = tuple(
        Column(facet, by_facet.get(facet))
        for facet in sorted(facets - _ELSEWHERE, key=lambda facet: (_ORDER.get(facet, _LAST), facet))
    )
    return Sides(
        columns,
        tuple(
            Cell("canonical", canonical[c.facet]) if c.facet in canonical else Cell("unset") for c in columns
        ),
        tuple(
            Row(
                source,
                source.id == field.master,
                _seen(observed, source),
                tuple(_cell(source, column, seen[source.id], observed) for column in columns),
            )
            for source in field.sources.values()
        ),
    )


def _canonical(field: Field) -> dict[str, object]:
    said = dict(field.facets)
    if field.codes:
        said[Facet.CODES.value] = tuple(field.codes)
    return said


def _seen(observed: Observed, source: Source) -> Place | bool | None:
    snapshot = observed.catalog.snapshots.get(source.system)
    if snapshot is None:
        return None
    column = snapshot.columns.get(source.path)
    return column is not None and snapshot.place(column)


def _cell(source: Source, column: Column, seen: Mapping[str, object], observed: Observed) -> Cell:
    facet, conflict = column
    odd = conflict is not None and source.id in conflict.odd
    if facet in source.facets:
        key = (source.id, facet)
        drift = Seen(observed.drift[key]) if key in observed.drift else None
        return Cell("declared", source.facets[facet], drift, odd)
    if facet in seen:
        return Cell("observed", seen[facet], None, odd)
    if conflict is not None and source.id in conflict.values:
        return Cell(conflict.basis[source.id].value, conflict.values[source.id], None, odd)
    return Cell("not_applicable" if observed.cannot_say(source, facet) else "unknown")


def spelled(column: ObservedColumn) -> str | None:
    """The observed type with its parameters, however the snapshot splits them: `varchar(254)`."""
    if column.type is None or "(" in column.type:
        return column.type
    numbers = [column.length] if column.length is not None else [column.precision, column.scale]
    given = ",".join(str(n) for n in numbers if n is not None)
    return f"{column.type}({given})" if given else column.type
