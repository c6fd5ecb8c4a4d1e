"""How well columns of seven real systems are told apart: recall on every pair of columns that hold one field
and differ, and silence on those that agree. The table is printed with `-s`."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from amanat.conflicts.observed import observed_claims
from amanat.conflicts.pairs import differ
from amanat.conflicts.values import Claims
from amanat.model.field import Facet
from amanat.model.snapshot import ObservedColumn

FACTS = Path(__file__).parents[2] / "cases" / "facts"
ENGINES = {
    "chatwoot": "postgresql",
    "killbill": "mysql",
    "lago": "postgresql",
    "matomo": "mysql",
    "mautic": "mysql",
    "saleor": "postgresql",
    "suitecrm": "mysql",
}
KINDS = {
    "length": Facet.LENGTH,
    "type": Facet.TYPE,
    "nullability": Facet.NULLABLE,
    "enum": Facet.CODES,
}
Column = tuple[str, str, str]


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
    def silence(self) -> float:
        """Share of agreeing pairs about which nothing is said."""
        return self.quiet / (self.quiet + len(self.wrong))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of facts."""
    with (FACTS / name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


@cache
def columns() -> dict[Column, Claims]:
    """What every column of the seven systems claims."""
    found = {}
    for system, engine in ENGINES.items():
        for row in rows(f"systems/{system}.csv"):
            key = (system, row["table"], row["column"])
            found[key] = observed_claims(engine, _observed(row), defaults=True)
    return found


def _observed(row: dict[str, str]) -> ObservedColumn:
    size = row["length"]
    numbers = [int(part) for part in size.split(",")] if size else []
    is_time = "time" in row["native_type"]
    decimal = len(numbers) == 2
    return ObservedColumn(
        table=row["table"],
        column=row["column"],
        type=row["native_type"],
        length=numbers[0] if numbers and not (decimal or is_time) else None,
        precision=numbers[0] if numbers and (decimal or is_time) else None,
        scale=numbers[1] if decimal else None,
        nullable={"YES": True, "NO": False}.get(row["nullable"]),
        default=row["default"] or None,
        values=dict(_value(value) for value in row["enum_values"].split("|")) if row["enum_values"] else {},
        keys=(),
        comment="",
        line=1,
    )


def _value(value: str) -> tuple[str, str]:
    code, _, meaning = value.partition("=")
    return code, meaning


@cache
def pairs() -> tuple[tuple[str, Column, Column], ...]:
    """Every two columns that hold one field, with the field."""
    bound: dict[str, set[Column]] = defaultdict(set)
    for row in rows("conflicts_truth.csv"):
        if row["row_type"] == "binding":
            bound[row["canonical_field"]].add((row["system1"], row["table1"], row["column1"]))
    return tuple(
        (field, one, other) for field in sorted(bound) for one, other in combinations(sorted(bound[field]), 2)
    )


@cache
def truth() -> dict[str, set[tuple[str, frozenset[Column]]]]:
    """The pairs that differ, by kind of difference."""
    found: dict[str, set[tuple[str, frozenset[Column]]]] = defaultdict(set)
    for row in rows("conflicts_pairs.csv"):
        two = (
            (row["system1"], row["table1"], row["column1"]),
            (row["system2"], row["table2"], row["column2"]),
        )
        found[row["difference"]].add((row["canonical_field"], frozenset(two)))
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


def test_the_figures_are_printed() -> None:
    lines = [f"{'difference':<12} {'pairs':>5} {'found':>5} {'recall':>7} {'agreeing':>8} {'silence':>8}"]
    for kind in KINDS:
        its = figures(kind)
        differing, agreeing = its.found + its.missed, its.quiet + len(its.wrong)
        lines.append(
            f"{kind:<12} {differing:>5} {its.found:>5} {its.recall:>7.3f} {agreeing:>8} {its.silence:>8.3f}"
        )
    print("\n" + "\n".join(lines))  # noqa: T201 - the figures are what this test shows
    assert len(lines) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_differing_pairs_are_found(kind: str) -> None:
    assert figures(kind).recall >= 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_agreeing_pairs_are_left_alone(kind: str) -> None:
    assert figures(kind).silence >= 0.98


def test_what_is_told_apart_beyond_the_truth_are_texts_that_hold_65535_bytes() -> None:
    for kind in KINDS:
        for one, other in figures(kind).wrong:
            shown = {str(columns()[column]["length"].shown) for column in (one, other)}
            assert (kind, shown) == ("length", {"65535 bytes", "unlimited"})


def test_decimals_agree_in_precision_exactly_when_their_digits_do() -> None:
    checked = 0
    for _, one, other in pairs():
        first, second = (_declared_digits(column) for column in (one, other))
        if first and second:
            told = differ(Facet.PRECISION, columns()[one], columns()[other])
            assert told is (first[0] != second[0])
            assert differ(Facet.SCALE, columns()[one], columns()[other]) is (first[1] != second[1])
            checked += 1
    assert checked > 5


@cache
def _declared_digits(column: Column) -> tuple[int, int] | None:
    system, table, name = column
    for row in rows(f"systems/{system}.csv"):
        if (row["table"], row["column"]) == (table, name) and row["native_type"] in ("numeric", "decimal"):
            digits, _, places = row["length"].partition(",")
            return (int(digits), int(places)) if places else None
    return None


def test_nearly_every_column_has_a_known_type() -> None:
    unknown = [column for column, claims in columns().items() if "type" not in claims]
    assert len(columns()) == 1909
    assert len(unknown) / len(columns()) < 0.005
