"""The picture of all access: fields that get the same answers against roles acting for purposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from amanat.docsite.access import Reading
from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.model.field import Field
from amanat.model.values import CategoryId, ClassificationId, FieldId, Pair, PurposeId, RoleId

NAMED = 3
"""How many fields of a row the picture names; the others are folded away."""
LISTED = 200
"""How many fields of a row are listed at all; the pages of their categories have every one."""
NARROW = 4
"""A role with fewer purposes than this has its name written upright."""


class Acting(NamedTuple):
    """A role and the purposes for which it may read at all."""

    role: RoleId
    purposes: tuple[PurposeId, ...]


class Kind(NamedTuple):
    """Fields of one category and class that get the same answers; `cells` has one for each pair."""

    classification: ClassificationId | None
    fields: tuple[FieldId, ...]
    cells: tuple[Reading, ...]

    def pairs(self, effect: str, *, rows: bool) -> tuple[Acting, ...]:
        """The pairs that get this answer, with or without a condition on rows, by role."""
        found = [cell for cell in self.cells if cell.effect == effect and bool(cell.conditions) is rows]
        return tuple(
            Acting(role, tuple(cell.purpose for cell in cells))
            for role, cells in groupby(found, key=lambda cell: cell.role)
        )


class Group(NamedTuple):
    """The kinds of one broad category (the first part of its id), None where it is not known."""

    category: CategoryId | None
    fields: int
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class AccessView:
    """The whole picture. `closed` are kinds that nobody may read, which need no row in it."""

    acting: tuple[Acting, ...]
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    closed: tuple[FieldId, ...]
    fields: int
    named: int = NAMED
    listed: int = LISTED
    narrow: int = NARROW

    @property
    def kinds(self) -> int:
        """How many rows there are."""
        return sum(len(group.kinds) for group in self.groups)


def access_page(atlas: Atlas) -> Page:
    """One page for everything that can be read."""
    access = atlas.access
    acting = tuple(
        Acting(role, tuple(pair.purpose for pair in pairs))
        for role, pairs in groupby(access.pairs, key=lambda pair: pair.role)
    )
    fields = atlas.catalog.fields
    open_fields = [f for f in fields.values() if any(c.effect != "deny" for c in access.readings[f.id])]
    seen = {field.id for field in open_fields}
    view = AccessView(
        acting,
        access.pairs,
        tuple(_groups(atlas, open_fields)),
        tuple(name for name in fields if name not in seen),
        len(fields),
    )
    return list_page("access", "access.html", view)


def _groups(atlas: Atlas, fields: Sequence[Field]) -> list[Group]:
    by_category: dict[str, list[Field]] = {}
    for field in fields:
        by_category.setdefault((field.category or "").partition(".")[0], []).append(field)
    return [
        Group(CategoryId(name) if name else None, len(members), _kinds(atlas, members))
        for name, members in sorted(by_category.items())
    ]


def _kinds(atlas: Atlas, fields: Sequence[Field]) -> tuple[Kind, ...]:
    """The most sensitive first, and of one class the more open ones."""
    alike: dict[tuple[object, ...], list[Field]] = {}
    for field in fields:
        answers = tuple(cell[2:5] for cell in atlas.access.readings[field.id])
        alike.setdefault((field.classification, answers), []).append(field)
    ranks = {name: entry.rank for name, entry in atlas.catalog.classifications.items()}
    kinds = [
        Kind(members[0].classification, tuple(f.id for f in members), atlas.access.readings[members[0].id])
        for members in alike.values()
    ]
    return tuple(
        sorted(
            kinds,
            key=lambda kind: (
                -ranks.get(kind.classification, len(ranks)) if kind.classification else -len(ranks),
                sum(cell.effect == "deny" for cell in kind.cells),
                kind.fields,
            ),
        )
    )
