"""The handbook of each role: what the data it uses means, what it may do with it, what not; and a quiz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Crumb, Page, crumb_of
from amanat.docsite.paging import paged
from amanat.docsite.paths import Kind, handbook_path
from amanat.model.field import Field
from amanat.model.resources import Purpose, Role
from amanat.model.values import Action, CategoryId
from amanat.people.quiz import May, Meaning, Why, answers, meanings, reasons
from amanat.policy.readings import Reading

FIELDS_ON_A_PAGE = 80


class Use(NamedTuple):
    """A purpose that the role acts for, and what it may do for it."""

    purpose: Purpose
    actions: tuple[Action, ...]


class Seen(NamedTuple):
    """A field that the role sees, and how for each purpose."""

    field: Field
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class HandbookView:
    """All that the handbook says. `never` are actions that no purpose gives the role; `closed` counts the
    fields it may not see, by broad category."""

    role: Role
    uses: tuple[Use, ...]
    seen: tuple[Seen, ...]
    never: tuple[Action, ...]
    closed: tuple[tuple[CategoryId | None, int], ...]
    meanings: tuple[Meaning, ...]
    reasons: tuple[Why, ...]
    answers: tuple[May, ...]


def handbook_pages(atlas: Atlas) -> Iterator[Page]:
    """One for each role, more pages where it sees much."""
    for role in atlas.catalog.roles.values():
        crumbs = (Crumb("roles.html", key="roles"), crumb_of(Kind.ROLE, role.id, role.label))
        page = Page(
            handbook_path(role.id), "handbook.html", "roles", _view(atlas, role), crumbs, role.label, role.id,
            key="handbook.of",
        )  # fmt: skip
        yield from paged(page, seen=FIELDS_ON_A_PAGE)


def _view(atlas: Atlas, role: Role) -> HandbookView:
    catalog, access = atlas.catalog, atlas.access
    uses = tuple(
        Use(purpose, actions)
        for purpose in catalog.purposes.values()
        if (actions := purpose.roles.get(role.id, ()))
    )
    columns = access.columns(role=role.id)
    seen, closed = [], dict[CategoryId | None, int]()
    asked: list[tuple[Field, Reading]] = []
    for field in catalog.fields.values():
        readings = [access.readings[field.id][column] for column in columns]
        asked += [(field, reading) for reading in readings]
        granted = tuple(reading for reading in readings if reading.effect != "deny")
        if granted:
            seen.append(Seen(field, granted))
        else:
            broad = CategoryId(field.category.partition(".")[0]) if field.category else None
            closed[broad] = closed.get(broad, 0) + 1
    given = {action for use in uses for action in use.actions}
    return HandbookView(
        role=role,
        uses=uses,
        seen=tuple(sorted(seen, key=lambda one: (one.field.category or "", one.field.id))),
        never=tuple(action for action in Action if action not in given),
        closed=tuple(sorted(closed.items(), key=lambda item: (-item[1], item[0] or ""))),
        meanings=meanings(catalog, role.id, [one.field for one in seen]),
        reasons=reasons(catalog, role.id),
        answers=answers(atlas.catalog, role.id, asked),
    )
