"""The picture of how data flows: systems, categories, purposes, roles and recipients."""

from __future__ import annotations

from dataclasses import dataclass

from amanat.docsite.atlas import Atlas
from amanat.docsite.flow import Flow, flow_of
from amanat.docsite.page import Page, list_page

HEADINGS = ("nav.systems", "nav.categories", "nav.purposes", "flow.people")
"""The words above the columns."""


@dataclass(frozen=True, slots=True)
class FlowView:
    """The drawing and the words above its columns."""

    flow: Flow
    headings: tuple[str, ...] = HEADINGS


def flow_page(atlas: Atlas) -> Page:
    """One page for the whole catalog."""
    return list_page("flow", "flow.html", FlowView(flow_of(atlas)))
