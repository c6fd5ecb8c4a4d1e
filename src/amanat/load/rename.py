"""Renaming an id in YAML texts: where it is declared, where others refer to it, and nothing else.

What an id is, the table of `schema.slots` knows. The result is parsed again and has to be the old data with
the new name; a text in which that cannot be reached by changing the names alone is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from amanat.load.entries import split_source
from amanat.load.insert import Edit, Flow, Refused, applied, change_values, same
from amanat.load.layout.order import sorted_keys
from amanat.load.positions import Spot, locate
from amanat.load.yamlread import parse, resolve_plain
from amanat.schema import FILE, load_schema
from amanat.schema.order import key_order
from amanat.schema.slots import Form, key_slot, slot
from amanat.text import Path

SOURCES = "sources"
"""The kind of a renamed column, which is no entry of its own."""
TREES = frozenset(("purposes", "categories"))
"""Kinds in which an id takes those below it along."""
_CLAIMED = {
    "owner": "teams",
    "retention": "retention",
    "classification": "classifications",
    "purposes": "purposes",
    "stages": "stages",
}
_SIMPLE = re.compile(r"[A-Za-z_][\w.]*(?:\.\*)?")


class Renaming(NamedTuple):
    """An id that becomes another. `kind` is a map of the model (`stages` for `journey`) or `sources`;
    `subjects` says that no other kind has the id, so that a suppression of it can only mean this one."""

    kind: str
    old: str
    new: str
    subjects: bool = True

    @property
    def section(self) -> str:
        """The map of a file that declares the kind."""
        return "journey" if self.kind == "stages" else self.kind

    def of(self, name: str) -> str | None:
        """What an id becomes, or None where it stays."""
        if name == self.old:
            return self.new
        if self.kind in TREES and name.startswith(f"{self.old}."):
            return self.new + name[len(self.old) :]
        return None

    def of_selector(self, selector: str) -> str | None:
        """What a selector becomes, or None where it stays."""
        if self.kind in TREES and selector.endswith(".*"):
            made = self.of(selector[:-2])
            return None if made is None else f"{made}.*"
        return self.of(selector)

    def of_source(self, source: str) -> str | None:
        """What a source becomes, or None where it stays."""
        if self.kind == SOURCES:
            return self.new if source == self.old else None
        if self.kind == "systems" and source.startswith(f"{self.old}."):
            return self.new + source[len(self.old) :]
        return None


def rename(text: str, renaming: Renaming, root: bool, flow: Flow, *, traced: bool = True) -> str:
    """The text with the new name; with `traced`, the entry's own file also says `renamed_from`. Raises
    `Refused`."""
    parsed = parse(text, "")
    if not parsed.readable or not isinstance(parsed.data, dict):
        return text
    place = _Places(renaming, root, parsed.data)
    wanted = _data(parsed.data, place, ())
    made = text
    if not same(parsed.data, wanted):
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        body = text.removeprefix("\ufeff")
        made = mark + applied(body, list(_edits(body, place, flow)))
        again = parse(made, "")
        if not again.readable or not same(again.data, wanted):
            raise Refused(f"`{renaming.old}` cannot be renamed in it without changing other values")
    if traced and not root and renaming.old in (parsed.data.get(renaming.section) or {}):
        made = _traced(made, renaming, wanted, flow)
    return made


class _Places:
    """Tells what the text at a path becomes."""

    def __init__(self, renaming: Renaming, root: bool, data: Mapping[str, Any]) -> None:
        self._renaming = renaming
        self._root = root
        self._data = data

    def key(self, path: Path) -> str | None:
        """What the last key of a path becomes."""
        renaming, text = self._renaming, str(path[-1])
        if not self._root and len(path) == 2 and path[0] == renaming.section:
            return renaming.of(text)
        if not self._root and len(path) == 4 and (path[0], path[2]) == ("discrepancies", "values"):
            return renaming.of_source(text)
        found = key_slot(path, self._root)
        if found is None:
            return None
        if found.form is Form.SOURCE:
            return renaming.of_source(text)
        return renaming.of(text) if found.kind == renaming.kind else None

    def value(self, path: Path, text: str) -> str | None:
        """What a text at a path becomes."""
        renaming = self._renaming
        if self._root and path[:2] == ("rules", "ignore") and path[-1] == "subject":
            return renaming.of_selector(text) if renaming.subjects else None
        if not self._root and path[0] == "discrepancies" and len(path) > 3 and path[2] == "values":
            facet = (self._data["discrepancies"][path[1]] or {}).get("facet")
            if _CLAIMED.get(str(facet)) != renaming.kind:
                return None
            name, colon, rest = text.partition(": ")  # a retention policy is told with its period
            made = renaming.of(name)
            return None if made is None else made + colon + rest
        if renaming.kind == SOURCES and len(path) == 5 and path[4] == "changed_at":
            return self._changed_at(str(path[3]), text)
        if renaming.kind == SOURCES and len(path) == 5 and path[4] == "refers_to":
            return self._refers_to(str(path[3]), text)
        found = slot(path, self._root)
        if found is None:
            return None
        if found.form is Form.SOURCE:
            return renaming.of_source(text)
        category = renaming.kind == "categories" and found.kind == "fields" and path[0] == "expectations"
        if found.kind != renaming.kind and not category:
            return None
        return renaming.of_selector(text) if found.form is Form.SELECTOR else renaming.of(text)

    def _changed_at(self, source: str, column: str) -> str | None:
        """The column of the same table that says when a row changed."""
        old, new, own = (split_source(one) for one in (self._renaming.old, self._renaming.new, source))
        if old is None or new is None or own is None or own[:3] != old[:3] or old.column != column:
            return None
        return new.column if new[:3] == old[:3] else None

    def _refers_to(self, source: str, column: str) -> str | None:
        """The column of the same system that the values of a source are of."""
        system, _, new = self._renaming.new.partition(".")
        mine = source.partition(".")[0]
        return new if mine == system and f"{mine}.{column}" == self._renaming.old else None


def _data(node: Any, places: _Places, path: Path) -> Any:
    if isinstance(node, dict):
        made: dict[str, Any] = {}
        for key, value in node.items():
            name = places.key((*path, key)) or key
            if name in made or (name != key and name in node):
                raise Refused(f"`{name}` stands there already")
            made[name] = _data(value, places, (*path, key))
        return made
    if isinstance(node, list):
        return [_data(value, places, (*path, n)) for n, value in enumerate(node)]
    if isinstance(node, str) and path:
        return places.value(path, node) or node
    return node


def _edits(body: str, places: _Places, flow: Flow) -> Iterator[Edit]:
    for path, spot in locate(body).items():
        key: Any = spot.key
        if isinstance(key, yaml.ScalarEvent) and path:
            new = places.key(path)
            if new is not None:
                yield reworded(body, key, new, flow)
        value: Any = spot.value
        if isinstance(value, yaml.ScalarEvent) and path and _is_text(value):
            new = places.value(path, value.value)
            if new is not None:
                yield reworded(body, value, new, flow)


def _is_text(event: Any) -> bool:
    return bool(event.style) or isinstance(resolve_plain(event.value), str)


def reworded(body: str, event: Any, new: str, flow: Flow) -> Edit:
    """The edit that gives a scalar a new text; its quotes and anchor stay where they can."""
    start, end = event.start_mark.index, event.end_mark.index
    before, found, after = body[start:end].rpartition(event.value)
    if found and _SIMPLE.fullmatch(new):
        return Edit(start, end, before + new + after)
    return Edit(start, end, flow(new))


def _traced(text: str, renaming: Renaming, data: Mapping[str, Any], flow: Flow) -> str:
    """The text in which the renamed entries say what they were called, where their kind can."""
    entries = data[renaming.section]
    for name in [*entries]:
        old = renaming.old + name[len(renaming.new) :]
        if renaming.of(old) != name or not _traceable(renaming.section, name):
            continue
        text = _with_origin(text, (renaming.section, name), dict(entries[name] or {}), old, flow)
    return text


def _traceable(section: str, name: str) -> bool:
    return section in load_schema(FILE)["properties"] and "renamed_from" in key_order(FILE, (section, name))


def _with_origin(text: str, path: Path, entry: dict[str, Any], old: str, flow: Flow) -> str:
    body = text.removeprefix("\ufeff")
    spot: Spot | None = locate(body).get(path)
    flowing = spot is not None and isinstance(spot.value, yaml.MappingStartEvent) and spot.value.flow_style
    if flowing and spot is not None and spot.end is not None and "renamed_from" not in entry:
        at = spot.end.end_mark.index - 1 + len(text) - len(body)
        while text[at - 1] in " \t\r\n":
            at -= 1
        comma = "" if text[at - 1] in "{," else ","
        made = f"{text[:at]}{comma}{' ' if comma else ''}renamed_from: {flow(old)}{text[at:]}"
        again = parse(made, "")
        if again.readable and again.data[path[0]][path[1]] == {**entry, "renamed_from": old}:
            return made
    entry["renamed_from"] = old
    order = sorted_keys(list(entry), key_order(FILE, path))
    keys = [key for key in entry if key != "renamed_from"]
    above = order[: order.index("renamed_from")]
    at = max((keys.index(key) + 1 for key in above if key in keys), default=len(keys))
    later = [key for key in ("sources", "codes", "ignore") if key in keys]
    at = min([at, *(keys.index(key) for key in later)])
    keys.insert(at, "renamed_from")
    return change_values(text, path, {key: entry[key] for key in keys}, flow)
