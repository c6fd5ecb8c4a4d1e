"""The page of each source system, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amanat.conflicts import Conflict
from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas, Held, is_open, purposes_allowed
from amanat.docsite.page import Page, list_page, thing_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.past import Past, past_of
from amanat.docsite.paths import Kind, Ref, loss_path
from amanat.docsite.sides import spelled
from amanat.model.field import Field, Source
from amanat.model.resources import Hold, System, Transfer
from amanat.model.values import ClassificationId, PurposeId, RoleId
from amanat.observe.coverage import Coverage, by_table
from amanat.policy.cover import holds
from amanat.policy.plan import in_use


class HeldRow(NamedTuple):
    """A column of the system that holds a field; `type` as observed, None where nobody looked."""

    field: Field
    source: Source
    master: bool
    type: str | None
    conflicts: tuple[Conflict, ...]
    """Open conflicts in which this column takes part."""


class Control(NamedTuple):
    """A control that the system declares or that a class of data it holds requires."""

    id: str
    present: bool
    required_by: tuple[ClassificationId, ...]


@dataclass(frozen=True, slots=True)
class SystemView:
    """A system with everything that its page shows."""

    system: System
    coverage: Coverage
    unmapped: Mapping[str, tuple[str, ...]]
    provenance: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]
    transfers: tuple[Transfer, ...]
    held: tuple[HeldRow, ...]
    roles: tuple[RoleId, ...]
    """Who may read at least one of its fields, for some purpose."""
    purposes: tuple[PurposeId, ...]
    holds: tuple[Hold, ...]
    losses: str | None
    """The page of what its engine can enforce; None where it is not in use."""
    findings: tuple[Diagnostic, ...]
    past: Past


@dataclass(frozen=True, slots=True)
class SystemsView:
    """Every system's coverage, with how many fields it holds."""

    rows: tuple[tuple[Coverage, int], ...]


def system_pages(atlas: Atlas) -> Iterator[Page]:
    """The list, then every system."""
    rows = tuple(
        (coverage, len({held.field.id for held in atlas.held.get(system, ())}))
        for system, coverage in atlas.coverage.items()
    )
    yield list_page("systems", "systems.html", SystemsView(rows))
    for system in atlas.catalog.systems.values():
        page = thing_page(Ref(Kind.SYSTEM, system.id), "system.html", _view(atlas, system), system.label)
        yield from paged(page, held=ROWS, findings=ROWS)


def _view(atlas: Atlas, system: System) -> SystemView:
    catalog = atlas.catalog
    held = atlas.held.get(system.id, ())
    coverage = atlas.coverage[system.id]
    snapshot = catalog.snapshots.get(system.id)
    provenance = snapshot.provenance if snapshot else {}
    return SystemView(
        past=past_of(atlas, "systems", system.id, system.renamed_from),
        system=system,
        coverage=coverage,
        unmapped=by_table(coverage.unmapped),
        provenance=tuple(
            (key, str(provenance[key])) for key in sorted(provenance) if key not in ("version", "system")
        ),
        controls=_controls(atlas, system, held),
        transfers=tuple(
            t
            for t in catalog.transfers.values()
            if t.system == system.id or (t.recipient is not None and t.recipient == system.recipient)
        ),
        held=tuple(_held_row(atlas, item) for item in held),
        roles=_readers(atlas, held),
        purposes=tuple(sorted({p.id for item in held for p in purposes_allowed(catalog, item.field)})),
        holds=tuple(
            hold
            for hold in catalog.holds.values()
            if (not hold.systems or system.id in hold.systems)
            and any(holds(hold, item.field, atlas.site.as_of) for item in held)
        ),
        losses=loss_path(system.id) if in_use(system) else None,
        findings=tuple(d for d in atlas.findings.get(system.id, ()) if d.place.path[:1] != ("fields",)),
    )


def _readers(atlas: Atlas, held: tuple[Held, ...]) -> tuple[RoleId, ...]:
    found = {
        reading.role
        for item in held
        for reading in atlas.access.readings[item.field.id]
        if reading.effect != "deny"
    }
    return tuple(sorted(found))


def _held_row(atlas: Atlas, held: Held) -> HeldRow:
    source = held.source
    snapshot = atlas.catalog.snapshots.get(source.system)
    column = snapshot.columns.get(source.path) if snapshot else None
    return HeldRow(
        field=held.field,
        source=source,
        master=source.id == held.field.master,
        type=spelled(column) if column else None,
        conflicts=tuple(
            c for c in atlas.conflicts.get(held.field.id, ()) if is_open(c) and source.id in c.values
        ),
    )


def _controls(atlas: Atlas, system: System, held: tuple[Held, ...]) -> tuple[Control, ...]:
    classes = {item.field.classification for item in held}
    required: dict[str, list[ClassificationId]] = {}
    for identifier, classification in atlas.catalog.classifications.items():
        if identifier in classes:
            for control in classification.requires:
                required.setdefault(control, []).append(identifier)
    everything = sorted(set(required) | set(system.security))
    return tuple(
        Control(control, control in system.security, tuple(required.get(control, ())))
        for control in everything
    )
