"""`customProperties`: whatever the standard has no word for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from amanat.inventory.columns import Absent, Cell
from amanat.model.values import Text

Json = Any
"""A value of JSON."""


def named(name: str) -> str:
    """A name as the standard wants it: `retention_keep` is `retentionKeep`. Keys of the team's own
    (`x_…`) stay as they are."""
    if name.startswith("x_") or "_x_" in name:
        return name
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def custom(said: Iterable[tuple[str, object]]) -> list[Json]:
    """The entries of `customProperties`, in order. What nobody said is left out: None, and empty texts,
    maps and lists; a list that is known to be empty is not (`Absent` tells them apart in cells)."""
    return [{"property": named(name), "value": value} for name, value in said if value not in (None, "", {})]


def cells(row: Mapping[str, Cell], names: Iterable[str]) -> list[tuple[str, object]]:
    """Cells of a register as names and values: a cell that is unknown, or does not apply, is left out."""
    found: list[tuple[str, object]] = []
    for name in names:
        cell = row[name]
        if not isinstance(cell, Absent):
            found.append((name, list(cell) if isinstance(cell, tuple) else cell))
    return found


def in_one(text: Text, lang: str) -> tuple[str | None, str | None]:
    """The text in a language, and the language it is in: the first there is where that one has none."""
    tag = lang if lang in text else next(iter(text), None)
    return (None, None) if tag is None else (text[tag], tag)


def others(name: str, text: Text, shown: str | None) -> list[tuple[str, object]]:
    """A text in the languages that are not shown."""
    return [(f"{name}_{tag}", text[tag]) for tag in text if tag != shown]
