"""What is held where: the fields in use of every column, and those about people of a kind."""

from __future__ import annotations

from collections.abc import Mapping

from amanat.identity.person import table_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import FieldId, SubjectId, SystemId

Held = Mapping[tuple[SystemId, str], Mapping[str, tuple[Field, ...]]]
"""System and table to column to the fields in use that it holds."""

About = Mapping[tuple[SystemId, str], Mapping[FieldId, Field]]
"""System and table to the fields about people of a kind that it holds."""


def held_columns(catalog: Catalog) -> Held:
    """What the columns of the catalog hold, sorted by column."""
    found: dict[tuple[SystemId, str], dict[str, tuple[Field, ...]]] = {}
    for entry in catalog.fields.values():
        for source in entry.sources.values() if entry.status.held else ():
            columns = found.setdefault((source.system, table_of(source.parts)), {})
            columns[source.column] = (*columns.get(source.column, ()), entry)
    return {table: dict(sorted(columns.items())) for table, columns in found.items()}


def held_about(held: Held, subject: SubjectId) -> About:
    """System and table to the fields about people of a kind that they hold, sorted; tables without any are
    left out."""
    found: dict[tuple[SystemId, str], dict[FieldId, Field]] = {}
    for place, columns in sorted(held.items()):
        about = {one.id: one for fields in columns.values() for one in fields if one.subject == subject}
        if about:
            found[place] = dict(sorted(about.items()))
    return found
