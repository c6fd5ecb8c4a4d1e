"""The order in which the keys of a map are written: that of the schema, but for a few maps whose long parts
read better at the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from amanat.schema import load_schema
from amanat.text import Path

_LAST = {
    "field": ("codes", "sources"),
    "facets": ("definition", "codes"),
    "system": ("ignore", "links"),
}
"""Keys that come after all others, by the name of the map's definition."""

_FIELD = (
    "label",
    "definition",
    "category",
    "owner",
    "subject",
    "classification",
    "retention",
    "purposes",
    "master",
    "survivorship",
    "origin",
    "derived_from",
    "logic",
    "kind",
    "type",
    "format",
)
"""The beginning of a field: what it is, who answers for it, where it comes from."""


@cache
def key_order(name: str, path: Path) -> tuple[str, ...]:
    """The canonical order of the keys of the map at `path` in a file of the schema `name`. Empty where the
    order is the writer's: maps of entries, of ids, of codes, and whole files."""
    if not path:
        return ()
    for definition, schema in _at(name, path):
        properties = schema.get("properties")
        if properties:
            return _ordered(definition, tuple(properties))
    return ()


def _ordered(definition: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    first = _FIELD if definition == "field" else ()
    last = _LAST.get(definition, ())
    middle = tuple(key for key in keys if key not in first and key not in last)
    return (*first, *middle, *last)


def _at(name: str, path: Path) -> list[tuple[str, Any]]:
    """The schemas that may hold at a path, each with the name of its definition."""
    found = list(_alternatives(name, "", load_schema(name)))
    for step in path:
        found = [below for _, schema in found for below in _below(name, schema, step)]
    return found


def _below(name: str, schema: Any, step: str | int) -> Iterator[tuple[str, Any]]:
    if isinstance(step, int):
        below = schema.get("items")
    else:
        below = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    if isinstance(below, dict):
        yield from _alternatives(name, "", below)


def _alternatives(name: str, definition: str, schema: Any) -> Iterator[tuple[str, Any]]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        definition = reference.rpartition("/")[2]
        yield from _alternatives(name, definition, load_schema(name)["$defs"][definition])
        return
    yield definition, schema
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(keyword, ()):
            if isinstance(branch, dict):
                yield from _alternatives(name, definition, branch)
