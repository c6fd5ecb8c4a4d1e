"""The rule that holds in the end, for a field, a system and a jurisdiction, and how it comes about.

In order: a hold suspends deletion; the longest legal minimum is a floor, the shortest legal maximum a
ceiling;
within a purpose the shortest need counts, and data lives as long as the longest purpose that is still live,
while access ends with each purpose at its own time. What cannot be ordered is kept apart: both are worked out
for the day of the event, and none is guessed to be the longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amanat.conflicts.governance import has_reason
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field, Source
from amanat.model.resources import Hold, Purpose
from amanat.model.values import PurposeId, RetentionId, SystemId
from amanat.policy.cover import holds as holds_cover
from amanat.retention.terms import (
    MAXIMUM,
    MINIMUM,
    Clause,
    Statement,
    compared,
    longest,
    shortest,
    simplest,
    unordered,
)


class Trouble(StrEnum):
    """Why no rule comes about, or one that people should look at."""

    NOTHING_SAID = "nothing_said"
    UNDECLARED = "undeclared"
    NO_PERIOD = "no_period"
    CLASH = "clash"
    NO_PURPOSE = "no_purpose"
    UNORDERED = "unordered"
    OTHER_EVENTS = "other_events"


@dataclass(frozen=True, slots=True)
class Need:
    """What a purpose needs: its shortest statements. `live` is False for one that has ended or has not begun;
    it keeps nothing. `purpose` is None where the id is not declared."""

    id: PurposeId
    purpose: Purpose | None
    live: bool
    statements: tuple[Statement, ...]
    longer: tuple[Statement, ...]
    """Statements for the same purpose that the shortest ones replace."""


@dataclass(frozen=True, slots=True)
class Effective:
    """How long a field is kept in a system, in a jurisdiction. Data is due when every clause of `clauses` is
    met and no hold stands; without clauses no rule comes about and `troubles` say why."""

    field: Field
    system: SystemId
    jurisdiction: str
    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    replaced: tuple[Statement, ...]
    """Statements of the field that a copy's own policy stands instead of, because it has a basis of its
    own."""
    holds: tuple[Hold, ...]
    floor: tuple[Statement, ...]
    ceiling: tuple[Statement, ...]
    needs: tuple[Need, ...]
    clauses: tuple[Clause, ...]
    troubles: tuple[Trouble, ...]
    unordered: tuple[tuple[Statement, Statement], ...]

    @property
    def deciding(self) -> tuple[Statement, ...]:
        """The statements that decide, each once."""
        return tuple(dict.fromkeys(one for clause in self.clauses for one in clause))

    @property
    def then(self) -> str | None:
        """What happens at the end, None where the deciding statements say different things."""
        said = {one.rule.then for one in self.deciding}
        return said.pop() if len(said) == 1 else None

    @property
    def outcome(self) -> tuple[object, ...]:
        """What two jurisdictions must share to be told as one."""
        terms = tuple(
            tuple((one.policy.id, one.rule.keep, one.clock) for one in clause) for clause in self.clauses
        )
        return (terms, self.then, self.troubles, tuple(hold.id for hold in self.holds))


class Reckoning:
    """Works out effective rules of a catalog on a day (None: unknown, then nothing has ended)."""

    def __init__(self, catalog: Catalog, as_of: date | None) -> None:
        self.catalog, self.as_of = catalog, as_of
        self.jurisdictions: tuple[str, ...] = catalog.jurisdictions or ("*",)

    def of_field(self, field: Field) -> tuple[Effective, ...]:
        """For each system that holds the field, in each jurisdiction."""
        systems = sorted({source.system for source in field.sources.values()})
        return tuple(self.of(field, system, where) for system in systems for where in self.jurisdictions)

    def of(self, field: Field, system: SystemId, jurisdiction: str) -> Effective:
        """For one system and jurisdiction."""
        sources = tuple(one for _, one in sorted(field.sources.items()) if one.system == system)
        said, replaced, troubles = self._statements(field, sources, jurisdiction)
        floor = longest(one for one in said if one.kind == MINIMUM)
        ceiling = shortest(one for one in said if one.kind == MAXIMUM)
        needs = self._needs(field, said)
        if clashes(floor, ceiling):
            clauses: tuple[Clause, ...] = ()
            troubles = (*troubles, Trouble.CLASH)
        else:
            clauses = _clauses(floor, ceiling, needs, said)
        if said and not any(need.live for need in needs):
            troubles = (*troubles, Trouble.NO_PURPOSE)
        pairs = tuple(_unordered(said))
        if pairs:
            troubles = (*troubles, Trouble.UNORDERED)
        if len({one.clock for clause in clauses for one in clause}) > 1:
            troubles = (*troubles, Trouble.OTHER_EVENTS)
        return Effective(
            field, system, jurisdiction, sources, said, replaced, self.holds(field, system), floor, ceiling,
            needs, clauses, troubles, pairs,
        )  # fmt: skip

    def holds(self, field: Field, system: SystemId) -> tuple[Hold, ...]:
        """The holds that stand on a field in a system."""
        return tuple(
            hold
            for hold in self.catalog.holds.values()
            if holds_cover(hold, field, self.as_of) and (not hold.systems or system in hold.systems)
        )

    def _statements(
        self, field: Field, sources: tuple[Source, ...], where: str
    ) -> tuple[tuple[Statement, ...], tuple[Statement, ...], tuple[Trouble, ...]]:
        """What is said, what of it a copy's own policy replaces, and what is missing."""
        troubles: list[Trouble] = []
        own: list[Statement] = []
        for source in sources:
            name = source.facets.get("retention")
            if not isinstance(name, str):
                continue
            policy = self.catalog.retention.get(RetentionId(name))
            if policy is None:
                troubles.append(Trouble.UNDECLARED)
                continue
            used = source.facets.get("purposes")
            purposes = tuple(map(PurposeId, used)) if isinstance(used, tuple) else field.purposes
            own.append(Statement(policy, where, purposes, source.id))
        base = self._of_field(field, where, troubles)
        said = (*base, *own)
        if any(one.rule.keep is None for one in said):
            troubles.append(Trouble.NO_PERIOD)
            said = tuple(one for one in said if one.rule.keep is not None)
        if not said and not troubles:
            troubles.append(Trouble.NOTHING_SAID)
        # A copy whose policy has a law or a contract of its own is not bound by the field's wish.
        reasoned = (
            bool(own)
            and len(own) == len(sources)
            and all(has_reason(one.policy) and one.kind != MINIMUM for one in own)
        )
        replaced = tuple(one for one in base if reasoned and one.kind not in (MINIMUM, MAXIMUM))
        return (
            tuple(one for one in said if one not in replaced),
            replaced,
            tuple(dict.fromkeys(troubles)),
        )

    def _of_field(self, field: Field, where: str, troubles: list[Trouble]) -> tuple[Statement, ...]:
        if field.retention is None:
            return ()
        policy = self.catalog.retention.get(field.retention)
        if policy is None:
            troubles.append(Trouble.UNDECLARED)
            return ()
        return (Statement(policy, where, field.purposes),)

    def _needs(self, field: Field, said: tuple[Statement, ...]) -> tuple[Need, ...]:
        wanted = tuple(one for one in said if one.kind not in (MINIMUM, MAXIMUM))
        names = dict.fromkeys((*field.purposes, *(name for one in wanted for name in one.purposes)))
        found: list[Need] = []
        for name in names:
            stated = tuple(one for one in wanted if name in one.purposes)
            least = shortest(stated)
            purpose = self.catalog.purposes.get(name)
            longer = tuple(one for one in stated if one not in least)
            found.append(Need(name, purpose, self._is_live(purpose), least, longer))
        return tuple(found)

    def _is_live(self, purpose: Purpose | None) -> bool:
        return purpose is not None and purpose.status.held and not purpose.over(self.as_of)


def clashes(
    floor: Iterable[Statement], ceiling: Iterable[Statement]
) -> tuple[tuple[Statement, Statement], ...]:
    """The pairs of a legal minimum that surely lasts longer than a legal maximum."""
    most = tuple(ceiling)
    return tuple((least, top) for least in floor for top in most if compared(least, top) == 1)


def _clauses(
    floor: tuple[Statement, ...],
    ceiling: tuple[Statement, ...],
    needs: tuple[Need, ...],
    said: tuple[Statement, ...],
) -> tuple[Clause, ...]:
    """All that must be over: every floor, and either a ceiling or what every live purpose needs. Where no
    purpose lives, what was said still has to pass: that nothing is needed any more is for people to
    decide."""
    wanted = [_by_clock(need.statements) for need in needs if need.live and need.statements]
    if not wanted:
        wanted = [_by_clock(tuple(one for one in said if one.kind not in (MINIMUM, MAXIMUM)))]
    body = [clause for clauses in wanted for clause in clauses]
    if body:
        body = [(*clause, *ceiling) for clause in body]
    elif ceiling:
        body = [ceiling]
    return simplest([*((one,) for one in floor), *body])


def _by_clock(statements: tuple[Statement, ...]) -> list[Clause]:
    """Needs that count from one event are compared day by day; those of different events must all be over."""
    clocks: dict[tuple[object, ...], list[Statement]] = {}
    for one in statements:
        clocks.setdefault(one.clock, []).append(one)
    return [tuple(alike) for alike in clocks.values()]


def _unordered(said: tuple[Statement, ...]) -> Iterator[tuple[Statement, Statement]]:
    for number, one in enumerate(said):
        for other in said[number + 1 :]:
            if unordered(one, other):
                yield one, other


def covers(hold: Hold, field: Field, system: SystemId) -> bool:
    """Whether a hold's scope holds a field in a system, whenever it begins."""
    named = not hold.fields or any(selects(one, field.id) for one in hold.fields)
    return named and (not hold.systems or system in hold.systems)
