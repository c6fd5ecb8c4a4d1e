"""What one file gave."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from amanat.diagnostic import Finding
from amanat.parallel import Shelf


class LaidAside(Mapping[str, Any]):
    """The fields of a file, laid aside until they are asked for, and then unpacked each time: what was read
    of a large catalog need not stand in memory at once. `names` are their ids, one text each."""

    __slots__ = ("at", "names", "shelf")

    def __init__(self, names: list[str], shelf: Shelf, at: tuple[int, int]) -> None:
        self.names, self.shelf, self.at = names, shelf, at

    def __getitem__(self, name: str) -> Any:
        return self.whole()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def items(self) -> Any:
        """All of them, with their ids."""
        return self.whole().items()

    def whole(self) -> dict[str, Any]:
        """As they were read."""
        return dict(zip(self.names, marshal.loads(self.shelf.get(*self.at)), strict=True))


class FileRecord(NamedTuple):
    """What one file gave.

    `data` has faulty values taken out. `broken` maps an entry (`(section, id)`) to the attributes that
    were taken out of it. `likely_ids` are the ids that an unreadable file seems to declare: references to
    them are not reported, because the file already is. `digest` is the SHA-256 of what was read,
    hexadecimal; "" where nothing could be.
    """

    file: str
    digest: str
    data: dict[str, Any]
    broken: dict[tuple[str, str], frozenset[str]]
    findings: tuple[Finding, ...]
    likely_ids: frozenset[str]
