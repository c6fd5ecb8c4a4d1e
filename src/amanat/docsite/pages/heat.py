"""Where sources contradict each other at a glance: fields against facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amanat.conflicts import Conflict
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.page import Crumb, Page
from amanat.docsite.paging import paged
from amanat.model.field import Facet, Field

FIELDS_ON_A_PAGE = 80


class HeatRow(NamedTuple):
    """A field and its conflict in each facet of the picture, None where there is none."""

    field: Field
    cells: tuple[Conflict | None, ...]


@dataclass(frozen=True, slots=True)
class HeatView:
    """Facets with a conflict, those with most first, each with its number of open ones; fields with a
    conflict, the worst first."""

    facets: tuple[tuple[Facet, int, int], ...]
    rows: tuple[HeatRow, ...]


def heat_pages(atlas: Atlas) -> Iterator[Page]:
    """One page, more where many fields have conflicts."""
    open_ones, settled = Counter[Facet](), Counter[Facet]()
    of: dict[str, Mapping[Facet, Conflict]] = {}
    for name, conflicts in atlas.conflicts.items():
        of[name] = {conflict.facet: conflict for conflict in conflicts}
        for conflict in conflicts:
            (open_ones if is_open(conflict) else settled)[conflict.facet] += 1
    every = open_ones + settled
    order = sorted(every, key=lambda facet: (-every[facet], facet.value))
    rows = tuple(
        HeatRow(atlas.catalog.fields[name], tuple(of[name].get(facet) for facet in order))
        for name in sorted(atlas.conflicts, key=lambda name: _worst(atlas.conflicts[name], name))
        if name in atlas.catalog.fields
    )
    facets = tuple((facet, open_ones[facet], settled[facet]) for facet in order)
    crumbs = (Crumb("conflicts.html", key="conflicts"),)
    page = Page("heat.html", "heat.html", "heat", HeatView(facets, rows), crumbs)
    yield from paged(page, rows=FIELDS_ON_A_PAGE)


def _worst(conflicts: tuple[Conflict, ...], name: str) -> tuple[object, ...]:
    ranks = Counter(conflict.severity.rank for conflict in conflicts if is_open(conflict))
    return (*(-ranks[rank] for rank in range(3)), name)
