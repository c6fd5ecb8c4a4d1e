"""Tables of the fields, their sources, and everything that hangs on one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from amanat.index.table import Facts, Row, Table, Value, flag, packed
from amanat.inventory.cells import CANONICAL, survivorship, told
from amanat.model.values import PurposeId


def _fields(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.fields.values():
        yield (
            *(one.id, facts.text(one.label), facts.text(one.definition), one.status.value, one.kind),
            facts.link(one.subject, cat.subjects, "fields", one.id, "subject"),
            facts.link(one.category, cat.categories, "fields", one.id, "category"),
            facts.link(one.classification, cat.classifications, "fields", one.id, "classification"),
            facts.link(one.owner, cat.teams, "fields", one.id, "owner"),
            facts.link(one.retention, cat.retention, "fields", one.id, "retention"),
            *(one.origin, flag(one.compulsory), int(one.critical), one.master, survivorship(one)),
            facts.link(one.narrative, cat.fields, "fields", one.id, "narrative"),
            *(
                facts.text(one.logic),
                one.confidence,
                facts.text(one.caveats),
                str(one.mask) if one.mask else None,
            ),
            *(_facet(one.facets, facet) for facet in CANONICAL),
            *(one.review_by, one.last_used, one.renamed_from, *facts.at(one.place), packed(one.extras)),
        )


def _sources(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for field in cat.fields.values():
        for source in sorted(field.sources.values(), key=lambda one: one.id):
            parts = source.parts
            system = facts.link(parts.system, cat.systems, "sources", source.id, "system")
            yield (
                *(field.id, source.id, system, parts.schema or None, parts.table, parts.column),
                *(_master(field.master, source.id), *facts.at(source.place), packed(source.extras)),
            )


def _source_facets(facts: Facts) -> Iterator[Row]:
    for field in facts.catalog.fields.values():
        for source in sorted(field.sources.values(), key=lambda one: one.id):
            for facet in sorted(source.facets):
                yield (field.id, source.id, facet, _facet(source.facets, facet))


def _field_codes(facts: Facts) -> Iterator[Row]:
    for field in facts.catalog.fields.values():
        yield from ((field.id, code, facts.text(text)) for code, text in field.codes.items())


def _field_purposes(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.fields.values():
        for purpose in facts.links(one.purposes, cat.purposes, "fields", one.id, "purposes"):
            yield (one.id, purpose)


def _field_stages(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.fields.values():
        for stage in facts.links(one.stages, cat.stages, "fields", one.id, "stages"):
            yield (one.id, stage)


def _field_origins(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.fields.values():
        for origin in facts.links(one.derived_from, cat.fields, "fields", one.id, "derived_from"):
            yield (one.id, origin)


def _field_masks(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.fields.values():
        for purpose in facts.links(sorted(one.mask_for), cat.purposes, "fields", one.id, "mask_for"):
            yield (one.id, purpose, str(one.mask_for[PurposeId(purpose)]))


def _field_quality(facts: Facts) -> Iterator[Row]:
    for field in facts.catalog.fields.values():
        yield from ((field.id, name, told(value)) for name, value in sorted(field.quality.items()))


def _inherited(facts: Facts) -> Iterator[Row]:
    for field in facts.catalog.fields.values():
        for attribute, place in sorted(field.inherited.items()):
            yield (field.id, attribute, place.file, facts.line(place))


def _texts(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("teams", cat.teams.values()),
        ("subjects", cat.subjects.values()),
        ("classifications", cat.classifications.values()),
        ("categories", cat.categories.values()),
        ("systems", cat.systems.values()),
        ("recipients", cat.recipients.values()),
        ("transfers", cat.transfers.values()),
        ("roles", cat.roles.values()),
        ("purposes", cat.purposes.values()),
        ("retention", cat.retention.values()),
        ("holds", cat.holds.values()),
        ("journey", cat.stages.values()),
        ("fields", cat.fields.values()),
        ("discrepancies", cat.discrepancies.values()),
        ("denials", cat.denials.values()),
        ("expectations", cat.expectations.values()),
    )
    for kind, entries in kinds:
        for entry in entries:
            for attribute in _TEXTS:
                text = getattr(entry, attribute, None)
                if isinstance(text, Mapping):
                    yield from (
                        (kind, entry.id, attribute, tag, words) for tag, words in sorted(text.items())
                    )


_TEXTS = (
    "label",
    "definition",
    "description",
    "reason",
    "benefit",
    "caveats",
    "logic",
    "handling",
    "no_customer_id",
    "no_global_id",
)


def _facet(said: Mapping[str, object], facet: str) -> Value:
    value = said.get(facet)
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int | float) else told(value)


def _master(master: str | None, source: str) -> int | None:
    return None if master is None else int(source == master)


FIELDS = Table(
    "fields",
    "Customer data fields after inheritance.",
    "id",
    (
        "id label definition status kind subject>subjects category>categories "
        "classification>classifications owner>teams retention>retention origin compulsory:int "
        "critical:int master survivorship narrative>fields logic confidence caveats mask type length "
        "precision:int scale:int nullable:int unique_value:int format normal structure polarity "
        "grain unit currency zone calendar review_by last_used renamed_from file line:int "
        "extras"
    ),
    _fields,
)
SOURCES = Table(
    "sources",
    "Columns of source systems that hold a field.",
    "field source",
    (
        "field>fields source system>systems schema_name table_name column_name is_master:int "
        "file line:int extras"
    ),
    _sources,
)
SOURCE_FACETS = Table(
    "source_facets",
    "What the catalog declares for a source, facet by facet.",
    "field source facet",
    "field>fields source facet value",
    _source_facets,
)
FIELD_CODES = Table(
    "field_codes",
    "Codes of a field and their meaning.",
    "field code",
    "field>fields code meaning",
    _field_codes,
)
FIELD_PURPOSES = Table(
    "field_purposes",
    "Purposes that a field may be used for.",
    "field purpose",
    "field>fields purpose>purposes",
    _field_purposes,
)
FIELD_STAGES = Table(
    "field_stages",
    "Journey stages in which a field arises.",
    "field stage",
    "field>fields stage>stages",
    _field_stages,
)
FIELD_ORIGINS = Table(
    "field_origins",
    "Fields that a field is computed from.",
    "field derived_from",
    "field>fields derived_from>fields",
    _field_origins,
)
FIELD_MASKS = Table(
    "field_masks",
    "Masks that always apply for a purpose.",
    "field purpose",
    "field>fields purpose>purposes mask",
    _field_masks,
)
FIELD_QUALITY = Table(
    "field_quality",
    "Quality expectations.",
    "field dimension",
    "field>fields dimension expectation",
    _field_quality,
)
INHERITED = Table(
    "inherited",
    "Attributes that a field does not set itself, and where they come from.",
    "field attribute",
    "field>fields attribute file line:int",
    _inherited,
)
TEXTS = Table(
    "texts",
    ("Every label, definition and other text, language by language; `kind` is the map it is declared in."),
    "kind id attribute language",
    "kind id attribute language text",
    _texts,
)
