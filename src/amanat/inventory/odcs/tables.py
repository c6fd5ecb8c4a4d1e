"""Tables and columns of a contract, from the rows of the inventory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from amanat.conflicts.observed import Columns
from amanat.inventory.cells import DECLARED
from amanat.inventory.columns import SOURCE, Absent, Cell
from amanat.inventory.odcs.custom import Json, cells, custom, in_one
from amanat.inventory.odcs.quality import checks
from amanat.inventory.register import Row
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source

_LOGICAL = {
    "text": "string",
    "enum": "string",
    "uuid": "string",
    "network": "string",
    "integer": "integer",
    "decimal": "number",
    "float": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp",
    "json": "object",
}
"""Families of types to the standard's logical types; it has none for binary."""
_FORMATS = frozenset(("email", "uuid", "uri", "hostname", "ipv4", "ipv6"))
_OF_SYSTEM = frozenset(column.name for column in SOURCE[2:11]) - {"schema", "table", "column"}
_SAID = (
    frozenset(("schema", "table", "column", "source", "observed_type", "critical", "quality")) | _OF_SYSTEM
)
"""Cells that have a place of their own in the contract."""
_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")

Held = tuple[Field, Source, Row]
"""A field that a column holds, its source, and its row of the inventory."""


def tables(catalog: Catalog, held: Iterable[Held], observed: Columns, lang: str) -> list[Json]:
    """The tables that hold customer data, with the columns that do, sorted. A column of two fields is one
    property; the second field stands in it as `alsoHolds`."""
    found: dict[str, dict[str, list[Held]]] = {}
    for one in held:
        parts = one[1].parts
        table = f"{parts.schema}.{parts.table}" if parts.schema else parts.table
        found.setdefault(table, {}).setdefault(parts.column, []).append(one)
    named = {f"{table}.{column}" for table, columns in found.items() for column in columns}
    return [
        {
            "name": table,
            "physicalName": table,
            "physicalType": "table",
            "logicalType": "object",
            "properties": [
                _column(catalog, columns[name], observed, lang, named) for name in sorted(columns)
            ],
        }
        for table, columns in sorted(found.items())
    ]


def _column(catalog: Catalog, held: list[Held], observed: Columns, lang: str, named: set[str]) -> Json:
    (field, source, row), *more = held
    claims = observed.claims(source)
    label, label_tag = in_one(field.label, lang)
    text, text_tag = in_one(field.definition, lang)
    nullable = source.facets.get("nullable", claims.get("nullable"))
    made: dict[str, Any] = {
        "name": source.column,
        "physicalName": source.column,
        "businessName": label,
        "description": text,
        **_typed(field, source, row, claims),
        "required": None if nullable is None else not nullable,
        "unique": source.facets.get("unique", claims.get("unique")),
        "primaryKey": True if "PK" in _items(row["observed_key"]) else None,
        "classification": source.facets.get("classification") or field.classification,
        "criticalDataElement": field.critical,
        "transformSourceObjects": list(field.derived_from),
        "transformDescription": in_one(field.logic, lang)[0],
        "tags": [str(field.category)] if field.category else [],
        "relationships": _relationships(row, named),
        "quality": checks(field, source),
    }
    shown = {f"label_{label_tag}", f"definition_{text_tag}"}
    if not source.facets.get("classification"):
        shown.add("classification")
    rest = [*_more(row, shown, source)]
    rest += [("also_holds", [dict(_more(row, set(), one)) for _, one, row in more])] if more else []
    made["customProperties"] = custom(rest)
    return {name: value for name, value in made.items() if value is not None and value not in ([], "")}


def _more(row: Row, shown: set[str], source: Source) -> list[tuple[str, object]]:
    """What the standard has no place for, and what it merges with something else."""
    left = (
        name
        for name in row
        if name not in _SAID and name not in shown and not name.startswith("system_label_")
    )
    return cells(row, left) + [
        (f"declared_{name}", value) for name, value in source.facets.items() if name not in DECLARED
    ]


def _typed(field: Field, source: Source, row: Row, claims: Mapping[str, Any]) -> dict[str, Any]:
    """Logical and physical type: as observed, else as declared for the source, else as the field has it."""
    seen = claims["type"].family if "type" in claims else None
    family = str(source.facets.get("type") or seen or field.facets.get("type") or "")
    logical = _LOGICAL.get(family)
    options: dict[str, Any] = {}
    if logical == "string":
        longest = source.facets.get("length", row["observed_length"])
        if isinstance(longest, int):
            options["maxLength"] = longest
        shape = source.facets.get("format", field.facets.get("format"))
        if shape in _FORMATS:
            options["format"] = shape
    physical = row["observed_type"]
    return {
        "logicalType": logical,
        "logicalTypeOptions": options or None,
        "physicalType": None if isinstance(physical, Absent) else physical,
    }


def _relationships(row: Row, named: set[str]) -> list[Json]:
    """Foreign keys to columns that are in the contract too; all keys are in `observedKey`."""
    targets = (key.removeprefix("FK:") for key in _items(row["observed_key"]) if key.startswith("FK:"))
    return [{"to": one} for one in targets if one in named and _REFERENCE.fullmatch(one)]


def _items(cell: Cell) -> tuple[str, ...]:
    return cell if isinstance(cell, tuple) else ()
