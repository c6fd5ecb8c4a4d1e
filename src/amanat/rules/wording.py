"""How findings put ids into a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def listing(names: Iterable[str], most: int = 3) -> str:
    """Names in backticks, joined as in a sentence; beyond `most`, the number of the others.

    >>> listing(["a", "b"])
    '`a` and `b`'
    >>> listing(["a", "b", "c", "d", "e"])
    '`a`, `b`, `c` and 2 more'
    """
    every = list(names)
    shown = [f"`{name}`" for name in every[:most]]
    if len(every) > most:
        return f"{', '.join(shown)} and {len(every) - most} more"
    return joined(shown)


def joined(words: Iterable[str]) -> str:
    """Words as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 field`, `3 fields`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def without(text: str, *keys: str) -> str:
    """A YAML text without the lines that set one of the keys of an entry: how examples are made bad."""
    starts = tuple(f"    {key}:" for key in keys)
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(starts))


def words(table: str) -> frozenset[str]:
    """The words of a table that is written as running text."""
    return frozenset(table.split())
