"""Positions on demand: a second walk over a YAML text that keeps where everything stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

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


class _Written(NamedTuple):
    """Where a key (None for list items and the root) and its value stand, without the parser's events."""

    key: Span | None
    value: Span
    collection: bool


def _compact(spot: Spot) -> _Written:
    return _Written(None if spot.key is None else span_of(spot.key), span_of(spot.value), spot.collection)


class Spans:
    """Spans of places, looked up file by file when something is shown."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._spots: dict[str, dict[Path, _Written]] = {}
        self._kept = 0

    def text(self, file: str) -> str:
        """The text of a file."""
        return self._read(file)

    def exists(self, place: Place) -> bool:
        """Whether something is written at exactly this place."""
        return place.path in self._of(place.file)

    def _of(self, file: str) -> dict[Path, _Written]:
        spots = self._spots.pop(file, None)
        if spots is None:
            spots = {path: _compact(spot) for path, spot in locate(self._read(file)).items()}
            self._kept += len(spots)
            while self._kept > SPOTS_KEPT and self._spots:
                self._kept -= len(self._spots.pop(next(iter(self._spots))))
        self._spots[file] = spots
        return spots

    def span(self, place: Place, at_key: bool = False) -> Span | None:
        """The span of a place: of a scalar its value, of a map or list its key, of what is missing its
        nearest ancestor. With `at_key` the key's. None where the file has no positions (a built-in value)."""
        if place.file.endswith(".csv"):
            line = place.path[0] if place.path and isinstance(place.path[0], int) else 1
            return Span(line, 1, line, 1)
        if place.file.startswith("<"):
            return None
        spots = self._of(place.file)
        for length in range(len(place.path), -1, -1):
            spot = spots.get(place.path[:length])
            if spot is not None:
                missing = length < len(place.path)
                if spot.key is not None and (at_key or missing or spot.collection):
                    return spot.key
                if length == 0:
                    return Span(1, 1, 1, 1)
                return spot.value
        return Span(1, 1, 1, 1)
