"""How all data of a person is reached from the global id: a page for each kind of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Crumb, Page, crumb_of
from amanat.docsite.pages.sheets import SheetView
from amanat.docsite.paging import paged
from amanat.docsite.paths import Kind, reach_path
from amanat.docsite.tree import Branch, Drawing, drawing_of
from amanat.identity.person import PersonWays, SystemWays, way_of
from amanat.rights.reaching import found_by, reach_sheet

SYSTEMS_ON_A_PAGE = 10
_LOOKS = {"value": "here", "key": "one", "disputed": "ambiguous"}


class Reached(NamedTuple):
    """A system: its section of the sheet, and its tables as a tree."""

    section: str
    system: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class ReachView:
    """A kind of people: the sheet that the tables come from, and the drawings."""

    sheet: SheetView
    whole: Drawing | None
    ways: tuple[Reached, ...]


def reach_pages(atlas: Atlas) -> Iterator[Page]:
    """Every kind of people; more pages where there are many systems."""
    catalog = atlas.catalog
    for person in atlas.ways:
        subject = catalog.subjects[person.subject]
        view = ReachView(
            SheetView(partial(reach_sheet, catalog, person), f"amanat reach {subject.id}"),
            _whole(person) if person.field is not None else None,
            tuple(Reached(f"system-{one.system}", one.system, _tables(one)) for one in person.systems),
        )
        crumbs = (Crumb("subjects.html", key="subjects"), crumb_of(Kind.SUBJECT, subject.id, subject.label))
        page = Page(
            reach_path(subject.id),
            "reach.html",
            "subjects",
            view,
            crumbs,
            subject.label,
            subject.id,
            key="reach.of",
        )
        yield from paged(page, ways=SYSTEMS_ON_A_PAGE)


def _whole(person: PersonWays) -> Drawing:
    """The global id, below it the systems that know it, below those what is found in them."""
    below: dict[str, list[Branch]] = {}
    top: list[Branch] = []
    lost: list[Branch] = []
    for one in person.systems:
        found_in = one.anchor.source.partition(".")[0] if one.anchor and one.anchor.source else ""
        reach = "unreachable" if one.anchor is None else "ambiguous" if one.lost else "one"
        branch = Branch(one.system, reach, True, "", below.setdefault(one.system, []))
        hung = lost if one.anchor is None else below.get(found_in, top)
        hung.append(branch)
    return drawing_of([Branch(person.field or "", "here", True, "", top), *lost])


def _tables(system: SystemWays) -> Drawing:
    below: dict[str, list[Branch]] = {}
    roots: list[Branch] = []
    for rows in sorted(system.rows, key=lambda one: (one.hops, one.table)):
        way = way_of(system, rows)
        branch = Branch(
            rows.table,
            _LOOKS[found_by(rows)],
            rows.mapped,
            way[0].rows if way else "",
            below.setdefault(rows.table, []),
        )
        (below.setdefault(way[0].target, []) if way else roots).append(branch)
    lost = [Branch(one.table, "unreachable", True, "", ()) for one in system.lost]
    return drawing_of([*roots, *lost])
