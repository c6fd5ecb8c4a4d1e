"""Measures: dated facts about the quality of data, counted where the data is. No value of a row is in
them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from amanat.model.values import FieldId, SourceId, SystemId
from amanat.text import Place


class Check(StrEnum):
    """What is counted. `overlap` and `reach` are about customer ids, the others about a field's values."""

    COMPLETE = "complete"
    VALID = "valid"
    UNIQUE = "unique"
    FRESH = "fresh"
    IN_RANGE = "in_range"
    IN_CODE_LIST = "in_code_list"
    REFERENTIAL = "referential"
    CONSISTENT = "consistent"
    OVERLAP = "overlap"
    REACH = "reach"


class Outcome(StrEnum):
    """What a measurement says: the expectation is met or not; nothing is expected here (`told`); or nothing
    could be counted."""

    PASS = "pass"
    FAIL = "fail"
    TOLD = "told"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement. `path` is the column without its system, `against` what it was compared with (a
    source, or a column of the same system), `as_of` a day (ISO 8601). Of `rows` scanned, `counted` could meet
    the check and `met` did; None: not counted. `newest` is the latest day found by `fresh`. `why` says why
    nothing was counted. `line` counts from 1 in the file; 0: it is in none yet."""

    field: FieldId
    path: str
    check: Check
    against: str
    as_of: str
    rows: int | None
    counted: int | None
    met: int | None
    newest: str
    expected: str
    outcome: Outcome
    why: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is measured again and again: field, column, check, and what it is compared with."""
        return (self.field, self.path, self.check.value, self.against)

    @property
    def share(self) -> Decimal | None:
        """How much of what was counted meets the check, in percent with two decimals, rounded down so that
        100 is all; None where nothing was counted."""
        if self.met is None or not self.counted:
            return None
        exact = Decimal(self.met) * 100 / Decimal(self.counted)
        return exact.quantize(Decimal("0.01"), ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one system, sorted by what is measured and then by day."""

    system: SystemId
    file: str
    all: tuple[Measure, ...]

    def place(self, measure: Measure) -> Place:
        """The row of the file that the measure was read from."""
        return Place(self.file, (measure.line,))

    def source(self, measure: Measure) -> SourceId:
        """The source that was measured."""
        return SourceId(f"{self.system}.{measure.path}")

    def series(self) -> Iterator[tuple[Measure, ...]]:
        """What was measured of one thing, oldest first; one such row for each thing, in the order of the
        file. What could not be counted is among them."""
        groups: dict[tuple[str, str, str, str], list[Measure]] = {}
        for measure in self.all:
            groups.setdefault(measure.key, []).append(measure)
        for group in groups.values():
            yield tuple(sorted(group, key=lambda one: one.as_of))


def by_field(measures: Iterable[Measures]) -> Mapping[FieldId, list[tuple[Measures, tuple[Measure, ...]]]]:
    """Every series of every system, by field."""
    found: dict[FieldId, list[tuple[Measures, tuple[Measure, ...]]]] = {}
    for one in measures:
        for series in one.series():
            found.setdefault(series[0].field, []).append((one, series))
    return found
