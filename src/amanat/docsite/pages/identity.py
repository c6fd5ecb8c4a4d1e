"""The page of the identity graph: the global ids, and how each system's rows lead to its customer id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.docsite.paging import paged
from amanat.docsite.tree import Drawing, tree_of
from amanat.identity import GlobalId, Identity, Known, identity_graph

SYSTEMS_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Way:
    """A system; `drawing` is None where no tree is known. `counts` is how many tables are reached how."""

    system: Identity
    drawing: Drawing | None
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class IdentityView:
    """All that the page shows."""

    subjects: tuple[GlobalId, ...]
    ways: tuple[Way, ...]


def identity_pages(atlas: Atlas) -> Iterator[Page]:
    """One page for some systems, more where there are many."""
    known = atlas.site.worked_out
    graph = identity_graph(atlas.catalog) if known is None else known.graph
    view = IdentityView(graph.subjects, tuple(_way(one) for one in graph.systems))
    yield from paged(list_page("identity", "identity.html", view), ways=SYSTEMS_ON_A_PAGE)


def _way(system: Identity) -> Way:
    counted = Counter(table.reach.value for table in system.tables)
    drawing = tree_of(system) if system.known is Known.HERE else None
    return Way(system, drawing, tuple(sorted(counted.items())))
