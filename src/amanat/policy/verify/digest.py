"""Facts, and a digest of them that a server can work out as well."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

Fact = tuple[str, ...]
"""A list of texts; the first word says of what kind it is."""

BETWEEN = "\x1f"
"""What stands between the texts of a fact that is written in one line."""


def lines(facts: Iterable[Fact], kinds: Sequence[str]) -> list[str]:
    """The facts of these kinds as lines, sorted."""
    return sorted(BETWEEN.join(fact) for fact in facts if fact[0] in kinds)


def whole(facts: Iterable[Fact], kinds: Sequence[str]) -> str:
    """SHA-256 of all lines."""
    return hashlib.sha256("\n".join(lines(facts, kinds)).encode()).hexdigest()


def added(facts: Iterable[Fact], kinds: Sequence[str]) -> str:
    """How many lines there are, and the sum of their SHA-256 in four parts, for a server that cannot join a
    long text."""
    sums = [0, 0, 0, 0]
    found = lines(facts, kinds)
    for line in found:
        digest = hashlib.sha256(line.encode()).digest()
        for at in range(4):
            sums[at] += int.from_bytes(digest[8 * at : 8 * at + 8], "big")
    return "-".join(map(str, (len(found), *sums)))
