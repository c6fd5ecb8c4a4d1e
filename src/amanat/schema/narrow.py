"""The schemas of the input files for one catalog: where an id of another entry stands, those there are."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from amanat.schema import FILE, ROOT, load_schema
from amanat.schema.slots import IDS, SELECTORS, SOURCES

_SEVERAL = {"fields": ("fields", "categories")}
"""What a selector of a kind may name besides."""
OWNER = "owner"
"""In `approvals` of amanat.yaml: the team that owns the entry, whichever that is."""


class Known(NamedTuple):
    """An id, and what an editor tells about it (Markdown)."""

    id: str
    told: str


def narrowed(known: Mapping[str, Sequence[Known]]) -> dict[str, bytes]:
    """The schemas by file name. `known` is by kind. They accept what the published ones accept, except ids
    that nobody declares; descriptions of ids are `markdownEnumDescriptions`, which editors show."""
    return {f"{name}.schema.json": _text(_of(name, known)) for name in (ROOT, FILE)}


def _text(schema: Mapping[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _of(name: str, known: Mapping[str, Sequence[Known]]) -> dict[str, Any]:
    schema: dict[str, Any] = copy.deepcopy(load_schema(name))
    schema["$id"] = f"{schema['$id']}:of-a-catalog"
    schema["title"] = f"{schema['title']}, with the ids of one catalog"
    definitions = schema["$defs"]
    for path, kind in IDS[name].items():
        reference = _defined(definitions, f"known_{kind}", _ids(known[kind]))
        if path == "approvals/*":
            reference = _defined(
                definitions, "known_approvers", {"anyOf": [{"const": OWNER}, {"$ref": reference}]}
            )
        _narrow(schema, schema, path.split("/"), "id", reference)
    if name == FILE:
        for path, kind in SELECTORS.items():
            reference = _defined(definitions, f"selected_{kind}", _selector(kind, known))
            _narrow(schema, schema, path.split("/"), "selector", reference)
            _narrow(schema, schema, path.split("/"), "", reference)
        definitions["source"].update(_source(known["systems"]))
        for path in SOURCES:
            if path.endswith("{}"):
                _narrow(schema, schema, path.split("/"), "source", "#/$defs/source")
    return schema


def _defined(definitions: dict[str, Any], name: str, schema: dict[str, Any]) -> str:
    definitions.setdefault(name, schema)
    return f"#/$defs/{name}"


def _ids(known: Sequence[Known]) -> dict[str, Any]:
    if not known:
        return {"description": "None is declared.", "not": {}}
    return {
        "enum": [one.id for one in known],
        "markdownEnumDescriptions": [one.told for one in known],
    }


def _selector(kind: str, known: Mapping[str, Sequence[Known]]) -> dict[str, Any]:
    several = [one for name in _SEVERAL.get(kind, (kind,)) for one in known[name]]
    unique = list({one.id: one for one in several}.values())
    return {"anyOf": [_ids(unique), {"type": "string", "pattern": r"(^|\.)\*$"}]}


def _source(systems: Sequence[Known]) -> dict[str, Any]:
    """A column of a known system. What is no column at all is refused elsewhere, in clearer words."""
    names = "|".join(re.escape(one.id) for one in systems) or "(?!)"
    column = r"^[^.]+\.[^.]+\.."
    return {"anyOf": [{"pattern": rf"^({names})\."}, {"not": {"pattern": column}}]}


def _narrow(schema: dict[str, Any], node: Any, steps: Sequence[str], plain: str, reference: str) -> None:
    """Let the places at the end of a path refer to another definition than `plain` (any text where that is
    empty)."""
    for branch in _branches(schema, node):
        if not steps:
            if plain and branch.get("$ref") == f"#/$defs/{plain}":
                branch["$ref"] = reference
            elif not plain and branch.get("type") == "string" and "minLength" in branch:
                branch.clear()
                branch["$ref"] = reference
            elif branch.get("type") == "array":
                _narrow(schema, branch["items"], (), plain, reference)
            continue
        first, rest = steps[0], steps[1:]
        if first == "{}":
            if branch.get("type") == "object":
                branch["propertyNames"] = {"$ref": reference}
        elif first == "#":
            if "items" in branch:
                _narrow(schema, branch["items"], rest, plain, reference)
        elif first == "*":
            if isinstance(branch.get("additionalProperties"), dict):
                _narrow(schema, branch["additionalProperties"], rest, plain, reference)
        elif first in branch.get("properties", {}):
            _narrow(schema, branch["properties"][first], rest, plain, reference)


_LEAVES = ("id", "selector", "source")


def _branches(schema: dict[str, Any], node: Any) -> Iterator[dict[str, Any]]:
    """The schema itself or what it stands for: a definition, or each of its alternatives."""
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name and name not in _LEAVES and not name.startswith(("known_", "selected_")):
        yield from _branches(schema, schema["$defs"][name])
    elif "anyOf" in node and "$ref" not in node:
        for branch in node["anyOf"]:
            yield from _branches(schema, branch)
    else:
        yield node
