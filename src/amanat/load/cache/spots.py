"""Positions kept from one run to the next: of a file that has not changed, nothing is read again to tell its
lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanat.load.cache.packing import Unpackable, pack, unpack
from amanat.load.cache.store import Store


@dataclass(frozen=True, slots=True)
class KeptPositions:
    """The positions of files by the digests of what was loaded. A file that could not be read has none."""

    store: Store
    digests: Mapping[str, str]

    def get(self, file: str) -> list[Any] | None:
        """The positions of a file as it was loaded, None where no earlier run looked them up."""
        digest = self.digests.get(file)
        text = self.store.positions(file, digest) if digest else None
        if text is None:
            return None
        try:
            found = unpack(text)
        except Unpackable:
            return None
        return found if isinstance(found, list) else None

    def keep(self, file: str, positions: list[Any]) -> None:
        """Keep the positions of a file."""
        digest = self.digests.get(file)
        if digest:
            try:
                self.store.keep(positions=(file, digest, pack(positions)))
            except Unpackable:
                return
