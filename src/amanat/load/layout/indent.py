"""Indentation: two spaces a level, lists below their key included; comments line up with what follows."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, NamedTuple

import yaml

from amanat.load.layout.written import (
    END,
    Written,
    indent_of,
    inside,
    is_blank,
    is_comment,
    line_numbers,
    scalar_lines,
)

STEP = 2
_BEGINNING = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockEntryToken, yaml.KeyToken)
_DASHES = re.compile(r"((?:-[ \t]+)+)(?=[^\s#])")


class _Level(NamedTuple):
    """An open block map or list: its column as written, the one wanted, and whether it is a list without an
    indentation of its own."""

    column: int
    wanted: int
    sequence: bool
    bare: bool = False


class _Line(NamedTuple):
    """What is known of a line: the column of its first sign as written and as wanted, the levels open there,
    and whether it begins an entry of a map or list."""

    column: int
    wanted: int
    levels: tuple[_Level, ...]
    begins: bool


def indented(written: Written) -> str:
    """The text with every line at its column."""
    known = _walk(written)
    begin, _ = inside(written)
    within = _in_scalars(written, known)
    made: list[str] = []
    for number, line in enumerate(written.lines):
        here = known.get(number)
        if number in within:
            made.append(within[number])
        elif number in begin:
            made.append(_moved(line, _delta(known, number)))
        elif is_blank(line):
            made.append(line)
        elif is_comment(line):
            made.append(" " * _comment_column(written, known, number, indent_of(line)) + line.lstrip(" \t"))
        elif here is None:
            made.append(_moved(line, _delta(known, number)))
        else:
            body = line.lstrip(" \t") if here.begins else line[here.column :]
            if here.begins and (dashes := _DASHES.match(body)):
                body = "- " * dashes[1].count("-") + body[dashes.end() :]
            made.append(" " * max(here.wanted, 0) + body)
    return "".join(made)


def _moved(line: str, delta: int) -> str:
    """A line whose indentation grows or shrinks; a blank one stays as it is."""
    if is_blank(line) or delta == 0:
        return line
    if delta > 0:
        return " " * delta + line
    room = len(line) - len(line.lstrip(" "))
    return line[min(-delta, room) :]


def _delta(known: dict[int, _Line], number: int) -> int:
    level = _level(known, number)
    return 0 if level is None else level.wanted - level.column


def _in_scalars(written: Written, known: dict[int, _Line]) -> dict[int, str]:
    """The lines that texts of several lines go on in, a step deeper than what holds them."""
    made: dict[int, str] = {}
    flow = 0
    starts = line_numbers(written.lines)
    for token in written.tokens:
        if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
            flow += 1
        elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
            flow -= 1
        if not isinstance(token, yaml.ScalarToken) or flow or not known:
            continue
        first, last = scalar_lines(written, token, starts)
        level = _level(known, first)
        if level is None or last == first:
            continue
        block = token.style in ("|", ">")
        if block and any(
            sign.isdigit() for sign in written.lines[first].rpartition(token.style)[2].split("#")[0]
        ):
            continue
        made.update(_reset(written.lines, first, last, level.wanted + STEP, block))
    return made


def _reset(lines: list[str], first: int, last: int, column: int, block: bool) -> dict[int, str]:
    made: dict[int, str] = {}
    base: int | None = None
    for number in range(first + 1, last + 1):
        line = lines[number]
        if is_blank(line) and (not block or base is None or len(line.rstrip(END)) <= base):
            made[number] = line if not block else line.lstrip(" ")
        elif not block:
            made[number] = " " * column + line.lstrip(" \t")
        else:
            base = indent_of(line) if base is None else base
            made[number] = " " * column + line[base:]
    return made


def _level(known: dict[int, _Line], number: int) -> _Level | None:
    while number >= 0 and number not in known:
        number -= 1
    return known[number].levels[-1] if number >= 0 and known[number].levels else None


def _walk(written: Written) -> dict[int, _Line]:
    """What is known of each line that a token begins. A line's levels are those open at its end, so that
    what continues it moves along."""
    starts = line_numbers(written.lines)
    levels: list[_Level] = []
    known: dict[int, _Line] = {}
    flow = 0
    for token in written.tokens:
        number = bisect_right(starts, token.start_mark.index) - 1
        column = token.start_mark.index - starts[number]
        if isinstance(token, yaml.StreamStartToken | yaml.StreamEndToken):
            continue
        if flow == 0:
            _open_or_close(levels, token, column)
        if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
            flow += 1
        elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
            flow -= 1
        if isinstance(token, yaml.BlockEndToken):
            continue
        if number not in known and not written.lines[number][:column].strip(" \t"):
            begins = flow == 0 and isinstance(token, _BEGINNING)
            known[number] = _Line(column, _wanted(levels, column, begins), tuple(levels), begins)
        elif number in known:
            known[number] = known[number]._replace(levels=tuple(levels))
    return known


def _wanted(levels: list[_Level], column: int, begins: bool) -> int:
    if not levels:
        return column
    level = levels[-1]
    return level.wanted if begins else column + level.wanted - level.column


def _open_or_close(levels: list[_Level], token: Any, column: int) -> None:
    if isinstance(token, yaml.BlockEndToken | yaml.KeyToken):
        if levels and levels[-1].bare:
            levels.pop()
        if isinstance(token, yaml.BlockEndToken) and levels:
            levels.pop()
    elif isinstance(token, yaml.BlockMappingStartToken | yaml.BlockSequenceStartToken):
        levels.append(_Level(column, _next(levels), isinstance(token, yaml.BlockSequenceStartToken)))
    elif isinstance(token, yaml.BlockEntryToken) and levels and not levels[-1].sequence:
        levels.append(_Level(column, _next(levels), True, True))


def _next(levels: list[_Level]) -> int:
    return levels[-1].wanted + STEP if levels else 0


def _comment_column(written: Written, known: dict[int, _Line], number: int, column: int) -> int:
    """Where a comment goes: with what follows it, or at the level above that it is written at."""
    below = next((n for n in range(number + 1, len(written.lines)) if n in known), None)
    if below is not None and known[below].begins and column <= known[below].column:
        return known[below].wanted
    above = next((n for n in range(number - 1, -1, -1) if n in known), None)
    if above is None:
        return known[below].wanted if below is not None else 0
    if below is not None and not known[below].begins:
        return max(column + _delta(known, above), 0)  # inside a list or map in braces
    fitting = [level for level in known[above].levels if level.column <= column]
    if not fitting:
        return 0
    return fitting[-1].wanted
