"""Repairs: the edits of a YAML text that take a finding away.

A repair is safe where amanat reads the same before and after, a list without its repetition, or a Persian
text in the letters that a reader sees anyway; it is suggested where a person has to say that this was meant
(the nearest id or key, an entry that says nothing).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from amanat.diagnostic import Diagnostic
from amanat.load.insert import Edit, Flow, applied, same
from amanat.load.layout.written import is_comment, line_numbers, lines_of
from amanat.load.positions import Spot, locate
from amanat.load.rename import reworded
from amanat.load.yamlread import parse
from amanat.speech import is_persian, persian
from amanat.text import Path

_MEANT = re.compile(r"did you mean `([^`]+)`")
_NAMED = re.compile(r"`([^`]+)`")
_NEAREST = frozenset(("SC101", "SC102", "ID101", "LD105"))
"""Rules whose findings may name what was probably meant."""


class Repair(NamedTuple):
    """Edits that go together. Without any, the byte order mark goes."""

    edits: tuple[Edit, ...]
    suggested: bool


def repaired(
    text: str, found: Sequence[Diagnostic], suggested: bool, flow: Flow
) -> tuple[str, list[Diagnostic]]:
    """The text after the repairs that go together, and the findings that they are for. Of two that overlap
    the first is made; the other has to wait for the next pass. With `suggested`, also what is only likely."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    spots = locate(body)
    edits: list[Edit] = []
    done: list[Diagnostic] = []
    for one in found:
        made = repair(body, spots, one, flow)
        if made is None or (made.suggested and not suggested):
            continue
        if not made.edits:
            mark = ""
        elif all(edit in edits for edit in made.edits):
            pass
        elif any(_overlap(edit, other) for edit in made.edits for other in edits):
            continue
        else:
            edits.extend(made.edits)
        done.append(one)
    result = mark + applied(body, edits)
    if not parse(result, "").readable:
        return text, []
    return result, done


def _overlap(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def repair(body: str, spots: Mapping[Path, Spot], found: Diagnostic, flow: Flow) -> Repair | None:
    """The repair of a finding in the text of its file, or None where only a person knows one."""
    path = found.place.path
    if found.code == "LD101" and found.detail == "bom":
        return Repair((), suggested=False)
    if found.code == "TX102":
        return _folded(body, spots, path)
    spot = spots.get(path)
    if spot is None:
        return None
    if found.code == "LD104":
        return _quoted(body, spot)
    if found.code == "SC102" and found.message == "has the same item twice":
        return _without_repetition(body, spots, path)
    meant = _MEANT.search(found.fix.message) if found.fix is not None else None
    if found.code in _NEAREST and meant is not None:
        return _nearest(body, spots, found, meant[1], flow)
    if found.code == "SR105" and meant is not None:
        return _observed(body, spots, found, meant[1], flow)
    moot = found.code == "LD105" and len(path) == 3 and found.message.startswith("suppresses ")
    if moot or (found.code == "LD105" and found.message.startswith("the suppression expired")):
        return _removed(body, spots, path[:3])
    if found.code == "CF132" and len(path) > 1:
        return _removed(body, spots, path[:2])
    return None


def _quoted(body: str, spot: Spot) -> Repair | None:
    for event in (spot.value, spot.key):
        if isinstance(event, yaml.ScalarEvent) and not event.style and event.value:
            start, end = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
            new = Edit(start, end, body[start : end - len(event.value)] + f'"{event.value}"')
            if body[start:end].endswith(event.value) and parse(f"- {new.text}", "").data == [event.value]:
                return Repair((new,), suggested=False)
    return None


def _folded(body: str, spots: Mapping[Path, Spot], path: Path) -> Repair | None:
    """The Persian text at a path in Persian letters; how it is quoted and laid out stays. None where signs
    are written as escapes. The text may stand as the only one of a map of languages, or the reverse."""
    only = [one for one in spots if one[:-1] == path and is_persian(str(one[-1]))]
    for place in (path, *only, path[:-1]):
        event = spots[place].value if place in spots else None
        if isinstance(event, yaml.ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
            if event.style in ("|", ">"):
                start = body.index("\n", start) + 1  # a comment may stand behind the sign of a block
            head, old = body[event.start_mark.index : start], body[start:end]  # type: ignore[union-attr]
            new = persian(old)
            read = parse(f"- {head}{new}", "").data
            if new != old and read in ([persian(event.value)], [persian(event.value).rstrip("\n")]):
                return Repair((Edit(start, end, new),), suggested=False)
            return None
    return None


def _nearest(
    body: str, spots: Mapping[Path, Spot], found: Diagnostic, meant: str, flow: Flow
) -> Repair | None:
    """The name in place of the one that was meant: as a value, as a key, or as the system of a source."""
    spot = spots[found.place.path]
    named = _NAMED.search(found.message)
    if named is None:
        return None
    events: list[Any] = [spot.key] if found.code == "SC101" else [spot.value, spot.key]
    for event in events:
        if not isinstance(event, yaml.ScalarEvent):
            continue
        if event is spot.key and (*found.place.path[:-1], meant) in spots:
            return None  # the key that was meant stands there already
        if event.value == named[1]:
            return Repair((reworded(body, event, meant, flow),), suggested=True)
        if found.code == "ID101" and event.value.startswith(f"{named[1]}."):
            rest = event.value[len(named[1]) :]
            return Repair((reworded(body, event, meant + rest, flow),), suggested=True)
    return None


def _observed(
    body: str, spots: Mapping[Path, Spot], found: Diagnostic, meant: str, flow: Flow
) -> Repair | None:
    """The name of a column as it was observed, wherever the file names it: the field's `master` and the like
    go along with its source."""
    source = found.data.get("source")
    events = {
        id(event): (path, event, event is spot.key)
        for path, spot in spots.items()
        for event in (spot.key, spot.value)
        if isinstance(event, yaml.ScalarEvent) and event.value == source
    }
    if any(is_key and (*path[:-1], meant) in spots for path, _, is_key in events.values()):
        return None  # the key that was meant stands there already
    edits = tuple(reworded(body, event, meant, flow) for _, event, _ in events.values())
    return Repair(edits, suggested=True) if edits else None


def _without_repetition(body: str, spots: Mapping[Path, Spot], path: Path) -> Repair | None:
    data = parse(body, "").data
    for step in path:
        data = data[step]
    again = [n for n, item in enumerate(data) if any(same(item, one) for one in data[:n])]
    edits = [edit for n in again if (edit := _item(body, spots, (*path, n), spots[path])) is not None]
    wanted = [item for n, item in enumerate(data) if n not in again]
    after: Any = parse(applied(body, edits), "").data
    for step in path:
        after = after[step] if after is not None else None
    return Repair(tuple(edits), suggested=False) if edits and same(after, wanted) else None


def _item(body: str, spots: Mapping[Path, Spot], path: Path, holder: Spot) -> Edit | None:
    """The edit that takes an item, not the first, out of a list."""
    if holder.value.flow_style:
        before = spots[*path[:-1], int(path[-1]) - 1]
        return Edit(_end(before), _end(spots[path]), "")
    return _whole_lines(body, spots, path)


def _end(spot: Spot) -> int:
    end: int = (spot.end or spot.value).end_mark.index
    return end


def _removed(body: str, spots: Mapping[Path, Spot], path: Path) -> Repair | None:
    """An entry or an item with the comments above it; where it is the last one, with what holds it."""
    while len(path) > 1 and sum(one[:-1] == path[:-1] for one in spots if len(one) == len(path)) == 1:
        path = path[:-1]
    holder = spots.get(path[:-1])
    if holder is None or path not in spots or holder.value.flow_style:
        return None
    edit = _whole_lines(body, spots, path)
    if edit is None:
        return None
    wanted = parse(body, "").data
    node = wanted
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return Repair((edit,), suggested=True) if same(parse(applied(body, [edit]), "").data, wanted) else None


def _whole_lines(body: str, spots: Mapping[Path, Spot], path: Path) -> Edit | None:
    """The lines of an item or entry, where they hold nothing else."""
    lines = lines_of(body)
    starts = [*line_numbers(lines), len(body)]
    spot = spots[path]
    first = (spot.key or spot.value).start_mark
    if not re.fullmatch(r"[ ]*(?:-[ ]+)?", lines[first.line][: first.column]):
        return None
    depth = len(path)
    below = [one for place, one in spots.items() if place[:depth] == path]
    ends = [
        one.end if isinstance(one.value, yaml.CollectionStartEvent) and one.value.flow_style else one.value
        for one in below
    ]
    stop = max(event.end_mark.index for event in ends if event is not None)
    while stop > 0 and body[stop - 1] in " \t\r\n":
        stop -= 1
    last = next(n for n, start in enumerate(starts) if start >= stop)
    top = first.line
    indent = len(lines[top]) - len(lines[top].lstrip(" "))
    while top > 0 and is_comment(lines[top - 1]) and lines[top - 1].index("#") == indent:
        top -= 1
    return Edit(starts[top], starts[last], "")
