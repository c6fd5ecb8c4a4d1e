"""The columns of the register, as data: name, kind of value, what it means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, NamedTuple

from amanat.model.catalog import Catalog


class Absent(StrEnum):
    """Why a cell holds no value. Never blank: what nobody said and what does not apply are told apart."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"


Cell = str | int | float | bool | tuple[str, ...] | Absent
"""A cell of the register. An empty tuple is a known empty list."""

Kind = Literal["text", "integer", "flag", "scalar", "list"]
By = Literal["source", "field"]


class Column(NamedTuple):
    """A column: `scalar` may hold text, a number or a flag; a `list` holds texts, in order."""

    name: str
    kind: Kind
    description: str


FIELD = (
    Column("field", "text", "Id of the field."),
    Column("status", "text", "Where the field is in its life: planned, live, retiring, retired."),
    Column("kind", "text", "A fact, a metric, or a narrative (the person's own words)."),
    Column("subject", "text", "Whose data it is (subject id)."),
    Column("category", "text", "Category of personal data."),
    Column("special", "flag", "Whether the category is a special one (GDPR Art. 9)."),
    Column("classification", "text", "How sensitive it is (classification id)."),
    Column("owner", "text", "Team that answers for the field."),
    Column("owner_contact", "text", "Mailbox of that team."),
    Column("purposes", "list", "Purposes that it may be used for (purpose ids)."),
    Column("lawful_bases", "list", "Lawful basis of each purpose: `purpose=basis`, or `purpose[EU]=basis`."),
    Column("recipients", "list", "Recipients that those purposes name, and vendors that run its systems."),
    Column("retention", "text", "Retention policy."),
    Column("retention_keep", "text", "How long it is kept (ISO 8601 duration)."),
    Column("retention_from", "text", "Event that starts the period."),
    Column("retention_then", "text", "What happens when the period is over."),
    Column("retention_basis", "text", "Kind of reason for the period, such as `legal_minimum`."),
    Column("retention_law", "text", "The law and article that set the period."),
    Column("retention_why", "list", "The reason, where no law sets the period: `language: text`."),
    Column(
        "retention_where",
        "list",
        "What differs in a jurisdiction: `IR: P5Y from order_completed then delete`.",
    ),
    Column("holds", "list", "Legal holds that suspend its deletion (hold ids)."),
    Column(
        "origin", "text", "How the company came to have it: given, observed, inferred, staff, third_party."
    ),
    Column("compulsory", "flag", "Whether the customer has to give it (GDPR Art. 13(2)(e))."),
    Column("critical", "flag", "Whether a wrong value harms customers or the company."),
    Column("stages", "list", "Journey stages in which it arises."),
    Column("narrative", "text", "Field with the customer's own words beside this metric."),
    Column("caveats", "list", "What a reader must know before using it: `language: text`."),
    Column("derived_from", "list", "Fields it is computed from."),
    Column("logic", "list", "How it is computed: `language: text`."),
    Column("master", "text", "The source that wins when sources disagree."),
    Column("survivorship", "text", "How the winning value is found where there is no single master."),
    Column("mask", "text", "Mask for people below the classification."),
    Column("mask_for", "list", "Masks that always apply for a purpose: `purpose=mask`."),
    Column("quality", "list", "Quality expectations: `dimension=expectation`."),
    Column("type", "text", "Canonical type."),
    Column("length", "scalar", "Canonical length in characters; `unlimited` where there is no limit."),
    Column("precision", "integer", "Canonical number of significant digits."),
    Column("scale", "integer", "Canonical number of digits after the decimal point."),
    Column("nullable", "flag", "Whether it may be empty."),
    Column("unique", "flag", "Whether no two subjects share a value."),
    Column("format", "text", "Canonical format, such as `email`."),
    Column("normal", "list", "Canonical normal forms."),
    Column("structure", "text", "How the value is built."),
    Column("polarity", "text", "What true means."),
    Column("grain", "text", "What there is one value per."),
    Column("unit", "text", "Unit of measure."),
    Column("currency", "text", "Currency (ISO 4217)."),
    Column("zone", "text", "Time zone (IANA)."),
    Column("calendar", "text", "Calendar of dates."),
    Column("codes", "list", "Allowed codes and their meaning: `code=meaning`."),
    Column(
        "conflicts_open",
        "list",
        "Facets in which its sources contradict each other and nobody accepted it: `facet (severity)`.",
    ),
    Column(
        "discrepancies_accepted", "list", "Ledger entries that accept a difference: `facet: entry until day`."
    ),
    Column("review_by", "text", "Day by which the definition is looked at again."),
    Column("last_used", "text", "Day on which it was last used."),
    Column("renamed_from", "text", "Id that the field had before."),
    Column("inherited", "list", "Attributes that the entry does not set itself, and where they come from."),
    Column("file", "text", "File that declares the field, relative to the catalog."),
    Column("line", "integer", "Line in that file, counted from 1."),
)
"""What is the same for every source of a field."""

SOURCE = (
    Column("source", "text", "The source: a column of a source system."),
    Column("is_master", "flag", "Whether this source wins when sources disagree."),
    Column("system", "text", "Id of the source system."),
    Column("system_kind", "text", "What sort of system it is."),
    Column("system_status", "text", "Where the system is in its life."),
    Column("system_owner", "text", "Team that answers for the system."),
    Column("system_country", "text", "Country in which the system stands (ISO 3166-1 alpha-2)."),
    Column("system_engine", "text", "Database engine of the system."),
    Column("system_recipient", "text", "Vendor that runs the system (recipient id)."),
    Column("erase_method", "text", "How one person's data is erased in the system."),
    Column("erase_backups", "text", "Time after which the last backup that holds the data is gone."),
    Column("schema", "text", "Schema of the column, where the system has schemas."),
    Column("table", "text", "Table of the column, as the system spells it."),
    Column("column", "text", "Name of the column, as the system spells it."),
    Column("declared_type", "text", "Type that the catalog declares for this source."),
    Column("declared_length", "scalar", "Length that the catalog declares for this source."),
    Column("declared_precision", "integer", "Precision that the catalog declares for this source."),
    Column("declared_scale", "integer", "Scale that the catalog declares for this source."),
    Column("declared_nullable", "flag", "Whether the catalog declares that it may be NULL here."),
    Column("declared_unique", "flag", "Whether the catalog declares it unique here."),
    Column("declared_format", "text", "Format that the catalog declares for this source."),
    Column("declared_normal", "list", "Normal forms that the catalog declares for this source."),
    Column("declared_structure", "text", "Structure that the catalog declares for this source."),
    Column("declared_part", "text", "Part of the field that this column holds."),
    Column("declared_polarity", "text", "What true means here."),
    Column("declared_default", "scalar", "Value that the system fills in by itself."),
    Column("declared_unit", "text", "Unit that the catalog declares for this source."),
    Column("declared_currency", "text", "Currency that the catalog declares for this source."),
    Column("declared_zone", "text", "Time zone that the catalog declares for this source."),
    Column("declared_calendar", "text", "Calendar that the catalog declares for this source."),
    Column("declared_codes", "list", "Source code to canonical code: `1=male`."),
    Column("declared_empty", "list", 'Values that mean "nothing" here.'),
    Column("declared_grain", "text", "What there is one value per, here."),
    Column("declared_definition", "list", "What the system says the column means: `language: text`."),
    Column("declared_freshness", "text", "How old a value may be here."),
    Column("declared_recycled", "scalar", "Whether, or after which period, it is given to another customer."),
    Column("declared_owner", "text", "Team that answers for it in this system, where it is another."),
    Column("declared_retention", "text", "Retention policy that this system follows."),
    Column("declared_purposes", "list", "Purposes that this system uses it for."),
    Column("declared_classification", "text", "How this system classifies it."),
    Column("declared_origin", "text", "How this system came to have it."),
    Column("declared_stages", "list", "Journey stages at which this system collects it."),
    Column("observed", "flag", "Whether the system's snapshot has the column; unknown without a snapshot."),
    Column("observed_type", "text", "Native type, as the engine spells it."),
    Column("observed_length", "integer", "Length in the snapshot."),
    Column("observed_precision", "integer", "Precision in the snapshot."),
    Column("observed_scale", "integer", "Scale in the snapshot."),
    Column("observed_nullable", "flag", "Whether it may be NULL, in the snapshot."),
    Column("observed_default", "text", "Default in the snapshot."),
    Column("observed_values", "list", "Allowed values in the snapshot, with their meaning where known."),
    Column("observed_key", "list", "Keys in the snapshot: PK, UQ, FK:table.column, REF:table.column."),
    Column("observed_comment", "text", "Comment in the snapshot."),
    Column("observed_file", "text", "Snapshot that the observation comes from."),
    Column("observed_line", "integer", "Line in that snapshot, counted from 1."),
    Column("source_file", "text", "File that declares the source."),
    Column("source_line", "integer", "Line in that file, counted from 1."),
)
"""What each source adds."""

_WHERE = 1 + [column.name for column in SOURCE].index("column")
"""Number of the columns that say where a source stands; what is declared and observed of it comes last."""

SOURCES = (
    Column("sources", "list", "Sources that hold the field."),
    Column("systems", "list", "Systems that hold the field."),
    Column("countries", "list", "Countries in which those systems stand."),
    Column("sources_observed", "integer", "How many of its sources a snapshot has."),
)
"""What stands in place of `SOURCE` with one row a field."""

APPLIES: dict[str, frozenset[str]] = {
    "length": frozenset({"text", "binary", "json"}),
    "precision": frozenset({"integer", "decimal", "money", "time", "timestamp"}),
    "scale": frozenset({"decimal", "money"}),
    "normal": frozenset({"text"}),
    "polarity": frozenset({"boolean"}),
    "unit": frozenset({"integer", "decimal", "money"}),
    "currency": frozenset({"money"}),
    "zone": frozenset({"date", "time", "timestamp"}),
    "calendar": frozenset({"date", "timestamp"}),
    "codes": frozenset({"text", "integer", "boolean"}),
}
"""Types to which a facet applies; facets not listed apply to all."""


def texts(attribute: str, languages: Iterable[str], description: str) -> tuple[Column, ...]:
    """One column a language: `label_en`, `label_fa` …"""
    return tuple(Column(f"{attribute}_{tag}", "text", f"{description} ({tag}).") for tag in languages)


def languages_of(catalog: Catalog) -> tuple[str, ...]:
    """The catalog's languages, then, sorted, any other that one of its fields or systems is written in."""
    found: set[str] = set()
    for field in catalog.fields.values():
        found.update(field.label, field.definition)
    for system in catalog.systems.values():
        found.update(system.label)
    return catalog.languages + tuple(sorted(found.difference(catalog.languages)))


def columns_of(catalog: Catalog, by: By) -> tuple[Column, ...]:
    """The columns of this catalog's register: the fixed ones, one label and definition a language, and
    the team's own `x_…` keys of fields (`x_…`) and of sources (`source_x_…`), sorted."""
    tags = languages_of(catalog)
    head, rest = FIELD[:1], FIELD[1:]
    described = texts("label", tags, "Name shown to people") + texts("definition", tags, "What it means")
    fields = catalog.fields.values()
    own = sorted({key for field in fields for key in field.extras})
    extra = tuple(Column(key, "scalar", "The team's own key of the field.") for key in own)
    if by == "field":
        return head + described + SOURCES + rest + extra
    named = texts("system_label", tags, "Name of the system")
    theirs = sorted({key for field in fields for source in field.sources.values() for key in source.extras})
    added = tuple(Column(f"source_{key}", "scalar", "The team's own key of the source.") for key in theirs)
    return head + described + SOURCE[:3] + named + SOURCE[3:_WHERE] + rest + SOURCE[_WHERE:] + extra + added
