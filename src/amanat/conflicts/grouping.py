"""Finding what shares something among very many, of which most share it with none."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import compress
from typing import TypeVar

T = TypeVar("T")


def grouped(items: Sequence[T], by: Callable[[T], Hashable]) -> Iterator[list[T]]:
    """The items that share what `by` gives with others, in order, group by group. Of each item only a hash
    is kept; `by` is asked again about those whose hash is not theirs alone."""
    hashes = array("q", (hash(by(item)) for item in items))
    seen: set[int] = set()
    several: set[int] = set()
    for one in hashes:
        (several if one in seen else seen).add(one)
    groups: dict[Hashable, list[T]] = {}
    for item in compress(items, map(several.__contains__, hashes)) if several else ():
        groups.setdefault(by(item), []).append(item)
    yield from (group for group in groups.values() if len(group) > 1)
