"""The page of each role: what it may see, for which purpose, and how; and the list of roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page, thing_page
from amanat.docsite.pages.purposes import FieldRow
from amanat.docsite.paths import Kind, Ref
from amanat.model.resources import Purpose, Role
from amanat.model.values import Action, PurposeId


class Act(NamedTuple):
    """What a role may do for a purpose: its actions, and the fields it reads plainly and masked."""

    purpose: Purpose
    actions: tuple[Action, ...]
    reads: bool
    allowed: int
    masked: int


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with everything that its page shows: `rows` are the fields that it sees for one of `reading`
    at least, `unseen` counts the others."""

    role: Role
    acts: tuple[Act, ...]
    reading: tuple[PurposeId, ...]
    rows: tuple[FieldRow, ...]
    unseen: int
    findings: tuple[Diagnostic, ...]


class RoleRow(NamedTuple):
    """A line of the list: how many purposes name the role, how many fields it sees in some way."""

    role: Role
    purposes: int
    seen: int


@dataclass(frozen=True, slots=True)
class RolesView:
    """All roles; `fields` is the number of fields there are."""

    rows: tuple[RoleRow, ...]
    fields: int


def role_pages(atlas: Atlas) -> Iterator[Page]:
    """The list, then every role."""
    views = [_view(atlas, role) for role in atlas.catalog.roles.values()]
    rows = tuple(RoleRow(view.role, len(view.acts), len(view.rows)) for view in views)
    yield list_page("roles", "roles.html", RolesView(rows, len(atlas.catalog.fields)))
    for view in views:
        yield thing_page(Ref(Kind.ROLE, view.role.id), "role.html", view, view.role.label)


def _view(atlas: Atlas, role: Role) -> RoleView:
    catalog, access = atlas.catalog, atlas.access
    columns = access.columns(role=role.id)
    rows = []
    for field in catalog.fields.values():
        readings = access.readings[field.id]
        cells = tuple(readings[column] for column in columns)
        if any(cell.effect != "deny" for cell in cells):
            rows.append(FieldRow(field, cells))
    effects = {
        access.pairs[column].purpose: [access.readings[field][column].effect for field in catalog.fields]
        for column in columns
    }
    acts = tuple(
        Act(
            purpose,
            actions,
            purpose.id in effects,
            effects.get(purpose.id, []).count("allow"),
            effects.get(purpose.id, []).count("mask"),
        )
        for purpose in catalog.purposes.values()
        if (actions := purpose.roles.get(role.id, ()))
    )
    return RoleView(
        role=role,
        acts=acts,
        reading=tuple(access.pairs[column].purpose for column in columns),
        rows=tuple(rows),
        unseen=len(catalog.fields) - len(rows),
        findings=tuple(d for d in atlas.findings.get(role.id, ()) if d.place.path[:1] in ((), ("roles",))),
    )
