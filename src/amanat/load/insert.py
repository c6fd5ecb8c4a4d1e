"""Putting an entry into a YAML text, or new values into an entry, without touching anything else.

Nothing is dumped: lines are inserted where the parser says that they belong, and the result is parsed
again. A text in which that does not give exactly the old data with the change is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from amanat.load.positions import Spot, locate
from amanat.load.yamlread import parse
from amanat.text import Path

_BREAK = re.compile(r"\r\n|\n|\r")
_LAST_BREAK = re.compile(r"(?:\r\n|\n|\r)(?=[^\r\n]*\Z)")
_COMMENT_LINE = re.compile(r"([ ]*)#[^\r\n]*(?:\r\n|\n|\r|\Z)")


class Refused(Exception):  # noqa: N818 - not a fault, an answer
    """The text cannot be changed safely. The message says why."""


class Edit(NamedTuple):
    """The characters from `start` up to `end` give way to `text`."""

    start: int
    end: int
    text: str


Flow = Callable[[object], str]
"""Writes a value as YAML in flow style on one line."""

Block = Callable[[str], Sequence[str]]
"""Makes the lines of an entry, its key first, for a step of indentation."""


def add_entry(text: str, section: str, name: str, value: Mapping[str, Any], block: Block, flow: Flow) -> str:
    """The text with the entry `name` at the end of the map `section`, which is added where it is missing.

    `block` writes the entry in lines; `flow` writes it where the map stands in braces. Both must mean
    `value`. Raises `Refused` when the text cannot be read or the entry cannot be added by insertion alone.
    """
    old = _data(text)
    here = old.get(section)
    if here is not None and not isinstance(here, dict):
        raise Refused(f"its `{section}` is not a map")
    if here is not None and name in here:
        raise Refused(f"it declares `{name}` already")
    wanted = {**old, section: {**(here or {}), name: dict(value)}}
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    for edit in _additions(body, locate(body), section, name, dict(value), block, flow):
        made = mark + applied(body, [edit])
        if _means(made, wanted):
            return made
    raise Refused("an entry cannot be added to it without rewriting other lines")


def change_values(text: str, path: Path, values: Mapping[str, object], flow: Flow) -> str:
    """The text in which the map at `path` holds `values`: lines of other values are changed, those that
    left are removed, and those that joined are added; lines that stay keep every byte. Raises `Refused`."""
    wanted = _data(text)
    node: Any = wanted
    try:
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = dict(values)
    except (KeyError, TypeError):
        raise Refused("the entry cannot be found in it") from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    spots = locate(body)
    spot = spots.get(path)
    if spot is None or not isinstance(spot.value, yaml.MappingStartEvent) or spot.end is None:
        raise Refused("the values of the entry are not written as a map of their own")
    if spot.value.flow_style:
        edits = _in_braces(body, spot, values, flow)
    else:
        edits = list(_line_by_line(body, spots, path, values, flow))
    made = mark + applied(body, edits)
    if not _means(made, wanted):
        raise Refused("the values of the entry cannot be changed without rewriting other lines")
    return made


def _data(text: str) -> dict[str, Any]:
    parsed = parse(text, "")
    faults = [one for one in parsed.findings if one.code in ("LD102", "LD103")]
    if not parsed.readable or faults:
        raise Refused("it cannot be read as YAML")
    if parsed.data is not None and not isinstance(parsed.data, dict):
        raise Refused("it is not a map")
    return parsed.data or {}


def _means(text: str, wanted: object) -> bool:
    parsed = parse(text, "")
    return parsed.readable and same(parsed.data, wanted)


def same(one: object, other: object) -> bool:
    """Equal in value and type."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with every edit made; no two may overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _additions(
    body: str,
    spots: Mapping[Path, Spot],
    section: str,
    name: str,
    value: dict[str, Any],
    block: Block,
    flow: Flow,
) -> Iterator[Edit]:
    """The edits that may do, the best first."""
    spot = spots.get((section,))
    entry = f"{flow(name)}: {flow(value)}"
    if spot is None:
        column = _column(spots, ())
        lines = [f"{section}:", *(f"  {line}" for line in block("  "))]
        for at in (len(body), _line_after(body, _extent(spots, ()))):
            yield _lines(body, at, [" " * column + line for line in lines], gap=bool(body.strip()))
    elif isinstance(spot.value, yaml.ScalarEvent):
        start, end = _ends(spot.value)
        if spot.value.value:  # `~` or `null`
            yield Edit(start, end, f"{{{entry}}}")
            return
        column = spot.key.start_mark.column + 2
        at = _past_comments(body, _line_after(body, spot.key.end_mark.index), column)
        yield _lines(body, at, [" " * column + line for line in block("  ")], gap=False)
    elif isinstance(spot.value, yaml.MappingStartEvent) and spot.value.flow_style and spot.end is not None:
        at = spot.end.end_mark.index - 1
        for comma in (", ", " ", ""):
            yield Edit(at, at, comma + entry)
    elif isinstance(spot.value, yaml.MappingStartEvent):
        entries = [path for path in spots if len(path) == 2 and path[0] == section]
        column = _column(spots, (section,))
        laid_out = [path for path in entries if not getattr(spots[path].value, "flow_style", True)]
        step = next((_column(spots, path) - column for path in laid_out if _column(spots, path) > column), 2)
        lines = [" " * column + line for line in block(" " * step)]
        gap = len(entries) > 1 and _blank_above(body, spots[entries[-1]].key.start_mark.index)
        end = _line_after(body, _extent(spots, (section,)))
        yield _lines(body, _past_comments(body, end, column + 1), lines, gap)
        yield _lines(body, _past_comments(body, end, 0), lines, gap)
        yield _lines(body, len(body), lines, gap)


def _column(spots: Mapping[Path, Spot], path: Path) -> int:
    """The column of the first key below a path; 0 where there is none."""
    depth = len(path) + 1
    for below, spot in spots.items():
        if len(below) == depth and below[:-1] == path and spot.key is not None:
            column: int = spot.key.start_mark.column
            return column
    return 0


def _extent(spots: Mapping[Path, Spot], path: Path) -> int:
    """Where the last thing at or below a path ends."""
    depth = len(path)
    end = 0
    for below, spot in spots.items():
        if below[:depth] != path:
            continue
        if isinstance(spot.value, yaml.CollectionStartEvent):
            if spot.value.flow_style and spot.end is not None:
                end = max(end, spot.end.end_mark.index)
        else:
            end = max(end, spot.value.end_mark.index)
        if spot.key is not None and below != path:
            end = max(end, spot.key.end_mark.index)
    return end


def _ends(event: Any) -> tuple[int, int]:
    """Where the text of a parser event begins and ends."""
    return event.start_mark.index, event.end_mark.index


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_after(text: str, at: int) -> int:
    """The start of the line after the one that holds the character before `at`, without blank lines."""
    while at > 0 and text[at - 1] in " \t\r\n":
        at -= 1
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def _past_comments(text: str, at: int, column: int) -> int:
    """The start of the line after those comment lines at `at` that are indented at least to `column`."""
    while found := _COMMENT_LINE.match(text, at):
        if len(found[1]) < max(column, 1):
            break
        at = found.end()
    return at


def _blank_above(text: str, at: int) -> bool:
    start = _line_start(text, at)
    before = _BREAK.split(text[:start])
    return len(before) > 1 and not before[-2].strip()


def _newline(text: str, at: int) -> str:
    """The line end in use just before `at`, else the first after it, else LF."""
    found = _LAST_BREAK.search(text[:at]) or _BREAK.search(text, at)
    return found[0] if found else "\n"


def _lines(text: str, at: int, lines: Sequence[str], gap: bool) -> Edit:
    """Lines of their own at the start of a line, or at the end of a text whose last line is not ended; with
    `gap` below a blank line."""
    newline = _newline(text, at)
    above = _BREAK.split(text[:at])
    ended = not above[-1]
    blank = ended and len(above) > 1 and not above[-2].strip()
    before = ("" if ended else newline) + (newline if gap and not blank else "")
    return Edit(at, at, before + "".join(line + newline for line in lines))


def _in_braces(body: str, spot: Spot, values: Mapping[str, object], flow: Flow) -> list[Edit]:
    start, end = spot.value.start_mark.index, spot.end.end_mark.index
    if any("#" in line for line in _BREAK.split(body[start:end])[:-1]):
        raise Refused("a comment may stand between the values of the entry")
    return [Edit(start, end, flow(dict(values)))]


def _line_by_line(
    body: str, spots: Mapping[Path, Spot], path: Path, values: Mapping[str, object], flow: Flow
) -> Iterator[Edit]:
    """Edits of a map with a line for each value."""
    written = [str(below[-1]) for below in spots if len(below) == len(path) + 1 and below[:-1] == path]
    indent = " " * _column(spots, path)
    old = _value_at(_data(body), path)
    for key in written:
        spot = spots[*path, key]
        if key not in values:
            start = _line_start(body, spot.key.start_mark.index)
            yield Edit(start, _line_after(body, _extent(spots, (*path, key))), "")
        elif not same(old[key], values[key]):
            start, end = spot.key.end_mark.index, max(_extent(spots, (*path, key)), spot.key.end_mark.index)
            while body[end - 1] in " \t\r\n":
                end -= 1
            colon = body.index(":", start) + 1
            if not _on_one_line(spot) and "#" in body[colon:end]:
                raise Refused("a comment may stand inside a value that changed")
            yield Edit(colon, max(end, colon), f" {flow(values[key])}")
    joined: dict[int, list[str]] = {}
    at = _line_after(body, spots[path].key.end_mark.index)
    for key, value in values.items():
        if key in written:
            at = _line_after(body, _extent(spots, (*path, key)))
        else:
            joined.setdefault(at, []).append(f"{indent}{flow(key)}: {flow(value)}")
    for at, lines in joined.items():
        yield _lines(body, at, lines, gap=False)


def _on_one_line(spot: Spot) -> bool:
    """Whether the value is a scalar without a header line that may hold a comment."""
    return isinstance(spot.value, yaml.ScalarEvent) and spot.value.style not in ("|", ">")


def _value_at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
