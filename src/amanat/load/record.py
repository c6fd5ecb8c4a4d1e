"""What one file gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from amanat.diagnostic import Finding
from amanat.parallel import Shelf


class LaidAside(Mapping[str, Any]):
    """The fields of a file, laid aside until they are asked for, and then unpacked each time: what was read
    of a large catalog need not stand in memory at once. `names` are their ids, one text each."""

    __slots__ = ("at", "names", "shelf", "unpack")

    def __init__(
        self,
        names: list[str],
        shelf: Shelf,
        at: tuple[int, int],
        unpack: Callable[[bytes], Sequence[Any]],
    ) -> None:
        self.names, self.shelf, self.at, self.unpack = names, shelf, at, unpack

    def __getitem__(self, name: str) -> Any:
        return dict(self.items())[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def items(self) -> Any:
        """All of them, with their ids."""
        return zip(self.names, self.values(), strict=True)

    def values(self) -> Any:
        """All of them, as they were read."""
        return self.unpack(self.shelf.get(*self.at))


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
