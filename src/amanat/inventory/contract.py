"""The JSON Schemas of the registers, made from their columns, so that there is one truth about them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from amanat.conflicts.standing import Stands
from amanat.inventory.columns import FIELD, SOURCE, SOURCES, Column
from amanat.inventory.discrepancies import ENTRY
from amanat.inventory.discrepancies import SOURCE as ENTRY_SOURCE

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
_SAID_OF_ENTRIES = {
    "label": "Name of the field in that language.",
    "reason": "Why it was decided so, in that language.",
    "handling": "What to do meanwhile, in that language.",
}
_ABOUT = (
    "What `amanat export {} --format json` writes. The CSV has the same columns. A cell is "
    "never blank: `unknown` is what nobody said, `n/a` what does not apply; a text that itself reads "
    "like that stands in double quotes. In the CSV flags are yes and no, a list known to be empty is "
    "`none`, items are joined by ` | ` with `|` and `\\` escaped by `\\`, and an apostrophe stands "
    "before whatever a spreadsheet would take for a formula."
)
_TAG = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


def document() -> dict[str, object]:
    """The schema of the inventory: the heading, and a row by source or by field."""
    patterns = _patterns(_BY_LANGUAGE)
    patterns["^x_"] = {"description": "A key of the team's own on the field.", **_KINDS["scalar"]}
    patterns["^source_x_"] = {"description": "A key of the team's own on the source.", **_KINDS["scalar"]}
    said = {
        "by": {"description": "What a row is.", "enum": ["source", "field"]},
        "filters": _filters(
            "What the fields were filtered by; empty where all are here.",
            "owner system category purpose classification status",
        ),
    }
    rows = {
        "source": _row("A field in one source.", FIELD + SOURCE, patterns),
        "field": _row("A field.", FIELD[:1] + SOURCES + FIELD[1:], patterns),
    }
    return _schema("inventory", "amanat inventory", _ABOUT.format("inventory"), said, rows)


def discrepancies() -> dict[str, object]:
    """The schema of the register of discrepancies: the heading, and a row by entry or by source."""
    patterns = _patterns(_SAID_OF_ENTRIES)
    patterns["^x_"] = {"description": "A key of the team's own on the entry.", **_KINDS["scalar"]}
    count = {"type": "integer", "minimum": 0}
    standings = [stands.value for stands in Stands]
    said: dict[str, object] = {
        "as_of": {
            "description": "Day that the entries are judged by and days are counted from; null without one.",
            "type": ["string", "null"],
            "format": "date",
        },
        "by": {"description": "What a row is.", "enum": ["entry", "source"]},
        "filters": _filters(
            "What the entries were filtered by; empty where all are here.", "status owner expiring_by"
        ),
        "held": {"description": "Number of entries in the ledger.", **count},
        "counts": {
            "description": "Number of entries here that stand so.",
            "type": "object",
            "additionalProperties": False,
            "required": standings,
            "properties": dict.fromkeys(standings, count),
        },
    }
    by_source = tuple(c for c in ENTRY if c.name not in ("values_accepted", "values_now"))
    rows = {
        "entry": _row("An entry of the ledger.", ENTRY, patterns),
        "source": _row("An entry and one source.", by_source + ENTRY_SOURCE, patterns),
    }
    about = _ABOUT.format("discrepancies")
    return _schema("discrepancies", "amanat export discrepancies", about, said, rows)


def _schema(
    name: str, title: str, about: str, said: Mapping[str, object], rows: Mapping[str, object]
) -> dict[str, object]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:amanat:schema:{name}:1",
        "title": title,
        "description": about,
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "tool", "catalog", *said, "total", "columns", "rows"],
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
            **said,
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
                "items": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in rows]},
            },
        },
        "$defs": {
            "absent": {"description": "Nobody said; or: does not apply.", "enum": ["unknown", "n/a"]},
            **rows,
        },
    }


def _filters(description: str, names: str) -> dict[str, object]:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": {"type": "string"},
        "propertyNames": {"enum": names.split()},
    }


def _patterns(by_language: dict[str, str]) -> dict[str, object]:
    return {f"^{name}_{_TAG}$": {"description": text, "type": "string"} for name, text in by_language.items()}


def text(document: dict[str, object]) -> str:
    """A schema as it is published."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


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
