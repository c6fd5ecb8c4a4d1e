"""The retention page: every policy, fields without one, and legal holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.paths import Kind, Ref
from amanat.model.field import Field
from amanat.model.resources import Hold, Retention


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
