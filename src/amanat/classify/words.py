"""Names of columns and tables as words: split where people split them, folded, and cut apart where they are
written together (`birthdate`, `companyaddress1`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from amanat.classify.vocabulary import vocabulary
from amanat.conflicts.folding import fold

_SPLIT = re.compile(
    r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\d\W])(?=\d)|(?<=\d)(?=[^\d\W])"
)
_SHORTEST = 2


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in order: lower case, Persian letters folded, numbers left out."""
    found: list[str] = []
    for part in _SPLIT.split(name if name.isascii() else fold(name)):
        word = fold(part)
        if word and not word.isdigit():
            found += _cut(word)
    return tuple(found)


def _cut(word: str) -> list[str]:
    """A word as those that it is written together from, where all of it is covered; the fewest of them."""
    known = vocabulary()
    if word in known:
        return [word]
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(_SHORTEST, len(word) + 1):
        for start in range(end - _SHORTEST + 1):
            head, piece = best[start], word[start:end]
            if head is not None and _stands(piece, known):
                found = best[end]
                if found is None or len(head) + 1 < len(found):
                    best[end] = [*head, piece]
    return best[-1] or [word]


def _stands(piece: str, known: Collection[str]) -> bool:
    return piece in known and (
        len(piece) > _SHORTEST or piece in ("id", "ip", "cc", "no", "by", "is", "at", "of")
    )
