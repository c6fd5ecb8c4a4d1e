"""What the schemas say of a place in a file: which keys and words may stand there, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from amanat.schema import FILE, ROOT, load_schema

Path = tuple[str | int, ...]


class Guide(NamedTuple):
    """Keys and words that may stand at a place, each with what it means, and what the place itself means."""

    keys: Mapping[str, str]
    words: tuple[str, ...]
    meaning: str


@lru_cache(maxsize=512)
def guide(path: Path, root: bool) -> Guide:
    """What may stand as the value at a path of a catalog file (of `amanat.yaml` with `root`)."""
    schema = load_schema(ROOT if root else FILE)
    keys: dict[str, str] = {}
    words: list[str] = []
    meaning = ""
    for node in _at(schema, schema, path):
        meaning = meaning or _meaning(schema, node)
        for branch in _branches(schema, node):
            for key, value in branch.get("properties", {}).items():
                keys.setdefault(key, _meaning(schema, value))
            names = branch.get("propertyNames", {})
            for name in names.get("enum", ()) if isinstance(names, dict) else ():
                keys.setdefault(name, "")
            words += [str(one) for one in branch.get("enum", ())]
            words += [str(branch["const"])] if "const" in branch else []
            words += ["true", "false"] if branch.get("type") == "boolean" else []
            if branch.get("type") == "array" and isinstance(branch.get("items"), dict):
                for item in _branches(schema, branch["items"]):
                    words += [str(one) for one in item.get("enum", ())]
    return Guide(keys, tuple(dict.fromkeys(words)), meaning)


def _at(schema: Mapping[str, Any], node: Any, path: Path) -> Iterator[dict[str, Any]]:
    if not path:
        yield node
        return
    step, rest = path[0], path[1:]
    for branch in _branches(schema, node):
        if isinstance(step, int):
            inner = branch.get("items")
        else:
            inner = branch.get("properties", {}).get(step, branch.get("additionalProperties"))
        if isinstance(inner, dict):
            yield from _at(schema, inner, rest)


def _branches(schema: Mapping[str, Any], node: Any) -> Iterator[dict[str, Any]]:
    """The schema itself, what it refers to, and each of its alternatives."""
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name:
        yield from _branches(schema, schema["$defs"][name])
    for branch in node.get("anyOf", ()):
        yield from _branches(schema, branch)
    yield node


def _meaning(schema: Mapping[str, Any], node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    told = node.get("description")
    if told is None and "$ref" in node:
        told = schema["$defs"][node["$ref"].rpartition("/")[2]].get("description")
    return str(told or "")
