"""The entries of one version of a file, without parsing what is the same in the next.

A file that is written in blocks, as nearly all are, is cut into the texts of its entries; only those that
differ are parsed, by the loader's own strict reader. Any other file is parsed as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from amanat.load.yamlread import parse

DEFAULTS = "defaults"
"""The map of a file that counts for that file only."""
_TOP = re.compile(r"\n(?![ #])([^\n]+)")
_SECTION = re.compile(r"([A-Za-z_]\w*):[ ]*(?:#.*)?")
_ENTRY = re.compile(r"([A-Za-z_][\w.-]*):(?: .*)?")
_FIRST = re.compile(r"\n([ ]+)[^ #\n]")
# A quoted text that goes on in the next line, and nodes that are used elsewhere: such a file cannot be cut.
_OPEN = tuple(
    map(
        re.compile,
        (
            r"\t",
            r"[&*](?<=[ ,\[{][&*])\w",
            r"""(?m)"(?<=[ ,\[{]")(?:[^"\\\n]|\\.)*$""",
            r"""(?m)'(?<=[ ,\[{]')(?:[^'\n]|'')*$""",
        ),
    )
)


class Key(NamedTuple):
    """An entry: the map it stands in, its id, and its file where the map counts for one file only."""

    section: str
    id: str
    file: str = ""


class _Unreadable:
    """Data that no version of the reader can make out."""

    def __repr__(self) -> str:
        return "UNREADABLE"


class _Absent:
    """An attribute that is not written."""

    def __repr__(self) -> str:
        return "ABSENT"


UNREADABLE = _Unreadable()
ABSENT = _Absent()


class Version:
    """A file as it was in one commit."""

    def __init__(self, file: str, raw: bytes) -> None:
        self._file = file
        self._raw = raw
        self._whole: dict[Key, Any] | None = None
        text = raw.decode("utf-8", errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
        self._cut = _cut(file, text)
        if self._cut is None:
            self._whole = _parsed(file, text)
        self.readable = self._cut is not None or self._whole is not None

    @property
    def keys(self) -> Iterable[Key]:
        """Every entry."""
        return (self._cut if self._cut is not None else self._whole) or ()

    def same(self, key: Key, other: Version) -> bool:
        """Whether both have the entry with the same text; other texts may still say the same."""
        if self._cut is None or other._cut is None:
            return self._raw == other._raw
        mine = self._cut.get(key)
        return mine is not None and mine == other._cut.get(key)

    def data(self, key: Key) -> Any:
        """What the entry says: plain data, `ABSENT`, or `UNREADABLE`."""
        if not self.readable:
            return UNREADABLE
        if self._cut is None:
            return (self._whole or {}).get(key, ABSENT)
        text = self._cut.get(key)
        if text is None:
            return ABSENT
        parsed = parse(f"{key.section}:\n{text}\n", self._file)
        section = parsed.data.get(key.section) if isinstance(parsed.data, dict) else None
        if not parsed.readable or not isinstance(section, dict) or list(section) != [key.id]:
            return UNREADABLE
        return section[key.id]


def _cut(file: str, text: str) -> dict[Key, str] | None:
    """The text of each entry; None where the file is not written in blocks."""
    if any(sign.search(text) for sign in _OPEN):
        return None
    text = f"\n{text}"
    found: dict[Key, str] = {}
    tops = list(_TOP.finditer(text))
    for top, end in zip(tops, [*(one.start() for one in tops[1:]), len(text)], strict=True):
        named = _SECTION.fullmatch(top[1])
        if named is None:
            return None
        body = text[top.end() : end]
        first = _FIRST.search(body)
        if first is None:
            continue
        shallower, entry = _at_depth(len(first[1]))
        if shallower.search(body):
            return None
        starts = list(entry.finditer(body))
        for start, stop in zip(starts, [*(one.start() for one in starts[1:]), len(body)], strict=True):
            written = _ENTRY.fullmatch(start[1])
            if written is None:
                return None
            found.setdefault(_key(file, named[1], written[1]), body[start.start() + 1 : stop])
    return found


@lru_cache(maxsize=16)
def _at_depth(depth: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds lines that stand less deep than the entries of a map, and the first line of each entry."""
    return re.compile(rf"\n {{1,{depth - 1}}}[^ #\n]" if depth > 1 else r"(?!)"), re.compile(
        rf"\n {{{depth}}}(?![ #])([^\n]+)"
    )


def _parsed(file: str, text: str) -> dict[Key, Any] | None:
    parsed = parse(text, file)
    if not parsed.readable or not isinstance(parsed.data, dict | None):
        return None
    return {
        _key(file, str(section), str(identifier)): value
        for section, entries in (parsed.data or {}).items()
        if isinstance(entries, dict)
        for identifier, value in entries.items()
    }


def _key(file: str, section: str, identifier: str) -> Key:
    return Key(section, identifier, file if section == DEFAULTS else "")
