"""The page of each purpose, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, crumb_of, list_page, thing_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.past import Past, past_of
from amanat.docsite.paths import Kind, Ref
from amanat.model.catalog import ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import Action, PurposeId, RoleId, SubjectId, SystemId
from amanat.policy.readings import Reading


class FieldRow(NamedTuple):
    """A field and what each reader of the purpose gets."""

    field: Field
    cells: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class PurposeView:
    """A purpose with everything that its page shows. `lacking` are jurisdictions without a basis."""

    purpose: Purpose
    parent: PurposeId | None
    children: tuple[PurposeId, ...]
    lacking: tuple[str, ...]
    needs_consent: bool
    actions: tuple[Action, ...]
    readers: tuple[RoleId, ...]
    rows: tuple[FieldRow, ...]
    findings: tuple[Diagnostic, ...]
    past: Past
    systems: tuple[SystemId, ...]
    """Where the fields that it may use are kept."""
    subjects: tuple[SubjectId, ...]


class PurposeRow(NamedTuple):
    """A line of the list; `depth` is how far below its topmost declared ancestor the purpose stands."""

    purpose: Purpose
    depth: int
    fields: int


@dataclass(frozen=True, slots=True)
class PurposesView:
    """All purposes, children below their parents."""

    rows: tuple[PurposeRow, ...]

    @property
    def with_benefit(self) -> int:
        """Purposes that say what the customer gains."""
        return sum(bool(row.purpose.benefit) for row in self.rows)


def purpose_pages(atlas: Atlas) -> Iterator[Page]:
    """The list, then every purpose."""
    purposes = atlas.catalog.purposes
    rows = tuple(
        PurposeRow(
            purpose,
            sum(above in purposes for above in ancestors(purpose.id)[1:]),
            len(atlas.fields_of(Ref(Kind.PURPOSE, purpose.id))),
        )
        for purpose in sorted(purposes.values(), key=lambda purpose: purpose.id.split("."))
    )
    yield list_page("purposes", "purposes.html", PurposesView(rows))
    for purpose in purposes.values():
        above = [purposes[PurposeId(a)] for a in reversed(ancestors(purpose.id)[1:]) if a in purposes]
        crumbs = (crumb_of(Kind.PURPOSE, a.id, a.label) for a in above)
        page = thing_page(
            Ref(Kind.PURPOSE, purpose.id), "purpose.html", _view(atlas, purpose), purpose.label, *crumbs
        )
        yield from paged(page, rows=ROWS, findings=ROWS)


def _view(atlas: Atlas, purpose: Purpose) -> PurposeView:
    catalog = atlas.catalog
    columns = atlas.access.columns(purpose=purpose.id)
    used = atlas.fields_of(Ref(Kind.PURPOSE, purpose.id))
    above = [PurposeId(a) for a in ancestors(purpose.id)[1:] if a in catalog.purposes]
    bases = [purpose.basis_in(jurisdiction) for jurisdiction in catalog.jurisdictions or ("*",)]
    return PurposeView(
        past=past_of(atlas, "purposes", purpose.id, purpose.renamed_from),
        purpose=purpose,
        parent=above[0] if above else None,
        children=tuple(p for p in catalog.purposes if p.startswith(f"{purpose.id}.")),
        systems=tuple(sorted({s.system for f in used for s in f.sources.values()})),
        subjects=tuple(sorted({f.subject for f in used if f.subject is not None})),
        lacking=tuple(j for j in catalog.jurisdictions if purpose.basis_in(j) is None),
        needs_consent="consent" in bases,
        actions=tuple(a for a in Action if any(a in given for given in purpose.roles.values())),
        readers=tuple(atlas.access.pairs[column].role for column in columns),
        rows=tuple(
            FieldRow(field, tuple(atlas.access.readings[field.id][column] for column in columns))
            for field in atlas.fields_of(Ref(Kind.PURPOSE, purpose.id))
        ),
        findings=tuple(
            d for d in atlas.findings.get(purpose.id, ()) if d.place.path[:1] in ((), ("purposes",))
        ),
    )
