"""What pages rest on, as digests: where one is what it was, so are its pages.

Pages of a field show what is written of it, of the fields that it is made from, that are made from it or
that tell of it, and of everything that is no field; and what was found out about it. Terse pages show of all
fields everything but sentences. What else they came to show has to come in here: tests change catalogs at
random, and all sentences at once, and hold pages of one digest against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amanat.digest import value_digest
from amanat.docsite.atlas import Atlas
from amanat.load.written import Written
from amanat.model.field import Field
from amanat.model.lineage import derived_from

_FIELDS = "fields"
TERSE = ""
"""The group of the terse pages. Other groups are the pages of a field, by its id."""


def resting(atlas: Atlas, written: Written) -> Mapping[str, str]:
    """What the pages of each group rest on, but for the navigation around those of fields."""
    site = atlas.site
    fields = atlas.catalog.fields
    common = value_digest(
        (
            written.rest,
            site.as_of,
            site.names_day,
            atlas.ways,
            (site.history.state, site.history.begins),
            [item for item in sorted(site.history.events.items()) if item[0].section != _FIELDS],
        )
    )
    found = {name: value_digest((atlas.conflicts.get(name), atlas.findings.get(name))) for name in fields}
    rests: dict[str, str] = {
        field.id: value_digest((common, field.id, found[field.id], *_own(atlas, written, field)))
        for field in fields.values()
    }
    others = [item for item in sorted(atlas.findings.items()) if item[0] not in fields]
    last = site.history.order[:1]
    return {
        **rests,
        TERSE: value_digest((common, written.terse, found, others, site.conflicts.standings, last)),
    }


def _own(atlas: Atlas, written: Written, field: Field) -> Iterator[object]:
    beside = [*field.derived_from, *(one.id for one in atlas.feeds.get(field.id, ()))]
    beside += (one.id for one in derived_from(atlas.feeds, (field.id,)))
    if field.narrative is not None:
        beside.append(field.narrative)
    yield [(name, written.fields.get(name)) for name in (field.id, *beside)]
    yield atlas.site.history.of(_FIELDS, field.id, field.renamed_from)
