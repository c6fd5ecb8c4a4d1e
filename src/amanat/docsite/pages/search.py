"""The search page: everything that can be found, with filters for fields."""

from __future__ import annotations

from dataclasses import dataclass

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.docsite.search.filters import Filter, filters_of


@dataclass(frozen=True, slots=True)
class SearchView:
    """The filters; everything else comes from the index."""

    filters: tuple[Filter, ...]
    fields: int


def search_page(atlas: Atlas) -> Page:
    """One page; its address holds what was asked."""
    return list_page("search", "search.html", SearchView(filters_of(atlas), len(atlas.catalog.fields)))
