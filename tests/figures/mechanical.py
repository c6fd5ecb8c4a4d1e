"""What schemas alone show: every two columns that hold one field, facet by facet, against all pairs that are
known to differ and all that agree."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations
from typing import NamedTuple

from amanat.conflicts.pairs import differ
from amanat.model.field import Facet
from tests.figures.facts import Column, columns, rows, two_columns

KINDS = {
    "length": Facet.LENGTH,
    "type": Facet.TYPE,
    "nullability": Facet.NULLABLE,
    "enum": Facet.CODES,
}
"""The kind of difference, as the facts call it, to the facet."""


class Figures(NamedTuple):
    """Counts over pairs: those that differ and were found or missed; those that agree and were told apart
    or left alone. `wrong` are the pairs told apart though the truth says nothing."""

    found: int
    missed: int
    wrong: tuple[tuple[Column, Column], ...]
    quiet: int

    @property
    def recall(self) -> float:
        """Share of differing pairs that are found."""
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        """Share of the pairs told apart that do differ."""
        return self.found / (self.found + len(self.wrong))

    @property
    def silence(self) -> float:
        """Share of agreeing pairs about which nothing is said."""
        return self.quiet / (self.quiet + len(self.wrong))


@cache
def pairs() -> tuple[tuple[str, Column, Column], ...]:
    """Every two columns that hold one field, with the field."""
    bound: dict[str, set[Column]] = defaultdict(set)
    for row in rows("conflicts_truth.csv"):
        if row["row_type"] == "binding":
            bound[row["canonical_field"]].add(two_columns(row)[0])
    return tuple(
        (field, one, other) for field in sorted(bound) for one, other in combinations(sorted(bound[field]), 2)
    )


@cache
def truth() -> dict[str, set[tuple[str, frozenset[Column]]]]:
    """The pairs that differ, by kind of difference."""
    found: dict[str, set[tuple[str, frozenset[Column]]]] = defaultdict(set)
    for row in rows("conflicts_pairs.csv"):
        found[row["difference"]].add((row["canonical_field"], frozenset(two_columns(row))))
    return found


@cache
def figures(kind: str) -> Figures:
    """The counts for a kind of difference."""
    found = missed = quiet = 0
    wrong: list[tuple[Column, Column]] = []
    for field, one, other in pairs():
        told = differ(KINDS[kind], columns()[one], columns()[other]) is True
        if (field, frozenset((one, other))) in truth()[kind]:
            found, missed = found + told, missed + (not told)
        elif told:
            wrong.append((one, other))
        else:
            quiet += 1
    return Figures(found, missed, tuple(wrong), quiet)
