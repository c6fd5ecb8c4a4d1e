"""What differs between two versions of an entry, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from amanat.history.entries import ABSENT


class Attribute(NamedTuple):
    """An attribute that was changed: its path in the entry, what it said before and after (`ABSENT` where it
    was not written)."""

    path: tuple[str, ...]
    old: Any
    new: Any

    def meets(self, other: Attribute) -> bool:
        """Whether one of the two paths leads through the other."""
        return all(one == two for one, two in zip(self.path, other.path, strict=False))


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[Attribute]:
    """The attributes in which two versions differ, in the order of the newer one. Maps are compared key by
    key, lists as a whole, because their order counts."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*new, *old)):
            yield from differences(old.get(key, ABSENT), new.get(key, ABSENT), (*path, str(key)))
    elif type(old) is not type(new) or old != new:
        yield Attribute(path, old, new)
