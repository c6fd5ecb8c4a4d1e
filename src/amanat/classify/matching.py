"""The declared field that a column may be another source of: what columns of the same words hold."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from amanat.classify.words import words
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.values import FieldId

_LEAST = 0.5


class Match(NamedTuple):
    """A field, how alike (0 to 1), and why."""

    field: FieldId
    likeness: float
    evidence: str


class Matching:
    """The fields of a catalog by the words of their columns, ids and labels."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._columns: dict[frozenset[str], Counter[FieldId]] = {}
        self._ids: dict[FieldId, frozenset[str]] = {}
        for field in catalog.fields.values():
            for source in field.sources.values():
                key = frozenset(words(source.column))
                self._columns.setdefault(key, Counter())[field.id] += 1
            named = [*words(field.id.rpartition(".")[2])]
            self._ids[field.id] = frozenset(named)

    def field_for(self, column: str, category: str) -> Match | None:
        """The field that most looks like the column, of the category or one above or below it; None where
        none does."""
        wanted = frozenset(words(column))
        best: Match | None = None
        for key, counts in self._columns.items():
            alike = _alike(wanted, key)
            for name, count in counts.items():
                if alike >= _LEAST and self._fits(self._catalog.fields[name], category):
                    also = f"{count} column{'s' if count > 1 else ''} of `{name}` named like it"
                    best = _better(best, Match(name, 0.9 * alike, f"field: {also}"))
        for name, key in self._ids.items():
            alike = _alike(wanted, key)
            if alike >= _LEAST and self._fits(self._catalog.fields[name], category):
                best = _better(best, Match(name, 0.85 * alike, f"field: the name of `{name}`"))
        return best

    def _fits(self, field: Field, category: str) -> bool:
        declared = field.category or ""
        return category in ancestors(declared) or declared in ancestors(category)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _better(one: Match | None, other: Match) -> Match:
    if one is None or (other.likeness, one.field) > (one.likeness, other.field):
        return other
    return one
