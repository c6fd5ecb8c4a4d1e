"""The register: one row for every (field, source), or for every field, with nothing left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from amanat.inventory.cells import (
    CANONICAL,
    DECLARED,
    NOT_APPLICABLE,
    OBSERVED,
    SOURCE_ONLY,
    UNKNOWN,
    absent,
    extra,
    facet_cell,
    flag,
    languages,
    no_master,
    observed_cells,
    retention_cells,
    survivorship,
    told,
)
from amanat.inventory.columns import By, Cell, Column, columns_of, languages_of
from amanat.inventory.select import Filter
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field, Source
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import FieldId
from amanat.text import Place, Span

if TYPE_CHECKING:
    from amanat.conflicts.report import Report

Row = Mapping[str, Cell]


class Spans(Protocol):
    """Where places stand, looked up when shown."""

    def span(self, place: Place) -> Span | None:
        """The span of a place, or None where the file has no positions."""


class Rows(Protocol):
    """What a register is to those that write it: columns, and rows with a cell for each of them."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""

    def rows(self) -> Iterator[Row]:
        """The rows, in order."""


@dataclass(frozen=True, slots=True)
class Register:
    """The register of a catalog: its columns, and its rows, made as they are asked for.

    `total` counts the rows beforehand; `filters` says what was left out on request.
    """

    catalog: Catalog
    by: By
    columns: tuple[Column, ...]
    filters: Filter
    total: int
    _maker: _Maker

    def rows(self) -> Iterator[Row]:
        """The rows, sorted by field and source. Each has a cell for every column."""
        for field in self.filters.fields(self.catalog):
            yield from self._maker.rows(field, self.by)


def register(
    catalog: Catalog, report: Report, spans: Spans, by: By = "source", filters: Filter | None = None
) -> Register:
    """The register of the fields that `filters` lets through (all, unless told otherwise)."""
    chosen = filters or Filter()
    fields = list(chosen.fields(catalog))
    total = len(fields) if by == "field" else sum(max(1, len(field.sources)) for field in fields)
    return Register(catalog, by, columns_of(catalog, by), chosen, total, _Maker(catalog, report, spans))


class _Maker:
    """Makes rows; holds what is looked up once for the whole catalog."""

    def __init__(self, catalog: Catalog, report: Report, spans: Spans) -> None:
        self.catalog = catalog
        self.spans = spans
        self._latest: tuple[FieldId, By, list[Row]] | None = None
        self.tags = languages_of(catalog)
        fields = catalog.fields.values()
        self.own = sorted({key for field in fields for key in field.extras})
        self.theirs = sorted(
            {key for field in fields for one in field.sources.values() for key in one.extras}
        )
        self.open: dict[FieldId, list[str]] = {}
        self.accepted: dict[FieldId, list[str]] = {}
        for conflict in report.conflicts:
            if conflict.status.value == "accepted" and conflict.entry is not None:
                until = conflict.entry.expires or UNKNOWN.value
                text = f"{conflict.facet.value}: {conflict.entry.id} until {until}"
                self.accepted.setdefault(conflict.field, []).append(text)
            else:
                text = f"{conflict.facet.value} ({conflict.severity.value}, {conflict.status.value})"
                self.open.setdefault(conflict.field, []).append(text)

    def rows(self, field: Field, by: By) -> list[Row]:
        """The rows of a field. Those of the latest are at hand for who else asks: several forms of one
        register are written in step."""
        if self._latest is None or self._latest[:2] != (field.id, by):
            self._latest = (field.id, by, list(self._rows(field, by)))
        return self._latest[2]

    def _rows(self, field: Field, by: By) -> Iterator[Row]:
        common = self._field(field)
        if by == "field":
            yield common | self._sources(field)
        elif field.sources:
            for source in sorted(field.sources.values(), key=lambda one: one.id):
                yield common | self._source(field, source)
        else:
            yield common | self._no_source(field)

    def _field(self, field: Field) -> dict[str, Cell]:
        cat = self.catalog
        team = cat.teams.get(field.owner) if field.owner else None
        category = cat.categories.get(field.category) if field.category else None
        several = len(field.sources) > 1
        inferred = {"inferred": UNKNOWN, None: UNKNOWN}.get(field.origin, NOT_APPLICABLE)
        cells: dict[str, Cell] = {
            "field": field.id,
            "status": field.status.value,
            "kind": field.kind,
            "subject": field.subject or UNKNOWN,
            "category": field.category or UNKNOWN,
            "special": UNKNOWN if category is None else category.special,
            "classification": field.classification or UNKNOWN,
            "owner": field.owner or UNKNOWN,
            "owner_contact": (team.contact if team else None) or UNKNOWN,
            "purposes": tuple(field.purposes) or UNKNOWN,
            "lawful_bases": self._bases(field) or UNKNOWN,
            "recipients": self._recipients(field) or UNKNOWN,
            "holds": self._holds(field),
            "origin": field.origin or UNKNOWN,
            "compulsory": flag(
                field.compulsory, UNKNOWN if field.origin in ("given", None) else NOT_APPLICABLE
            ),
            "critical": field.critical,
            "stages": tuple(field.stages) or UNKNOWN,
            "narrative": field.narrative or (UNKNOWN if field.kind == "metric" else NOT_APPLICABLE),
            "caveats": languages(field.caveats) or UNKNOWN,
            "derived_from": tuple(field.derived_from) or inferred,
            "logic": languages(field.logic) or inferred,
            "master": field.master or (NOT_APPLICABLE if field.survivorship or not several else UNKNOWN),
            "survivorship": survivorship(field)
            or (NOT_APPLICABLE if field.master or not several else UNKNOWN),
            "mask": self._mask(field) or UNKNOWN,
            "mask_for": tuple(f"{purpose}={mask}" for purpose, mask in sorted(field.mask_for.items())),
            "quality": tuple(f"{k}={told(v)}" for k, v in sorted(field.quality.items())) or UNKNOWN,
            "codes": tuple(f"{code}={' / '.join(text.values())}" for code, text in field.codes.items())
            or absent(field, "codes"),
            "conflicts_open": self._conflicts(field),
            "discrepancies_accepted": tuple(self.accepted.get(field.id, ())),
            "review_by": field.review_by or UNKNOWN,
            "last_used": field.last_used or UNKNOWN,
            "renamed_from": field.renamed_from or NOT_APPLICABLE,
            "inherited": tuple(f"{k} from {self._at(v)}" for k, v in sorted(field.inherited.items())),
            "file": field.place.file,
            "line": self._line(field.place),
        }
        for facet in CANONICAL:
            cells[facet] = facet_cell(field, facet, field.facets)
        for tag in self.tags:
            cells[f"label_{tag}"] = field.label.get(tag) or UNKNOWN
            cells[f"definition_{tag}"] = field.definition.get(tag) or UNKNOWN
        for key in self.own:
            cells[key] = extra(field.extras, key)
        policy = cat.retention.get(field.retention) if field.retention else None
        return cells | retention_cells(field, policy)

    def _source(self, field: Field, source: Source) -> dict[str, Cell]:
        system = self.catalog.systems.get(source.system)
        recipient = system.recipient if system else None
        erase = system.erase if system else None
        named = field.master or field.survivorship
        cells: dict[str, Cell] = {
            "source": source.id,
            "is_master": source.id == field.master if field.master else no_master(field, named is not None),
            "system": source.system,
            "system_kind": (system.kind if system else None) or UNKNOWN,
            "system_status": system.status.value if system else UNKNOWN,
            "system_owner": (system.owner if system else None) or UNKNOWN,
            "system_country": (system.country if system else None) or UNKNOWN,
            "system_engine": (system.engine if system else None) or UNKNOWN,
            "system_recipient": recipient or UNKNOWN,
            "erase_method": (erase.method if erase else None) or UNKNOWN,
            "erase_backups": (erase.backups if erase else None) or UNKNOWN,
            "schema": source.table.schema or NOT_APPLICABLE,
            "table": source.table.name,
            "column": source.column,
            "source_file": source.place.file,
            "source_line": self._line(source.place),
        }
        for tag in self.tags:
            cells[f"system_label_{tag}"] = (system.label.get(tag) if system else None) or UNKNOWN
        for facet in DECLARED:
            cells[f"declared_{facet}"] = facet_cell(field, facet, source.facets)
        for key in self.theirs:
            cells[f"source_{key}"] = extra(source.extras, key)
        return cells | self._observed(source)

    def _observed(self, source: Source) -> dict[str, Cell]:
        snapshot = self.catalog.snapshots.get(source.system)
        if snapshot is None:
            return dict.fromkeys(OBSERVED, UNKNOWN)
        column = snapshot.columns.get(source.path)
        if column is None:
            return {
                **dict.fromkeys(OBSERVED, NOT_APPLICABLE),
                "observed": False,
                "observed_file": snapshot.file,
            }
        seen = observed_cells(column)
        return {**seen, "observed": True, "observed_file": snapshot.file, "observed_line": column.line}

    def _no_source(self, field: Field) -> dict[str, Cell]:
        # A live field stands somewhere, and nobody said where; a planned one stands nowhere yet.
        why = UNKNOWN if field.status in ("live", "retiring") else NOT_APPLICABLE
        names = (*SOURCE_ONLY, *OBSERVED, *(f"declared_{facet}" for facet in DECLARED))
        cells: dict[str, Cell] = dict.fromkeys(names, why)
        cells |= dict.fromkeys((f"system_label_{tag}" for tag in self.tags), why)
        return cells | dict.fromkeys((f"source_{key}" for key in self.theirs), why)

    def _sources(self, field: Field) -> dict[str, Cell]:
        if not field.sources:
            why = self._no_source(field)["source"]
            return dict.fromkeys(("sources", "systems", "countries", "sources_observed"), why)
        systems = sorted({source.system for source in field.sources.values()})
        stand = (self.catalog.systems.get(system) for system in systems)
        countries = sorted({(system.country if system else None) or UNKNOWN for system in stand})
        return {
            "sources": tuple(sorted(field.sources)),
            "systems": tuple(systems),
            "countries": tuple(countries),
            "sources_observed": sum(self._seen_in(source) is not None for source in field.sources.values()),
        }

    def _seen_in(self, source: Source) -> ObservedColumn | None:
        snapshot = self.catalog.snapshots.get(source.system)
        return snapshot.columns.get(source.path) if snapshot else None

    def _conflicts(self, field: Field) -> Cell:
        """Open conflicts; an empty list is claimed only where at least two sources say something."""
        found = self.open.get(field.id)
        if found:
            return tuple(found)
        if field.id in self.accepted:
            return ()
        if len(field.sources) < 2:
            return NOT_APPLICABLE
        speaking = sum(bool(one.facets) or self._seen_in(one) is not None for one in field.sources.values())
        return () if speaking > 1 else UNKNOWN

    def _bases(self, field: Field) -> tuple[str, ...]:
        bases: list[str] = []
        for purpose in field.purposes:
            entry = self.catalog.purposes.get(purpose)
            if entry is None or not entry.basis:
                bases.append(f"{purpose}={UNKNOWN}")
                continue
            for where, basis in sorted(entry.basis.items()):
                bases.append(f"{purpose}={basis}" if where == "*" else f"{purpose}[{where}]={basis}")
        return tuple(bases)

    def _recipients(self, field: Field) -> tuple[str, ...]:
        purposes = (self.catalog.purposes.get(purpose) for purpose in field.purposes)
        names = {str(recipient) for entry in purposes if entry for recipient in entry.recipients}
        for source in field.sources.values():
            system = self.catalog.systems.get(source.system)
            if system and system.recipient:
                names.add(system.recipient)
        return tuple(sorted(names))

    def _holds(self, field: Field) -> tuple[str, ...]:
        systems = {source.system for source in field.sources.values()}
        return tuple(
            hold.id
            for hold in self.catalog.holds.values()
            if (any(selects(one, field.id) for one in hold.fields) or not hold.fields)
            and (not hold.systems or systems.intersection(hold.systems))
            and (hold.fields or hold.systems)
        )

    def _mask(self, field: Field) -> str | None:
        entry = self.catalog.classifications.get(field.classification) if field.classification else None
        mask = field.mask or (entry.mask if entry else None)
        return str(mask) if mask else None

    def _line(self, place: Place) -> Cell:
        span = self.spans.span(place)
        return span.line if span else UNKNOWN

    def _at(self, place: Place) -> str:
        span = self.spans.span(place)
        return f"{place.file}:{span.line}" if span else place.file
