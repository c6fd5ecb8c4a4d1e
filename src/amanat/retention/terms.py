"""What is said about how long: one statement for a policy in a jurisdiction, and how statements compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from amanat.conflicts.durations import order
from amanat.model.resources import Retention, RetentionRule
from amanat.model.values import PurposeId, SourceId
from amanat.retention.days import Calendar, calendar_of, cutoff, last_day
from amanat.text import Place

MINIMUM, MAXIMUM = "legal_minimum", "legal_maximum"
ERASING = frozenset(("delete", "anonymise", "aggregate"))
"""What `then` has to say for data about a person to be gone: what is archived, reviewed or pseudonymised is
still there."""


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A policy's rule as it stands in a jurisdiction, for the purposes of what it keeps. `source` is the copy
    that has the policy for itself; None: the policy is the field's."""

    policy: Retention
    jurisdiction: str
    purposes: tuple[PurposeId, ...]
    source: SourceId | None = None

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.policy.id, self.jurisdiction, self.purposes, self.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def rule(self) -> RetentionRule:
        """The rule that holds in the jurisdiction."""
        return self.policy.where.get(self.jurisdiction, self.policy.rule)

    @property
    def overridden(self) -> bool:
        """Whether the jurisdiction has a rule of its own."""
        return self.jurisdiction in self.policy.where

    @property
    def kind(self) -> str | None:
        """The kind of its basis, None where nobody said."""
        basis = self.rule.basis
        return basis.kind if basis else None

    @property
    def place(self) -> Place:
        """Where its period is written."""
        base = self.policy.place
        if self.overridden and self.rule.keep != self.policy.rule.keep:
            base = base.at("where", self.jurisdiction)
        return base.at("keep") if self.rule.keep is not None else base

    @property
    def calendar(self) -> Calendar:
        """The calendar that it is counted in."""
        return calendar_of(self.rule.trigger, self.jurisdiction)

    @property
    def clock(self) -> tuple[object, ...]:
        """What it counts from; only statements of one clock can be longer or shorter than each other."""
        return (self.rule.trigger, frozenset(self.rule.proved_by), self.calendar)

    def last_day(self, event: date) -> date | None:
        """The last day on which data is kept after an event."""
        return None if self.rule.keep is None else last_day(event, self.rule.keep, *self._counted)

    def cutoff(self, as_of: date) -> date | None:
        """The latest day of an event that is over on a day."""
        return None if self.rule.keep is None else cutoff(as_of, self.rule.keep, *self._counted)

    @property
    def _counted(self) -> tuple[str | None, Calendar]:
        return (self.rule.trigger, self.calendar)


def compared(one: Statement, other: Statement) -> int | None:
    """-1, 0 or 1 as the first ends before, with or after the second whatever the day of the event; None where
    that cannot be said: they count from different events, or their periods have no order (`P3Y`,
    `P1095D`)."""
    if one.rule.keep is None or other.rule.keep is None or one.clock != other.clock:
        return None
    return 0 if one.rule.keep == other.rule.keep else order(one.rule.keep, other.rule.keep)


def unordered(one: Statement, other: Statement) -> bool:
    """Whether two statements count from the same event and still cannot be ordered."""
    return (
        one.clock == other.clock
        and one.rule.keep is not None
        and other.rule.keep is not None
        and compared(one, other) is None
    )


def longest(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements that no other one outlasts; several where they cannot be ordered."""
    return _extreme(tuple(statements), 1)


def shortest(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements that no other one ends before; several where they cannot be ordered."""
    return _extreme(tuple(statements), -1)


def _extreme(statements: Sequence[Statement], sign: int) -> tuple[Statement, ...]:
    kept: list[Statement] = []
    for number, one in enumerate(statements):
        beaten = any(
            (verdict := compared(other, one)) == sign or (verdict == 0 and position < number)
            for position, other in enumerate(statements)
            if position != number
        )
        if not beaten:
            kept.append(one)
    return tuple(kept)


Clause = tuple[Statement, ...]
"""Data is due by a clause when one of its statements is over."""


def simplest(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses that are needed: data is due when all of them are met. A clause that another one always
    outlasts adds nothing, nor does a statement that another of its clause always ends before."""
    short = tuple(dict.fromkeys(shortest(clause) for clause in clauses))
    kept: list[Clause] = []
    for number, one in enumerate(short):
        beaten = any(
            _implies(other, one) and not (_implies(one, other) and number < position)
            for position, other in enumerate(short)
            if position != number
        )
        if not beaten:
            kept.append(one)
    return tuple(kept)


def _implies(one: Clause, other: Clause) -> bool:
    """Whether the second clause is met whenever the first is."""
    return all(
        any((verdict := compared(theirs, ours)) is not None and verdict <= 0 for theirs in other)
        for ours in one
    )


def last_of(clauses: Sequence[Clause], event: date) -> date | None:
    """The last day on which data is kept after an event of one day, from which all statements count. None
    where a statement has no such day."""
    days: list[date] = []
    for clause in clauses:
        ends = [one.last_day(event) for one in clause]
        known = [end for end in ends if end is not None]
        if not known or len(known) < len(ends):
            return None
        days.append(min(known))
    return max(days, default=None)
