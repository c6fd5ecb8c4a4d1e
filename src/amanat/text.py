"""Places and spans: where in the catalog something stands, and where in its file; and who is told how far
long work has come."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

Path = tuple[str | int, ...]
Tell = Callable[[int, int], None]
"""Is told how many steps of how many are done."""


def nobody(_done: int, _total: int) -> None:
    """Nobody is told."""


class Place(NamedTuple):
    """A file of the catalog and a path inside its document.

    `file` is relative to the catalog root and written with `/`. `path` holds mapping keys and list
    positions from the top, such as `("fields", "customer.email", "owner")`. In a snapshot (`.csv`) it
    is `(line,)` or `(line, column name)`, the line counted from 1.
    """

    file: str
    path: Path = ()

    def at(self, *more: str | int) -> Place:
        """The place below this one."""
        return Place(self.file, self.path + more)

    def __str__(self) -> str:
        return f"{self.file}#{'/'.join(str(step) for step in self.path)}"


class Span(NamedTuple):
    """Lines and columns of a text, both counted from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


def direction(tag: str) -> str:
    """The direction in which a language is written: `rtl` or `ltr`."""
    base, *rest = tag.lower().split("-")
    if any(script in ("arab", "hebr", "thaa") for script in rest):
        return "rtl"
    return "rtl" if base in _RIGHT_TO_LEFT and "latn" not in rest else "ltr"


_OPENS = re.compile(r"^<{7}(?: .*)?\r?$", re.MULTILINE)
_CLOSES = re.compile(r"^>{7}(?: .*)?\r?$", re.MULTILINE)
_MARKER = re.compile(r"^(?:[<>|]{7}(?: .*)?|={7})\r?$", re.MULTILINE)


def unresolved_merge(text: str) -> int | None:
    """The line, counted from 1, at which a merge conflict begins that nobody resolved; None for none. Both
    its ends must be there: a single marker may be somebody's text."""
    if "<<<<<<<" not in text:
        return None
    opens = _OPENS.search(text)
    if opens is None or _CLOSES.search(text, opens.end()) is None:
        return None
    return text.count("\n", 0, opens.start()) + 1


def conflict_marker(text: str) -> int | None:
    """The line of the first text that git writes between two sides of a conflict, also where the others are
    gone; None for none."""
    found = _MARKER.search(text)
    return None if found is None else text.count("\n", 0, found.start()) + 1
