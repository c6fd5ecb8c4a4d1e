"""The JSON Schema of the inventory, made from the columns, so that there is one truth about them."""

from __future__ import annotations

import json

from amanat.inventory.columns import FIELD, SOURCE, SOURCES, Column

_KINDS: dict[str, dict[str, object]] = {
    "text": {"type": "string"},
    "integer": {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/absent"}]},
    "flag": {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/absent"}]},
    "scalar": {"type": ["string", "number", "boolean"]},
    "list": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"$ref": "#/$defs/absent"}]},
}
_BY_LANGUAGE = {
    "label": "Name of the field in that language.",
    "definition": "Definition of the field in that language.",
    "system_label": "Name of the source system in that language.",
}
_ABOUT = (
    "What `amanat export inventory --format json` writes. The CSV has the same columns. A cell is "
    "never blank: `unknown` is what nobody said, `n/a` what does not apply; a text that itself reads "
    "like that stands in double quotes. In the CSV flags are yes and no, a list known to be empty is "
    "`none`, items are joined by ` | ` with `|` and `\\` escaped by `\\`, and an apostrophe stands "
    "before whatever a spreadsheet would take for a formula."
)
_TAG = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


def document() -> dict[str, object]:
    """The schema: the heading, and a row by source or by field."""
    patterns: dict[str, object] = {
        f"^{name}_{_TAG}$": {"description": text, "type": "string"} for name, text in _BY_LANGUAGE.items()
    }
    patterns["^x_"] = {"description": "A key of the team's own on the field.", **_KINDS["scalar"]}
    patterns["^source_x_"] = {"description": "A key of the team's own on the source.", **_KINDS["scalar"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:amanat:schema:inventory:1",
        "title": "amanat inventory",
        "description": _ABOUT,
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "tool", "catalog", "by", "filters", "total", "columns", "rows"],
        "properties": {
            "version": {"description": "Version of this format.", "const": 1},
            "tool": {
                "description": "What wrote it.",
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "version"],
                "properties": {"name": {"const": "amanat"}, "version": {"type": "string"}},
            },
            "catalog": {
                "description": "What it was made from; `digest` is the SHA-256 over the files read.",
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "digest", "files"],
                "properties": {
                    "name": {"type": "object", "additionalProperties": {"type": "string"}},
                    "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "files": {"type": "integer", "minimum": 1},
                },
            },
            "by": {"description": "What a row is.", "enum": ["source", "field"]},
            "filters": {
                "description": "What the fields were filtered by; empty where all are here.",
                "type": "object",
                "additionalProperties": {"type": "string"},
                "propertyNames": {
                    "enum": ["owner", "system", "category", "purpose", "classification", "status"]
                },
            },
            "total": {"description": "Number of rows.", "type": "integer", "minimum": 0},
            "columns": {
                "description": "The columns, in the order in which they stand in the CSV.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "kind"],
                    "properties": {"name": {"type": "string"}, "kind": {"enum": sorted(_KINDS)}},
                },
            },
            "rows": {
                "type": "array",
                "items": {"anyOf": [{"$ref": "#/$defs/source"}, {"$ref": "#/$defs/field"}]},
            },
        },
        "$defs": {
            "absent": {"description": "Nobody said; or: does not apply.", "enum": ["unknown", "n/a"]},
            "source": _row("A field in one source.", FIELD + SOURCE, patterns),
            "field": _row("A field.", FIELD[:1] + SOURCES + FIELD[1:], patterns),
        },
    }


def text() -> str:
    """The schema as it is published."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _row(description: str, columns: tuple[Column, ...], patterns: dict[str, object]) -> dict[str, object]:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": [column.name for column in columns],
        "properties": {
            column.name: {"description": column.description, **_KINDS[column.kind]} for column in columns
        },
        "patternProperties": patterns,
    }
