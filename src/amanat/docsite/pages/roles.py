"""The page of each role: what it may see, for which purpose, how, and why; and the list of roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas
from amanat.docsite.due import Due
from amanat.docsite.judged import is_below
from amanat.docsite.page import Page, list_page, thing_page
from amanat.docsite.past import Past, past_of
from amanat.docsite.paths import Kind, Ref
from amanat.model.resources import Purpose, Role
from amanat.model.values import Action, FieldId
from amanat.policy import cover
from amanat.policy.readings import Reading
from amanat.policy.request import Condition

LISTED = 60
"""How many fields a sentence lists; the picture of all access and the fields' own pages have every one."""


class Share(NamedTuple):
    """Fields that a role gets in one way and for one reason; `reading` is that of the first of them."""

    reading: Reading
    fields: tuple[FieldId, ...]


class Act(NamedTuple):
    """What a role may do for a purpose: its actions, and what it gets when it reads: in clear, masked, and
    denied. `reads` is whether the purpose lets it read at all."""

    purpose: Purpose
    actions: tuple[Action, ...]
    reads: bool
    plain: tuple[Share, ...]
    masked: tuple[Share, ...]
    denied: tuple[Share, ...]

    def number(self, shares: tuple[Share, ...]) -> int:
        """How many fields there are in several shares."""
        return sum(len(share.fields) for share in shares)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions on rows, of which every open field has the same."""
        return tuple(
            dict.fromkeys(c for share in (*self.plain, *self.masked) for c in share.reading.conditions)
        )


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with everything that its page shows. `seen` counts the fields that it sees for one purpose at
    least, `unseen` the others."""

    role: Role
    acts: tuple[Act, ...]
    seen: int
    unseen: int
    findings: tuple[Diagnostic, ...]
    past: Past
    training: Due | None
    """When its training has to be repeated; None for one that is not."""
    listed: int = LISTED


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
    rows = tuple(RoleRow(view.role, len(view.acts), view.seen) for view in views)
    yield list_page("roles", "roles.html", RolesView(rows, len(atlas.catalog.fields)))
    for view in views:
        yield thing_page(Ref(Kind.ROLE, view.role.id), "role.html", view, view.role.label)


def _view(atlas: Atlas, role: Role) -> RoleView:
    catalog, access = atlas.catalog, atlas.access
    columns = {access.pairs[column].purpose: column for column in access.columns(role=role.id)}
    acts = tuple(
        _act(atlas, purpose, actions, columns.get(purpose.id))
        for purpose in catalog.purposes.values()
        if (actions := purpose.roles.get(role.id, ()))
    )
    seen = {name for act in acts for share in (*act.plain, *act.masked) for name in share.fields}
    return RoleView(
        past=past_of(atlas, "roles", role.id, role.renamed_from),
        role=role,
        acts=acts,
        training=next((d for d in atlas.due if d.ref == Ref(Kind.ROLE, role.id)), None),
        seen=len(seen),
        unseen=len(catalog.fields) - len(seen),
        findings=tuple(d for d in atlas.findings.get(role.id, ()) if d.place.path[:1] in ((), ("roles",))),
    )


def _act(atlas: Atlas, purpose: Purpose, actions: tuple[Action, ...], column: int | None) -> Act:
    """Fields that get the same for the same reason together, the largest number first."""
    if column is None:
        return Act(purpose, actions, False, (), (), ())
    alike: dict[tuple[object, ...], list[FieldId]] = {}
    for field in atlas.catalog.fields.values():
        reading = atlas.access.readings[field.id][column]
        why: tuple[object, ...] = (reading.reason,)
        if reading.effect != "deny":
            why = (is_below(atlas.catalog, reading, field), cover.mask_for(field, purpose)[0] is not None)
        alike.setdefault((*reading[2:5], *why), []).append(field.id)
    shares = [Share(atlas.access.readings[names[0]][column], tuple(names)) for names in alike.values()]
    shares.sort(key=lambda share: (-len(share.fields), share.fields))
    of = {
        effect: tuple(s for s in shares if s.reading.effect == effect) for effect in ("allow", "mask", "deny")
    }
    return Act(purpose, actions, True, of["allow"], of["mask"], of["deny"])
