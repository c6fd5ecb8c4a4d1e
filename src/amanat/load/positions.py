"""Positions on demand: a second walk over a YAML text that keeps where everything stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import yaml
from yaml._yaml import CParser

from amanat.load.yamlread import span_of
from amanat.memory import uncollected
from amanat.text import Path, Place, Span


class Spot(NamedTuple):
    """The parser events of a key (None for list items and the root) and of its value; `end` is the event
    that ends a map or a list (None for a scalar, and where a syntax fault hides it)."""

    key: Any
    value: Any
    end: Any = None

    @property
    def collection(self) -> bool:
        """Whether the value is a map or a list."""
        return isinstance(self.value, yaml.CollectionStartEvent)


def locate(text: str) -> dict[Path, Spot]:
    """The spot of every path of a YAML text. What stands after a syntax fault is missing; of a key that
    stands twice, the first counts."""
    spots: dict[Path, Spot] = {}
    parser = CParser(text.removeprefix("\ufeff"))
    try:
        with uncollected():
            _walk(parser, spots)
    except yaml.YAMLError:
        pass
    finally:
        parser.dispose()
    return spots


def _walk(parser: Any, spots: dict[Path, Spot]) -> None:
    stack: list[tuple[Path, bool, Any, int]] = []
    path: Path = ()
    in_map = False
    waiting: Any = None  # the key event that waits for its value
    index = 0
    while True:
        event = parser.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            return
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            if spots[path].end is None:
                spots[path] = spots[path]._replace(end=event)
            path, in_map, waiting, index = stack.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if in_map and waiting is None and not isinstance(event, yaml.CollectionStartEvent):
            waiting = event
            continue
        here: Path = path
        if stack:
            step = (
                (getattr(waiting, "value", None) or getattr(waiting, "anchor", "") or "") if in_map else index
            )
            here = (*path, step)
        spots.setdefault(here, Spot(waiting, event))
        if in_map:
            waiting = None
        else:
            index += 1
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append((path, in_map, waiting, index))
            path, in_map, waiting, index = here, isinstance(event, yaml.MappingStartEvent), None, 0


SPOTS_KEPT = 300_000
"""How many positions are kept at once. Ids are sorted across files, so that who asks entry by entry goes from
file to file and back: all files of a catalog of 10,000 fields stay, at some 400 bytes a position."""

Node = list[Any]
"""Where one thing is written, as plain data: the eight numbers of the spans of its key (noughts for list
items and the root) and of its value; for a map and a list, what is in it, by key or by position."""
_VALUE = 4
_INSIDE = 8


class Keeper(Protocol):
    """Keeps the positions of a file from one run to the next."""

    def get(self, file: str) -> Node | None:
        """The positions of the file as it was loaded, None where they are not known."""

    def keep(self, file: str, positions: Node) -> None:
        """Keep them."""


def positions_of(text: str) -> Node:
    """All positions of a YAML text, as the node of its root."""
    root: Node | None = None
    nodes: dict[Path, Node] = {}
    for path, spot in locate(text).items():
        node = _node(spot)
        if not path:
            root = nodes[()] = node
            continue
        above = nodes.get(path[:-1])
        if above is None or len(above) == _INSIDE:
            continue  # below the second of two keys that are the same
        inside, step = above[_INSIDE], path[-1]
        if isinstance(inside, dict):
            if not isinstance(step, str):
                continue
            inside[step] = node
        elif step == len(inside):
            inside.append(node)
        else:
            continue
        if len(node) > _INSIDE:
            nodes[path] = node
    return [0] * _INSIDE if root is None else root


def _node(spot: Spot) -> Node:
    node: Node = [0, 0, 0, 0] if spot.key is None else [*span_of(spot.key)]
    node += span_of(spot.value)
    if isinstance(spot.value, yaml.MappingStartEvent):
        node.append({})
    elif spot.collection:
        node.append([])
    return node


class Spans:
    """Spans of places, looked up file by file when something is shown. With a `keeper`, a file is not read
    again for what an earlier run knew of it."""

    def __init__(self, read: Callable[[str], str], keeper: Keeper | None = None) -> None:
        self._read = read
        self._keeper = keeper
        self._roots: dict[str, tuple[Node, int]] = {}
        self._kept = 0

    def text(self, file: str) -> str:
        """The text of a file."""
        return self._read(file)

    def exists(self, place: Place) -> bool:
        """Whether something is written at exactly this place."""
        node = self._of(place.file)
        for step in place.path:
            below = _below(node, step)
            if below is None:
                return False
            node = below
        return bool(place.path) or node[_VALUE] > 0

    def keys(self, file: str, path: Path) -> list[tuple[str, int]]:
        """The keys of the map at a path of a file, each with its line; none where there is no map."""
        node: Node | None = self._of(file)
        for step in path:
            node = None if node is None else _below(node, step)
        inside = node[_INSIDE] if node is not None and len(node) > _INSIDE else ()
        return [(key, below[0]) for key, below in inside.items()] if isinstance(inside, dict) else []

    def _of(self, file: str) -> Node:
        found = self._roots.pop(file, None)
        if found is None:
            found = self._fresh(file)
            self._kept += found[1]
            while self._kept > SPOTS_KEPT and self._roots:
                self._kept -= self._roots.pop(next(iter(self._roots)))[1]
        self._roots[file] = found
        return found[0]

    def _fresh(self, file: str) -> tuple[Node, int]:
        root = None if self._keeper is None else self._keeper.get(file)
        if root is None:
            root = positions_of(self._read(file))
            if self._keeper is not None:
                self._keeper.keep(file, root)
        return root, _size(root)

    def span(self, place: Place, at_key: bool = False) -> Span | None:
        """The span of a place: of a scalar its value, of a map or list its key, of what is missing its
        nearest ancestor. With `at_key` the key's. None where the file has no positions (a built-in value)."""
        if place.file.endswith(".csv"):
            line = place.path[0] if place.path and isinstance(place.path[0], int) else 1
            return Span(line, 1, line, 1)
        if place.file.startswith("<"):
            return None
        root = node = self._of(place.file)
        missing = False
        for step in place.path:
            below = _below(node, step)
            if below is None:
                missing = True
                break
            node = below
        if node is root:
            return Span(1, 1, 1, 1)
        if node[0] and (at_key or missing or len(node) > _INSIDE):
            return Span(*node[:_VALUE])
        return Span(*node[_VALUE:_INSIDE])


def _below(node: Node, step: str | int) -> Node | None:
    """What stands at a key or a position in a node."""
    if len(node) == _INSIDE:
        return None
    inside = node[_INSIDE]
    if isinstance(inside, dict):
        return inside.get(step) if isinstance(step, str) else None
    found: Node | None = inside[step] if isinstance(step, int) and 0 <= step < len(inside) else None
    return found


def _size(root: Node) -> int:
    """How many positions there are."""
    number, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        number += 1
        if len(node) > _INSIDE:
            inside = node[_INSIDE]
            waiting += inside.values() if isinstance(inside, dict) else inside
    return number
