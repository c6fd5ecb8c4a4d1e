"""A quick way to read the plain part of YAML, in which most of a catalog is written.

Plain is: one key, one item of a list or both on a line, maps and lists by indentation, and values that stand
on their line (a text without quotes, a text in quotes without escapes, a list or a map of such in brackets).
That much is read line by line, in less than half the time that the strict builder takes. Everything else, and
everything of which the builder would have something to say, is not read here at all: `yamlread` reads the
whole file then, and its verdict stands. So there is no text that the two read differently, which tests hold
to be true. Positions are looked up as ever, in the text.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any

from amanat.load.scalars import NUMERIC, WORDS, is_surprising, resolve_plain

_DEEPEST = 48
"""Levels that are followed here; the strict builder tells when there are too many."""
_JOINER = "\u200c"
"""Stands inside Persian words, and is the one sign without a shape that plain text may hold."""

_QUOTED = r"\"[^\"\\\n]++\"|'[^'\n]++'|\"\"|''"
_KEY = r"(?:[A-Za-z0-9_][A-Za-z0-9_.\-]{0,200}+|\"[^\"\\\n]{1,200}+\"|'[^'\n]{1,200}+')"
# A colon ends a key where a blank follows; a sign for a number begins a comment where one goes before.
_TEXT = r"\w[^\n:#]*+(?:(?::(?=[^ \n])|(?<=[^ \n])#)[^\n:#]*+)*+"
_WORDS = rf"(?:\w[^\n:#,?\[\]{{}}]*+|{_QUOTED})"


def _within(value: str) -> str:
    """A list or a map in brackets of such values."""
    pair = rf"{_KEY}: {value}"
    return rf"\[ *+(?:{value}(?:, *+{value})*+)?+\]|\{{ *+(?:{pair}(?:, *+{pair})*+)?+\}}"


_INNER = rf"(?:{_WORDS}|{_within(_WORDS)})"
_COMMENT = r" *+(?:(?<= )#[^\n]*+)?+\n(?: *+(?:#[^\n]*+)?+\n)*+"
_LINE = re.compile(
    rf"( *+)(- ++)?+(?:({_KEY}):(?= |\n))?+(?: *+({_TEXT}|{_QUOTED}|{_within(_INNER)}))?+{_COMMENT}"
    r"|[^\n]++\n?+|\n"
)
"""A line with blank ones and comments after it: its indentation, the dash of an item, a key and a value. A
line that is none of that has no key and no value."""
_ABOVE = re.compile(r"(?: *+(?:#[^\n]*+)?+\n)*+")
_ITEMS = re.compile(_INNER)
_PAIRS = re.compile(rf"({_KEY}): ({_INNER})")


class _Other(Exception):  # noqa: N818 - no fault: somebody else reads it
    """The text is not plain."""


def read_plain(text: str) -> dict[str, Any] | None:
    """The data of a plain text; None for any other, and where there is something to say about it."""
    if not text.replace(_JOINER, "").replace("\n", "").isprintable():
        return None  # tabs and other breaks of lines, signs that YAML forbids
    above = _ABOVE.match(text)
    assert above is not None  # it matches nothing, too
    try:
        return _build(_LINE.findall(text if text.endswith("\n") else f"{text}\n", above.end()))
    except _Other:
        return None


def _build(lines: list[tuple[str, str, str, str]]) -> dict[str, Any]:  # noqa: PLR0912, PLR0915 - one hot loop
    if not lines or lines[0][0] or lines[0][1] or not lines[0][2]:
        raise _Other  # nothing, or no map from the first column on
    keys: dict[str, str] = {}
    values: dict[str, Any] = {}
    root: dict[str, Any] = {}
    node: Any = root  # the open map or list, and how far it is indented
    level = 0
    stack: list[tuple[Any, int]] = []
    waiting: str | None = None  # the key whose value stands below it, if anywhere
    for indent, dash, named, written in lines:
        depth = len(indent)
        if waiting is not None:
            if depth > level or (depth == level and dash):
                stack.append((node, level))
                below: Any = [] if dash else {}
                node[waiting] = node = below
                level = depth
            waiting = None
        while depth < level:
            node, level = stack.pop()
        if depth > level or len(stack) > _DEEPEST:
            raise _Other
        if dash:
            if type(node) is dict:
                raise _Other
            if named:
                stack.append((node, level))
                below = {}
                node.append(below)
                node = below
                level += len(dash)
        elif type(node) is list:  # it may stand no deeper than its key
            node, level = stack.pop()
            if level != depth:
                raise _Other
        if not written:
            value = None
        elif written in values:
            value = values[written]
            if type(value) in _BRACKETS:  # each has its own
                value = _value(written) if _nests(written) else value.copy()
        else:
            value = values[written] = _value(written)
        if named:
            if named in keys:
                key = keys[named]
            else:
                key = keys[named] = _key(named)
            if key in node:
                raise _Other
            node[key] = value
            if not written:
                waiting = key
        elif dash and written:
            node.append(value)
        else:
            raise _Other
    return root


_BRACKETS = frozenset((list, dict))


def _nests(written: str) -> bool:
    return "[" in written[1:] or "{" in written[1:]


def _key(written: str) -> str:
    if written[0] in "\"'":
        written = written[1:-1]
    elif is_surprising(written):
        raise _Other
    return written if " " in written else intern(written)


def _value(written: str) -> Any:
    first = written[0]
    if first == "[":
        return [_value(item) for item in _ITEMS.findall(written, 1, len(written) - 1)]
    if first == "{":
        pairs = _PAIRS.findall(written, 1, len(written) - 1)
        found = {_key(key): _value(item) for key, item in pairs}
        if len(found) < len(pairs):
            raise _Other
        return found
    if first in "\"'":
        text = written[1:-1]
        return text if " " in text else intern(text)
    text = written.rstrip(" ")
    if first in NUMERIC or text in WORDS:
        if is_surprising(text):
            raise _Other
        return resolve_plain(text)
    return text if " " in text else intern(text)
