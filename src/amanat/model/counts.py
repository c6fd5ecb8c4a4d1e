"""How much a catalog holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from amanat.model.catalog import Catalog


class Counts(NamedTuple):
    """How many fields, sources (columns of source systems), systems and files a catalog has."""

    fields: int
    sources: int
    systems: int
    files: int


def counts_of(catalog: Catalog) -> Counts:
    """How much a catalog holds."""
    sources = sum(len(field.sources) for field in catalog.fields.values())
    return Counts(len(catalog.fields), sources, len(catalog.systems), len(catalog.files))
