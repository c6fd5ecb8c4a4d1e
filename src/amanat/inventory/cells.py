"""What fills a cell, from one value of the model: pure functions, and which absence an empty one means."""

from __future__ import annotations

import json
from collections.abc import Mapping

from amanat.inventory.columns import APPLIES, Absent, Cell
from amanat.model.field import Field
from amanat.model.resources import Retention, RetentionRule
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Text

UNKNOWN, NOT_APPLICABLE = Absent.UNKNOWN, Absent.NOT_APPLICABLE

CANONICAL = (
    "type",
    "length",
    "precision",
    "scale",
    "nullable",
    "unique",
    "format",
    "normal",
    "structure",
    "polarity",
    "grain",
    "unit",
    "currency",
    "zone",
    "calendar",
)
"""Facets that a field itself can have."""

DECLARED = (
    *CANONICAL,
    "part",
    "default",
    "codes",
    "empty",
    "definition",
    "freshness",
    "recycled",
    "owner",
    "retention",
    "purposes",
    "classification",
    "origin",
    "stages",
)
"""Facets that a source can have."""

SOURCE_ONLY = (
    "source",
    "is_master",
    "system",
    "system_kind",
    "system_status",
    "system_owner",
    "system_country",
    "system_engine",
    "system_recipient",
    "erase_method",
    "erase_backups",
    "schema",
    "table",
    "column",
    "source_file",
    "source_line",
)
OBSERVED = (
    "observed",
    "observed_type",
    "observed_length",
    "observed_precision",
    "observed_scale",
    "observed_nullable",
    "observed_default",
    "observed_values",
    "observed_key",
    "observed_comment",
    "observed_file",
    "observed_line",
)


def facet_cell(field: Field, facet: str, said: Mapping[str, object]) -> Cell:
    if facet not in said:
        return absent(field, facet)
    value = said[facet]
    if isinstance(value, Mapping):
        if facet == "definition":
            return languages(value)
        return tuple(f"{code}={told(canonical)}" for code, canonical in value.items())
    if isinstance(value, tuple | list):
        return tuple(told(item) for item in value)
    return value if isinstance(value, bool | int | float) else told(value)


def absent(field: Field, facet: str) -> Absent:
    """What an unsaid facet means: it does not apply to the field's type, or nobody said."""
    types = APPLIES.get(facet)
    if types is None:
        return UNKNOWN
    kind = field.facets.get("type")
    return NOT_APPLICABLE if kind and kind not in types else UNKNOWN


def no_master(field: Field, survives: bool) -> Absent:
    return NOT_APPLICABLE if survives or len(field.sources) < 2 else UNKNOWN


def retention_cells(field: Field, policy: Retention | None) -> dict[str, Cell]:
    rule = policy.rule if policy else None
    basis = rule.basis if rule else None
    law = basis.law if basis else None
    why = basis.why if basis else {}
    legal = basis is None or basis.kind.startswith("legal_")
    return {
        "retention": field.retention or UNKNOWN,
        "retention_keep": (rule.keep if rule else None) or UNKNOWN,
        "retention_from": (rule.trigger if rule else None) or UNKNOWN,
        "retention_then": (rule.then if rule else None) or UNKNOWN,
        "retention_basis": basis.kind if basis else UNKNOWN,
        "retention_law": law or (UNKNOWN if legal else NOT_APPLICABLE),
        "retention_why": languages(why) or (NOT_APPLICABLE if law else UNKNOWN),
        "retention_where": UNKNOWN if policy is None else tuple(map(_rule, sorted(policy.where.items()))),
    }


def _rule(differs: tuple[str, RetentionRule]) -> str:
    where, rule = differs
    law = f" ({rule.basis.law})" if rule.basis and rule.basis.law else ""
    keep, start, then = (part or UNKNOWN.value for part in (rule.keep, rule.trigger, rule.then))
    return f"{where}: {keep} from {start} then {then}{law}"


def survivorship(field: Field) -> str | None:
    """The whole rule by which a value wins, in one line."""
    from amanat.golden.words import rule

    return None if field.survivorship is None else rule(field.survivorship)


def observed_cells(column: ObservedColumn) -> dict[str, Cell]:
    values = tuple(f"{value}={meaning}" if meaning else value for value, meaning in column.values.items())
    return {
        "observed_type": column.type or UNKNOWN,
        "observed_length": UNKNOWN if column.length is None else column.length,
        "observed_precision": UNKNOWN if column.precision is None else column.precision,
        "observed_scale": UNKNOWN if column.scale is None else column.scale,
        "observed_nullable": flag(column.nullable, UNKNOWN),
        "observed_default": UNKNOWN if column.default is None else column.default,
        "observed_values": values or UNKNOWN,
        "observed_key": tuple(column.keys) or UNKNOWN,
        "observed_comment": column.comment or UNKNOWN,
    }


def flag(value: bool | None, absent: Absent) -> Cell:
    return absent if value is None else value


def languages(text: Text) -> tuple[str, ...]:
    return tuple(f"{tag}: {text[tag]}" for tag in text)


def extra(extras: Mapping[str, object], key: str) -> Cell:
    if key not in extras:
        return UNKNOWN
    value = extras[key]
    if isinstance(value, str | bool | int | float):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=list)


def told(value: object) -> str:
    """A scalar as people read it; an empty text as two quotes, so that it does not look like nothing."""
    if isinstance(value, str):
        return value or "''"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=list)
