"""How an effective rule comes about, rung by rung, before anybody decides in which words or format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from amanat.conflicts.durations import apart
from amanat.model.catalog import Catalog
from amanat.model.resources import Hold
from amanat.model.values import RetentionId, SourceId
from amanat.retention.days import FISCAL_YEAR_END, Calendar
from amanat.retention.effective import Effective, Need, Trouble
from amanat.retention.terms import ERASING, Statement, compared, last_of
from amanat.text import Place

EXAMPLE = date(2024, 2, 29)
"""The day of the event that an end is worked out for where no day is known: a leap day, so that it shows."""
_SAID_AS_THEY_ARE = {
    Trouble.CLASH: "clash",
    Trouble.NOTHING_SAID: "nothing_said",
    Trouble.UNDECLARED: "undeclared",
    Trouble.NO_PERIOD: "no_period",
    Trouble.NO_PURPOSE: "no_purpose",
    Trouble.OTHER_EVENTS: "events",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the computation. `key` names it; the rest is what it speaks of, as far as it does. `values`
    are dates, numbers and ids of its sentence."""

    key: str
    statements: tuple[Statement, ...] = ()
    needs: tuple[Need, ...] = ()
    hold: Hold | None = None
    source: SourceId | None = None
    place: Place | None = None
    values: dict[str, object] = field(default_factory=dict)


def ladder(rule: Effective, catalog: Catalog, as_of: date | None) -> tuple[Rung, ...]:
    """The rungs, from what is said to the day on which it ends."""
    return tuple(_rungs(rule, catalog, as_of))


def likeness(rule: Effective) -> tuple[object, ...]:
    """What two rules of a catalog have in common whose ladders on a day are the same, but for the backups of
    their systems: all that a ladder is worked out from."""
    field = rule.field
    elsewhere = tuple(
        (source.id, source.facets["retention"])
        for source in field.sources.values()
        if source.system != rule.system and isinstance(source.facets.get("retention"), str)
    )
    holds = tuple(hold.id for hold in rule.holds)
    return (
        rule.jurisdiction, rule.statements, rule.replaced, holds, field.purposes, rule.troubles, elsewhere,
    )  # fmt: skip


def _rungs(rule: Effective, catalog: Catalog, as_of: date | None) -> Iterator[Rung]:
    yield from _said(rule)
    for hold in rule.holds:
        yield Rung("hold", hold=hold, place=hold.place)
    if not rule.holds:
        yield Rung("nohold")
    yield from _troubles(rule, (Trouble.NOTHING_SAID, Trouble.UNDECLARED, Trouble.NO_PERIOD))
    if not rule.statements:
        return
    yield Rung("floor", rule.floor) if rule.floor else Rung("nofloor")
    yield Rung("ceiling", rule.ceiling) if rule.ceiling else Rung("noceiling")
    yield from _troubles(rule, (Trouble.CLASH,))
    for one, other in rule.unordered:
        difference = apart(one.rule.keep or "", other.rule.keep or "")
        days = max(1, difference.days) if difference is not None else 1
        yield Rung("unordered", (one, other), values={"n": days})
    alike: dict[tuple[object, ...], list[Need]] = {}
    for need in rule.needs:
        alike.setdefault((need.live, need.statements, need.longer), []).append(need)
    for needs in alike.values():
        yield from _need(tuple(needs), rule)
    yield from _elsewhere(rule, catalog)
    yield from _troubles(rule, (Trouble.NO_PURPOSE, Trouble.OTHER_EVENTS))
    yield from _result(rule, catalog, as_of)


def _said(rule: Effective) -> Iterator[Rung]:
    for one in (*rule.replaced, *(each for each in rule.statements if each not in rule.replaced)):
        key = "replaced" if one in rule.replaced else "stated" if one.source is None else "own"
        yield Rung(key, (one,), source=one.source)
        if one.overridden:
            elsewhere = Statement(one.policy, "*", one.purposes, one.source)
            yield Rung("jurisdiction", (elsewhere,), values={"where": one.jurisdiction})


def _troubles(rule: Effective, among: tuple[Trouble, ...]) -> Iterator[Rung]:
    for one in rule.troubles:
        if one in among:
            yield Rung(_SAID_AS_THEY_ARE[one])


def _need(needs: tuple[Need, ...], rule: Effective) -> Iterator[Rung]:
    """What purposes need that need the same, and when access for each of them ends."""
    first = needs[0]
    if not first.live:
        yield Rung("ended", needs=needs)
        return
    yield Rung("need" if first.statements else "unneeded", first.statements, needs)
    if first.longer:
        yield Rung("longer", first.longer, needs)
    for need in needs:
        if need.purpose is not None and need.purpose.until is not None:
            place = need.purpose.place_of("until")
            yield Rung("until", needs=(need,), place=place, values={"day": need.purpose.until})
    if first.statements and any(one not in rule.deciding for one in first.statements):
        yield Rung("access", first.statements, needs)


def _elsewhere(rule: Effective, catalog: Catalog) -> Iterator[Rung]:
    """Copies of other systems with a shorter need for a purpose of this one."""
    for source in rule.field.sources.values():
        name = source.facets.get("retention")
        if source.system == rule.system or not isinstance(name, str):
            continue
        policy = catalog.retention.get(RetentionId(name))
        if policy is None:
            continue
        theirs = Statement(policy, rule.jurisdiction, rule.field.purposes, source.id)
        if any(compared(theirs, one) == -1 for one in rule.deciding):
            yield Rung("elsewhere", (theirs,), source=source.id)


def _result(rule: Effective, catalog: Catalog, as_of: date | None) -> Iterator[Rung]:
    if not rule.clauses:
        return
    first, *more = rule.clauses
    yield Rung("result" if more else "result_one", first)
    for clause in more:
        yield Rung("also", clause)
    fiscal = [one for one in rule.deciding if one.rule.trigger == FISCAL_YEAR_END]
    if fiscal:
        jalali = any(one.calendar is Calendar.JALALI for one in fiscal)
        yield Rung("fiscal_jalali" if jalali else "fiscal")
    if Trouble.OTHER_EVENTS not in rule.troubles:
        yield from _worked(rule, as_of or EXAMPLE)
    if any(one.rule.then not in ERASING for one in rule.deciding):
        return
    system = catalog.systems.get(rule.system)
    lag = system.erase.backups if system is not None and system.erase is not None else None
    if lag is None:
        yield Rung("nobackups")
    elif system is not None:
        yield Rung("backups", place=system.place.at("erase"), values={"lag": lag})


def _worked(rule: Effective, event: date) -> Iterator[Rung]:
    """The days of an event, as an example; while a hold stands, what would be without it."""
    last = last_of(rule.clauses, event)
    if last is not None and last < date.max:
        values = {"event": event, "last": last, "due": last + timedelta(days=1)}
        yield Rung("example_held" if rule.holds else "example", values=dict(values))
