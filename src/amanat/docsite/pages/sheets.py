"""Pages that show a report as it is: what a breach of each system exposes, the systems ranked by it, how
far the house is kept, and what customers have of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from amanat.breach import Impact, find_target, impact_of, ranking
from amanat.breach.facts import Known
from amanat.breach.told import impact_sheet, ranking_sheet
from amanat.docsite.atlas import Atlas
from amanat.docsite.journey import Map, map_of
from amanat.docsite.page import Crumb, Page, crumb_of, list_page
from amanat.docsite.paths import Kind, breach_path
from amanat.exchange.benefit import benefit_of
from amanat.exchange.journey import journey_of
from amanat.exchange.meaning import meaning_of
from amanat.exchange.told import benefit_sheet
from amanat.exchange.told_journey import journey_sheet
from amanat.exchange.told_meaning import meaning_sheet
from amanat.people.maturity import maturity
from amanat.people.told import maturity_sheet
from amanat.sheet import Sheet

LISTED = 60
"""How many rows of a table a page shows; the command has all."""
STATED = 10
"""How many fields of a stage the page of the journey lists, beside the map and the table of its systems."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A report; `of` makes it in the language of a tag. `command` has all of it."""

    of: Callable[[str], Sheet]
    command: str
    listed: int = LISTED


@dataclass(frozen=True, slots=True)
class JourneyView(SheetView):
    """The report of the journey, and its map."""

    map: Map | None = None


def breach_pages(atlas: Atlas) -> Iterator[Page]:
    """The order of the systems, then what a breach of each exposes."""
    catalog = atlas.catalog
    known = Known.of(catalog, atlas.access.readings)
    found = ranking(known)
    view = SheetView(lambda tag: ranking_sheet(catalog, found, tag), "amanat impact --rank")
    yield list_page("exposure", "sheet.html", view)
    for system in catalog.systems.values():
        impact = impact_of(known, find_target(catalog, f"system:{system.id}"))

        crumbs = (Crumb("systems.html", key="systems"), crumb_of(Kind.SYSTEM, system.id, system.label))
        page = SheetView(partial(_brief, impact), f"amanat impact system:{system.id}")
        yield Page(
            breach_path(system.id),
            "sheet.html",
            "systems",
            page,
            crumbs,
            system.label,
            system.id,
            key="breach.of",
        )


def maturity_page(atlas: Atlas) -> Page:
    """How far the house is kept, as the catalog shows it."""
    found = maturity(atlas.catalog, atlas.site.diagnostics, atlas.site.as_of)
    return list_page("maturity", "sheet.html", SheetView(partial(maturity_sheet, found), "amanat maturity"))


def benefit_page(atlas: Atlas) -> Page:
    """What customers have of what is done with their data."""
    site = atlas.site
    found = benefit_of(atlas.catalog, atlas.access, site.as_of, site.diagnostics)
    view = SheetView(partial(benefit_sheet, atlas.catalog, found), "amanat benefit")
    return list_page("benefit", "sheet.html", view)


def journey_page(atlas: Atlas) -> Page:
    """Stage by stage the touchpoints, what arises there and what it is for."""
    found = journey_of(atlas.catalog, atlas.site.as_of)
    view = JourneyView(partial(journey_sheet, found), "amanat journey", STATED, map_of(found))
    return list_page("journey", "journey.html", view)


def meaning_page(atlas: Atlas) -> Page:
    """What figures and inferences about people rest on."""
    site = atlas.site
    found = meaning_of(atlas.catalog, site.as_of if site.names_day else None)
    view = SheetView(partial(meaning_sheet, atlas.catalog, found), "amanat meaning")
    return list_page("meaning", "sheet.html", view)


def _brief(impact: Impact, tag: str) -> Sheet:
    """An impact without the list of fields, which stands on the system's page."""
    sheet = impact_sheet(impact, tag)
    return replace(sheet, sections=tuple(one for one in sheet.sections if one.key != "fields"))
