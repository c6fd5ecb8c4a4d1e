"""The order of keys: lines of a map change places, each with the comments above it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from amanat.load.layout.written import END, Written, content_end, inside, is_blank, is_comment, lines_of
from amanat.load.positions import Spot
from amanat.schema.order import key_order
from amanat.text import Path


class _Part(NamedTuple):
    """A key of a map with its lines: `first` up to `stop`, the key's own line being `at`."""

    key: str
    first: int
    at: int
    stop: int


class _Index:
    """The spots of a file, and those at and below a path: a slice, for they stand in the text's order."""

    def __init__(self, spots: Mapping[Path, Spot]) -> None:
        self.spots = spots
        self._all = list(spots.values())
        self._paths = list(spots)
        self._at = {path: n for n, path in enumerate(self._paths)}

    def below(self, path: Path) -> Iterator[Spot]:
        """The spots at and below a path."""
        depth = len(path)
        for n in range(self._at[path], len(self._all)):
            if self._paths[n][:depth] != path:
                return
            yield self._all[n]


def in_order(written: Written, spots: Mapping[Path, Spot], schema: str) -> str:
    """The text with the keys of every map that has an order in it, where it is laid out in lines."""
    lines = list(written.lines)
    begin, _ = inside(written)
    below: dict[Path, list[Path]] = {}
    for path in spots:
        if path:
            below.setdefault(path[:-1], []).append(path)
    ends = _last_lines(written)
    index = _Index(spots)
    for path in sorted(below, key=len, reverse=True):
        value = spots[path].value
        if not isinstance(value, yaml.MappingStartEvent) or value.flow_style:
            continue
        order = key_order(schema, path)
        if order and len(below[path]) > 1:
            _sort(lines, written, index, below[path], order, begin, ends)
    return "".join(lines)


def sorted_keys(keys: Sequence[str], order: Sequence[str]) -> list[str]:
    """Keys in their order; those that it does not know come last, as they stand."""
    place = {key: n for n, key in enumerate(order)}
    return sorted(keys, key=lambda key: place.get(key, len(place)))


def _last_lines(written: Written) -> list[tuple[int, int]]:
    """(start, last line) of every token that is written out."""
    found = []
    for token in written.tokens:
        start, end = token.start_mark.index, content_end(written.text, token)
        if end > start:
            last = token.end_mark.line
            if isinstance(token, yaml.ScalarToken):
                text = written.text[start:end]
                last = token.start_mark.line + _breaks(text.rstrip(END) if "\n" in text else text)
                last = max(last, token.start_mark.line)
                if end == token.end_mark.index and token.style in ("|", ">"):
                    last = max(last, token.end_mark.line - 1)
            found.append((start, last))
    return found


def _breaks(text: str) -> int:
    return max(len(lines_of(text)) - 1, 0)


def _sort(
    lines: list[str],
    written: Written,
    index: _Index,
    children: Sequence[Path],
    order: Sequence[str],
    begin: set[int],
    ends: Sequence[tuple[int, int]],
) -> None:
    keys = [str(child[-1]) for child in children]
    wanted = sorted_keys(keys, order)
    if wanted == keys or _entangled(index, children):
        return
    heads = [index.spots[child].key.start_mark for child in children]
    if len({head.line for head in heads}) != len(heads):
        return
    column = heads[0].column
    tops = [heads[0].line]
    for head in heads:
        if head.line == heads[0].line:
            continue
        tops.append(_with_comments(written.lines, head.line, column, begin))
    prefix = written.lines[heads[0].line][:column]
    if not prefix.strip(" "):
        prefix = ""
        tops[0] = _with_comments(written.lines, heads[0].line, column, begin)
    last = _end_of(index, children[-1], ends)
    stops = [*tops[1:], last + 1]
    if any(not one < other for one, other in zip(tops, stops, strict=True)):
        return
    parts = {
        key: _Part(key, top, head.line, stop)
        for key, top, head, stop in zip(keys, tops, heads, stops, strict=True)
    }
    first = min(tops)
    made = _lines(lines, [parts[key] for key in wanted], prefix, column)
    lines[first : last + 1] = made


def _lines(lines: list[str], parts: Sequence[_Part], prefix: str, column: int) -> list[str]:
    made: list[str] = []
    spare: list[str] = []  # the number of lines stays, so that what is known of those below holds
    for n, part in enumerate(parts):
        chunk = lines[part.first : part.stop]
        at = part.at - part.first
        if n == 0:
            while at > 0 and is_blank(chunk[0]):
                spare.append(chunk[0])
                chunk, at = chunk[1:], at - 1
        if prefix:
            lead = prefix if n == 0 else " " * column
            chunk[at] = lead + chunk[at][column:]
        if chunk and not chunk[-1].endswith(tuple(END)):
            chunk[-1] += "\n"
        made.extend(chunk)
    return made + spare


def _with_comments(lines: Sequence[str], number: int, column: int, begin: set[int]) -> int:
    """The first of the comment and blank lines above a key that belong to it."""
    top = number
    while top > 0 and top - 1 not in begin:
        above = lines[top - 1]
        if is_comment(above):
            if len(above) - len(above.lstrip(" ")) != column:
                break
        elif not is_blank(above):
            break
        top -= 1
    return top


def _end_of(index: _Index, path: Path, ends: Sequence[tuple[int, int]]) -> int:
    """The last line of what stands at a path."""
    key = index.spots[path].key
    stop = key.end_mark.index + 1
    for spot in index.below(path):
        closes: Any = spot.value
        if isinstance(closes, yaml.CollectionStartEvent) and closes.flow_style:
            closes = spot.end or closes
        stop = max(stop, closes.end_mark.index)
    low = bisect_left(ends, (key.start_mark.index, -1))
    high = bisect_left(ends, (stop, -1))
    return max((last for _, last in ends[low:high]), default=key.start_mark.line)


def _entangled(index: _Index, children: Sequence[Path]) -> bool:
    """Whether an anchor in one of the children is used or set again in another one."""
    seen: dict[str, Path] = {}
    anchored: set[str] = set()
    for child in children:
        for spot in index.below(child):
            for event in (spot.key, spot.value):
                name: Any = getattr(event, "anchor", None)
                if name is None:
                    continue
                if not isinstance(event, yaml.AliasEvent):
                    anchored.add(name)
                if seen.setdefault(name, child) != child and name in anchored:
                    return True
    return False
