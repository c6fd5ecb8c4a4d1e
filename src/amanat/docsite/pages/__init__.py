"""Every page of the site as data, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amanat.docsite.atlas import Atlas
from amanat.docsite.health import health_of
from amanat.docsite.page import Page
from amanat.docsite.pages.access import access_pages
from amanat.docsite.pages.disagreement import disagreement_pages
from amanat.docsite.pages.fields import field_pages
from amanat.docsite.pages.flow import flow_page
from amanat.docsite.pages.handbook import handbook_pages
from amanat.docsite.pages.heat import heat_pages
from amanat.docsite.pages.identity import identity_pages
from amanat.docsite.pages.losses import loss_pages
from amanat.docsite.pages.purposes import purpose_pages
from amanat.docsite.pages.reach import reach_pages
from amanat.docsite.pages.retention import calendar_page, retention_page
from amanat.docsite.pages.rights import rights_pages
from amanat.docsite.pages.roles import role_pages
from amanat.docsite.pages.rules import rule_pages
from amanat.docsite.pages.search import search_page
from amanat.docsite.pages.sheets import benefit_page, breach_pages, journey_page, maturity_page, meaning_page
from amanat.docsite.pages.start import start_pages
from amanat.docsite.pages.systems import system_pages
from amanat.docsite.pages.things import thing_pages


def terse_pages(atlas: Atlas) -> Iterator[Page]:
    """The pages of one language that show of fields no sentences: no definition, no caveats, no logic; the
    same set in each."""
    yield from breach_pages(atlas)
    yield flow_page(atlas)
    yield from identity_pages(atlas)
    yield from reach_pages(atlas)
    yield from rights_pages(atlas)
    yield benefit_page(atlas)
    yield journey_page(atlas)
    yield from access_pages(atlas)
    yield from loss_pages(atlas)
    yield from heat_pages(atlas)
    yield from rule_pages(atlas)


def other_pages(atlas: Atlas, without: Collection[str] = ()) -> Iterator[Page]:
    """All other pages of one language, but for those of some fields; the same set in each."""
    teams = health_of(atlas, atlas.due)
    yield from start_pages(atlas, teams)
    yield search_page(atlas)
    yield from field_pages(atlas, without)
    yield from system_pages(atlas)
    yield from purpose_pages(atlas)
    yield meaning_page(atlas)
    yield from role_pages(atlas)
    yield from handbook_pages(atlas)
    yield from retention_page(atlas)
    yield calendar_page(atlas)
    yield from thing_pages(atlas, teams)
    yield from disagreement_pages(atlas)
    yield maturity_page(atlas)
