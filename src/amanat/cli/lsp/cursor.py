"""Where a cursor stands in YAML text that may be broken: told by indents and brackets, not by a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amanat.text import Path

_DASH = re.compile(r"-(?=\s|$)\s*")
_KEY = re.compile(
    r"""(?:"([^"\n]*)"|'([^'\n]*)'|([^\s\[\]{},#&*!|>'"%@`][^\n:#]*?(?::\S[^\n:#]*?)*))\s*:(?=\s|$)"""
)
_BREAK = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"[\w.*@/+-]")
_ITEM = 0
"""The position of every item of a list: which one it is makes no difference."""
_FARTHEST = 20_000
"""Lines that are looked at above a cursor."""


class Spot(NamedTuple):
    """What a cursor is at: the path of the key (`key`) or value, and the word around it, in characters of its
    line, counted from 0."""

    path: Path
    key: bool
    word: str
    line: int
    start: int
    end: int


class _Line(NamedTuple):
    """A line taken apart: the columns of its dashes, where its content begins, its key and what follows."""

    dashes: tuple[int, ...]
    content: int
    key: str | None
    key_start: int
    key_end: int
    value: int

    @property
    def first(self) -> int:
        """Where the line begins, dashes included."""
        return self.dashes[0] if self.dashes else self.content


def lines_of(text: str) -> list[str]:
    """The lines of a text as editors count them."""
    return _BREAK.split(text)


def spot_at(lines: Sequence[str], line: int, column: int) -> Spot | None:
    """What a cursor is at, between the characters `column - 1` and `column`. None in a comment and outside
    the text."""
    if not 0 <= line < len(lines) or lines[line].lstrip().startswith("#"):
        return None
    column = min(column, len(lines[line]))
    start, end = _word(lines[line], column)
    word = lines[line][start:end]
    made = _taken_apart(lines[line])
    above = list(_above(lines, line, made))
    outer = _flow(lines, line, column, above, made)
    if outer is not None:
        path, key = outer
        return Spot((*path, word) if key else path, key, word, line, start, end)
    path = tuple(step for _, _, step in reversed(above))
    if made.key is None:
        value = bool(made.dashes)
        return Spot(
            (*path, _ITEM)[: len(path) + value] if value else (*path, word), not value, word, line, start, end
        )
    inner = (*path, *(_ITEM for _ in made.dashes), made.key)
    if column <= made.key_end:
        start, end = made.key_start, made.key_end
        return Spot(inner, True, made.key, line, start, end)
    return Spot(inner, False, word, line, start, end)


def entries_of(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """(section, id, line) of every entry that is written in blocks."""
    section: str | None = None
    depth = 0
    for number, text in enumerate(lines):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        made = _taken_apart(text)
        if made.key is None or made.dashes:
            continue
        if made.content == 0:
            section, depth = made.key, 0
        elif section is not None and (not depth or made.content <= depth):
            depth = made.content
            yield section, made.key, number


def _word(text: str, column: int) -> tuple[int, int]:
    start = end = column
    while start > 0 and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end]):
        end += 1
    return start, end


def _taken_apart(text: str) -> _Line:
    at = len(text) - len(text.lstrip(" \t\ufeff"))
    dashes = []
    while (dash := _DASH.match(text, at)) is not None:
        dashes.append(at)
        at = dash.end()
    key = _KEY.match(text, at)
    if key is None:
        return _Line(tuple(dashes), at, None, at, at, at)
    name = next(one for one in key.groups() if one is not None)
    group = next(n for n in (1, 2, 3) if key[n] is not None)
    return _Line(tuple(dashes), at, name, key.start(group), key.end(group), key.end())


def _above(lines: Sequence[str], line: int, made: _Line) -> Iterator[tuple[int, _Line, str | int]]:
    """The keys and lists that hold a line, the nearest first: (line, taken apart, step)."""
    limit, in_list = made.first, bool(made.dashes)
    blank = not lines[line].strip()
    if blank:
        limit = len(lines[line])
    for number in range(line - 1, max(-1, line - _FARTHEST), -1):
        text = lines[number]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        other = _taken_apart(text)
        if other.first > limit:
            continue
        if other.key is not None and (other.content < limit or (other.content == limit and in_list)):
            yield number, other, other.key
            limit, in_list = other.content, False
        for dash in reversed(other.dashes):
            if dash < limit:
                yield number, other, _ITEM
                limit, in_list = dash, True
        if limit == 0 and not in_list:
            return


def _flow(
    lines: Sequence[str],
    line: int,
    column: int,
    above: Sequence[tuple[int, _Line, str | int]],
    made: _Line,
) -> tuple[Path, bool] | None:
    """The path within brackets that are open at the cursor, and whether a key stands there; None outside."""
    holders = [(number, other) for number, other, step in reversed(above) if step == other.key]
    for number, other in holders:
        if lines[number][other.value :].lstrip()[:1] in ("[", "{"):
            text = "\n".join((lines[number][other.value :], *lines[number + 1 : line], lines[line][:column]))
            inner = _open(text)
            if inner is not None:
                steps = [step for n, _, step in reversed(above) if n <= number]
                return (*steps, *inner[0]), inner[1]
    begin = made.value if made.key is not None else made.content
    if column >= begin and lines[line][begin:].lstrip()[:1] in ("[", "{"):
        inner = _open(lines[line][begin:column])
        if inner is not None:
            base = [step for _, _, step in reversed(above)]
            base += [_ITEM for _ in made.dashes]
            base += [made.key] if made.key is not None else []
            return (*base, *inner[0]), inner[1]
    return None


def _open(text: str) -> tuple[Path, bool] | None:
    """The path within the brackets that a text leaves open, and whether a key comes next."""
    stack: list[list[str | int | None]] = []
    token, at = "", 0
    while at < len(text):
        character = text[at]
        if character in "\"'" and not token.strip():
            close = text.find(character, at + 1)
            token, at = (text[at + 1 :], len(text)) if close < 0 else (text[at + 1 : close], close + 1)
            continue
        if character == "#" and (at == 0 or text[at - 1].isspace()):
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        if character in "[{":
            stack.append([_ITEM if character == "[" else None])
            token = ""
        elif character in "]}" and stack:
            stack.pop()
            token = ""
        elif character == "," and stack:
            if isinstance(stack[-1][0], str):
                stack[-1][0] = None
            token = ""
        elif character == ":" and stack and stack[-1][0] is None and text[at + 1 : at + 2] in ("", " ", "\n"):
            stack[-1][0] = token.strip()
            token = ""
        else:
            token += character
        at += 1
    if not stack:
        return None
    steps = tuple(frame[0] for frame in stack if frame[0] is not None)
    return steps, stack[-1][0] is None
