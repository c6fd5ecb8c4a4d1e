"""Blank lines, ends of lines, and the end of the file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import yaml

from amanat.load.layout.written import END, Written, inside, is_blank, is_comment
from amanat.load.positions import Spot
from amanat.text import Path


def one_line_end(text: str) -> str:
    """The text with the line end that most of its lines have, where it mixes LF and CRLF."""
    both = text.count("\r\n")
    alone = text.count("\n") - both
    if not both or not alone:
        return text
    text = text.replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if both > alone else text


def trimmed(written: Written) -> str:
    """The text without spaces at the ends of lines, and with one end of line at its end."""
    _, end = inside(written)
    made = []
    for number, line in enumerate(written.lines):
        body = line.rstrip(END)
        made.append(line if number in end else body.rstrip(" \t") + line[len(body) :])
    if made and made[-1] == made[-1].rstrip(END) and len(made) - 1 not in end:
        made[-1] += "\r\n" if "\r\n" in written.text else "\n"
    return "".join(made)


def spaced(written: Written, spots: Mapping[Path, Spot]) -> str:
    """The text with at most one blank line in a row, none at its ends or below a key that opens a map or a
    list, and one between the parts of the file."""
    begin, _ = inside(written)
    opening = _opening_lines(written, spots)
    parts = _first_lines(written, spots, begin)
    newline = "\r\n" if "\r\n" in written.text else "\n"
    made: list[str] = []
    previous: int | None = None  # the line above that is not blank
    for number, line in enumerate(written.lines):
        if is_blank(line) and number not in begin:
            if previous is None or previous in opening or (made and is_blank(made[-1])):
                continue
            made.append(line.lstrip(" \t"))
            continue
        if number in parts and made and not is_blank(made[-1]):
            made.append(newline)
        made.append(line)
        previous = number
    while made and is_blank(made[-1]) and len(written.lines) - 1 not in begin:
        made.pop()
    return "".join(made)


def _opening_lines(written: Written, spots: Mapping[Path, Spot]) -> set[int]:
    found = set()
    for spot in spots.values():
        block = isinstance(spot.value, yaml.CollectionStartEvent) and not spot.value.flow_style
        if block and spot.key is not None:
            found.add(spot.key.end_mark.line)
    return found


def _first_lines(written: Written, spots: Mapping[Path, Spot], begin: set[int]) -> set[int]:
    """The lines that begin a part of the file that is a map or list, or follow one; with their comments."""
    tops = [(path, spot) for path, spot in spots.items() if len(path) == 1 and spot.key is not None]
    found = set()
    for (_, above), (_, here) in pairwise(tops):
        if not (_is_block(above) or _is_block(here)):
            continue
        number = here.key.start_mark.line
        while number and is_comment(written.lines[number - 1]) and number - 1 not in begin:
            if written.lines[number - 1][:1] != "#":
                break
            number -= 1
        found.add(number)
    return found


def _is_block(spot: Spot) -> bool:
    return isinstance(spot.value, yaml.CollectionStartEvent) and not spot.value.flow_style
