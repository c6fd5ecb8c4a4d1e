"""The retention page: every policy, fields without one, and holds; and the calendar of what falls due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.docsite.pages.sheets import SheetView
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.paths import Kind, Ref
from amanat.model.field import Field
from amanat.model.resources import Hold, Retention
from amanat.retention.due import calendar
from amanat.retention.told import Told
from amanat.sheet import Sheet


class PolicyRow(NamedTuple):
    """A retention policy and the number of fields under it."""

    policy: Retention
    fields: int


@dataclass(frozen=True, slots=True)
class RetentionView:
    """All policies; `without` are fields that no declared policy ends."""

    rows: tuple[PolicyRow, ...]
    without: tuple[Field, ...]
    holds: tuple[Hold, ...]


def retention_page(atlas: Atlas) -> Iterator[Page]:
    """One page for all policies, more where many fields have none; each policy also has a page."""
    catalog = atlas.catalog
    view = RetentionView(
        rows=tuple(
            PolicyRow(policy, len(atlas.fields_of(Ref(Kind.RETENTION, policy.id))))
            for policy in catalog.retention.values()
        ),
        without=tuple(f for f in catalog.fields.values() if f.retention not in catalog.retention),
        holds=tuple(catalog.holds.values()),
    )
    yield from paged(list_page("retention", "retention.html", view), without=ROWS)


def calendar_page(atlas: Atlas) -> Page:
    """What falls due, where pages may name the day that it is worked out for."""
    catalog = atlas.catalog
    day = atlas.site.as_of if atlas.site.names_day else None
    found = () if day is None else calendar(catalog, day)

    def sheet(tag: str) -> Sheet:
        told = Told(catalog, tag)
        if day is None:
            return told.no_calendar()
        made = told.calendar(found, day)
        return replace(made, lead=(made.title, *made.lead))

    return list_page("calendar", "sheet.html", SheetView(sheet, "amanat retention calendar"))
