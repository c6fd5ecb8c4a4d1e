"""Layout within a line: spaces between the parts, quotes only where they are needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from amanat.load.insert import Edit, Flow
from amanat.load.layout.written import END
from amanat.load.positions import Spot
from amanat.load.yamlread import is_surprising, parse, resolve_plain
from amanat.text import Path

_DATA = frozenset(("codes", "values", "empty", "default"))
"""Maps and lists of what stands in source systems: there quotes show that something is data."""

_WIDE = 90
"""A map that is longer on one line gets a line for each key."""
_PLAIN_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]")


def edits_of(text: str, spots: Mapping[Path, Spot]) -> Iterator[Edit]:
    """The edits that lay out every line of a text; none overlaps another."""
    below: dict[Path, list[Path]] = {}
    for path in spots:
        if path:
            below.setdefault(path[:-1], []).append(path)
    yield from _inside(text, spots, below, ())


def _ends(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _inside(
    text: str, spots: Mapping[Path, Spot], below: Mapping[Path, list[Path]], path: Path
) -> Iterator[Edit]:
    spot = spots[path]
    value: Any = spot.value
    if spot.key is not None:
        yield from _key(text, spot, path)
    if isinstance(value, yaml.ScalarEvent):
        new = _scalar(text, value, path, flow=False)
        if new is not None:
            yield Edit(*_ends(value), new)
    elif isinstance(value, yaml.CollectionStartEvent) and value.flow_style and spot.end is not None:
        start, end = _ends(value)[0], _ends(spot.end)[1]
        if not any(sign in text[start:end] for sign in END):
            new = _flow(text, spots, below, path)
            if new is not None and new != text[start:end]:
                yield Edit(start, end, new)
    elif isinstance(value, yaml.CollectionStartEvent):
        for child in below.get(path, ()):
            yield from _inside(text, spots, below, child)


def _key(text: str, spot: Spot, path: Path) -> Iterator[Edit]:
    """The key's quotes, and one space between its colon and a value on the same line."""
    key: Any = spot.key
    value: Any = spot.value
    end, start = _ends(key)[1], _ends(value)[0]
    if isinstance(key, yaml.ScalarEvent):
        new = _scalar(text, key, path, flow=True, key=True)
        if new is not None:
            yield Edit(*_ends(key), new)
    gap = text[end:start]
    if re.fullmatch(r"[ \t]*:[ \t]+", gap) and gap != ": " and start < len(text):
        nothing = isinstance(value, yaml.ScalarEvent) and start == _ends(value)[1]
        if not nothing:
            yield Edit(end, start, ": ")


def _flow(text: str, spots: Mapping[Path, Spot], below: Mapping[Path, list[Path]], path: Path) -> str | None:
    """A map or list in braces on one line, laid out; None where it is left as it stands."""
    spot = spots[path]
    parts = []
    for child in below.get(path, ()):
        part = _flow_value(text, spots, below, child)
        key = spots[child].key
        if key is not None and part is not None:
            if not isinstance(key, yaml.ScalarEvent) or _ends(key)[0] == _ends(key)[1]:
                return None
            name = _scalar(text, key, child, flow=True, key=True)
            part = f"{name or text[slice(*_ends(key))]}: {part}"
        if part is None:
            return None
        parts.append(part)
    opening = " ".join(text[slice(*_ends(spot.value))].split())
    return opening + ", ".join(parts) + text[spot.end.end_mark.index - 1]


def _flow_value(
    text: str, spots: Mapping[Path, Spot], below: Mapping[Path, list[Path]], path: Path
) -> str | None:
    value = spots[path].value
    if isinstance(value, yaml.CollectionStartEvent):
        one_pair = spots[path].end is None or _ends(value)[0] == _ends(value)[1]
        return None if one_pair else _flow(text, spots, below, path)
    here = text[slice(*_ends(value))]
    if not here or isinstance(value, yaml.AliasEvent):
        return None  # `{a:}` and `{a: *b }` have spaces that mean something
    if isinstance(value, yaml.ScalarEvent):
        return _scalar(text, value, path, flow=True) or here
    return here


def _scalar(text: str, event: yaml.ScalarEvent, path: Path, flow: bool, key: bool = False) -> str | None:
    """The scalar without quotes that it does not need, or with those that it needs; None: as it stands."""
    here = text[slice(*_ends(event))]
    value = event.value
    if event.anchor is not None or event.tag is not None or any(sign in here for sign in END):
        return None
    if event.style in ("'", '"'):
        if any(step in _DATA for step in path[:-1] if isinstance(step, str)) or _own(path):
            return None
        return value if _stays_plain(value, flow, key) else None
    if not event.style and here and is_surprising(value) and path[:2] != ("rules", "severity"):
        return f'"{value}"' if isinstance(resolve_plain(value), str) else None
    return None


def _own(path: Path) -> bool:
    return any(isinstance(step, str) and step.startswith("x_") for step in path) or (
        bool(path) and path[-1] in _DATA
    )


def _stays_plain(value: str, flow: bool, key: bool) -> bool:
    """Whether every YAML reader takes a text without quotes for the same text."""
    if not _PLAIN_START.match(value) or value != value.strip() or is_surprising(value):
        return False
    if not value.isprintable() or value.lower() in ("yes", "no", "on", "off", "y", "n", "true", "false"):
        return False
    if re.fullmatch(r"[0-9][0-9_.:eE+-]*|0[xob][0-9a-fA-F]+", value) or value[0] in ".=<~":
        return False  # a number or a day: quotes say that it is text, also to other readers
    if ": " in value or " #" in value or value.endswith(":") or (flow and re.search(r"[,\[\]{}:]", value)):
        return False
    if key and not re.fullmatch(r"[\w.]+", value):
        return False
    if resolve_plain(value) != value:
        return False
    made = parse(f"[{value}]" if flow else f"- {value}", "")
    return made.readable and made.data == [value]


def entry_lines(name: str, data: Mapping[str, Any], step: str, flow: Flow) -> Iterator[str]:
    """An entry as lines of YAML in the canonical layout, its key first."""
    yield f"{name}:"
    for key, value in data.items():
        if isinstance(value, dict) and (key == "sources" or len(_value(value, flow)) > _WIDE):
            yield f"{step}{key}:"
            for below, item in value.items():
                written = "" if item is None else f" {_value(item, flow)}"
                yield f"{step}{step}{_word(str(below), flow, key=True)}:{written}"
        else:
            yield f"{step}{key}: {_value(value, flow)}"


def _value(value: object, flow: Flow) -> str:
    if isinstance(value, dict):
        parts = (f"{_word(str(k), flow, key=True)}: {_value_inside(v, flow)}" for k, v in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value_inside(item, flow) for item in value) + "]"
    return value if isinstance(value, str) and _stays_plain(value, False, False) else flow(value)


def _value_inside(value: object, flow: Flow) -> str:
    if isinstance(value, str):
        return _word(value, flow, key=False)
    return _value(value, flow)


def _word(text: str, flow: Flow, key: bool) -> str:
    return text if _stays_plain(text, True, key) else flow(text)
