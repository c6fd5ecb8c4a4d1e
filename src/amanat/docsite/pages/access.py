"""The picture of all access: fields that get the same answers against roles acting for purposes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.docsite.paging import Part, numbered
from amanat.model.field import Field
from amanat.model.values import CategoryId, ClassificationId, FieldId, Pair, PurposeId, RoleId
from amanat.policy.readings import Reading

NAMED = 3
"""How many fields of a row the picture names; the others are folded away."""
LISTED = 30
"""How many fields of a row are listed at all; the pages of their categories have every one."""
ANSWERS = 1800
"""How much one page shows, in answers of nothing (see `_weight`). A row stays whole."""
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
    index: tuple[tuple[CategoryId | None, int], ...] = ()
    """Every broad category with the page on which it begins."""
    kinds: int = 0
    """How many rows all pages have."""
    named: int = NAMED
    listed: int = LISTED
    narrow: int = NARROW


def access_pages(atlas: Atlas) -> Iterator[Page]:
    """Everything that can be read, on as many pages as it takes."""
    access = atlas.access
    acting = tuple(
        Acting(role, tuple(pair.purpose for pair in pairs))
        for role, pairs in groupby(access.pairs, key=lambda pair: pair.role)
    )
    fields = atlas.catalog.fields
    open_fields = [f for f in fields.values() if any(c.effect != "deny" for c in access.readings[f.id])]
    seen = {field.id for field in open_fields}
    groups = _groups(atlas, open_fields)
    parts = _parts(groups)
    starts: dict[CategoryId | None, int] = {}
    for number, part in enumerate(parts, 1):
        for group in part:
            starts.setdefault(group.category, number)
    closed = tuple(name for name in fields if name not in seen)
    kinds = sum(len(group.kinds) for group in groups)
    whole = AccessView(acting, access.pairs, (), closed, len(fields), tuple(starts.items()), kinds)
    for number, part in enumerate(parts, 1):
        page = list_page("access", "access.html", replace(whole, groups=part))
        yield replace(page, path=numbered(page.path, number), part=Part(number, len(parts), page.path, {}))


def _parts(groups: Sequence[Group]) -> list[tuple[Group, ...]]:
    """The groups on pages of about the same weight; a long group goes on on the next page."""
    parts: list[list[Group]] = [[]]
    left = ANSWERS
    for group in groups:
        start = 0
        for position, kind in enumerate(group.kinds):
            weight = _weight(kind)
            if weight > left and left < ANSWERS:
                if position > start:
                    parts[-1].append(group._replace(kinds=group.kinds[start:position]))
                parts.append([])
                start, left = position, ANSWERS
            left -= weight
        parts[-1].append(group._replace(kinds=group.kinds[start:]))
    return [tuple(part) for part in parts]


def _weight(kind: Kind) -> int:
    """What a row weighs, in answers of nothing: an answer that opens something is told in words too, and so
    are the first of the fields."""
    named = min(len(kind.fields), NAMED + LISTED) + NAMED
    return sum(1 if cell.effect == "deny" else 4 for cell in kind.cells) + 3 * named


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
