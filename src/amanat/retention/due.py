"""What falls due, by rules: which rows are over on a day, which fiscal year follows and when, which
purposes end,
which holds are to be looked at. No row is looked at; the plan's queries count them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from amanat.conflicts.durations import after
from amanat.conflicts.standing import day_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Hold
from amanat.model.values import FieldId, SystemId
from amanat.retention.days import FISCAL_YEAR_END, year_end
from amanat.retention.effective import Effective, Reckoning, Trouble
from amanat.retention.terms import ERASING, Statement
from amanat.text import Place


class Matter(StrEnum):
    """What falls due."""

    ROWS = "rows"
    YEAR = "year"
    PURPOSE = "purpose"
    HOLD = "hold"
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that falls due on `day`; None: nobody can know when.

    Of `rows` and `year`, `id` is the policy, `upto` the latest day of an event that is over then,
    `fields` how
    many fields are kept by it there, `held` how many of those a hold keeps, and `gone` the day on which
    the last
    backup of what is erased that day is gone (None: the system does not say how long it keeps backups, or
    nothing is erased). `also` are policies that count from other events and have to be over too, so that the
    day is not known. A `clash` is a field (`id`) that one law asks to keep longer than another allows.
    """

    matter: Matter
    day: date | None
    id: str
    place: Place
    system: SystemId | None = None
    jurisdictions: tuple[str, ...] = ()
    trigger: str | None = None
    keep: str | None = None
    then: str | None = None
    upto: date | None = None
    fields: int = 0
    held: int = 0
    gone: date | None = None
    also: tuple[str, ...] = ()


class Kept:
    """Effective rules of all fields; those that are kept alike in a system share one."""

    def __init__(self, reckoning: Reckoning) -> None:
        self._reckoning = reckoning
        self._shared: dict[tuple[object, ...], Effective] = {}

    def of(self, field: Field, system: SystemId, jurisdiction: str) -> tuple[Effective, tuple[Hold, ...]]:
        """An effective rule that is the field's (of a field kept alike), and the holds on the field
        itself."""
        own = tuple(
            (source.facets["retention"], source.facets.get("purposes"))
            for source in field.sources.values()
            if source.system == system and "retention" in source.facets
        )
        number = sum(source.system == system for source in field.sources.values()) if own else 0
        key = (field.retention, field.purposes, own, number, jurisdiction)
        if key not in self._shared:
            self._shared[key] = self._reckoning.of(field, system, jurisdiction)
        held = self._reckoning.holds(field, system) if self._reckoning.catalog.holds else ()
        return self._shared[key], held


def calendar(catalog: Catalog, as_of: date) -> tuple[Entry, ...]:
    """Everything that has a day, the earliest first; what is over is due on `as_of` itself."""
    found = [*_periods(catalog, as_of), *_purposes(catalog), *_holds(catalog)]
    return tuple(sorted(found, key=_order))


def _order(one: Entry) -> tuple[object, ...]:
    day = one.day or date.max
    return (one.day is None, day, list(Matter).index(one.matter), one.id, one.system or "", one.jurisdictions)


def _periods(catalog: Catalog, as_of: date) -> Iterator[Entry]:
    reckoning = Reckoning(catalog, as_of)
    kept = Kept(reckoning)
    grouped: dict[tuple[SystemId, str, Statement, tuple[str, ...]], list[int]] = {}
    clashes: dict[tuple[FieldId, SystemId], tuple[Place, list[str]]] = {}
    for field in catalog.fields.values():
        if not field.status.held:
            continue
        systems = dict.fromkeys(source.system for source in field.sources.values())
        for system in systems:
            declared = catalog.systems.get(system)
            if declared is not None and not declared.status.held:
                continue  # nothing is there yet, or nothing any more
            for where in reckoning.jurisdictions:
                rule, held = kept.of(field, system, where)
                if Trouble.CLASH in rule.troubles:
                    place = rule.floor[0].policy.place
                    clashes.setdefault((field.id, system), (place, []))[1].append(where)
                for one in rule.deciding:
                    counts = grouped.setdefault((system, where, one, _besides(rule, one)), [0, 0])
                    counts[0] += 1
                    counts[1] += bool(held)
    for (name, system), (place, names) in clashes.items():
        yield Entry(Matter.CLASH, None, name, place, system, tuple(names), fields=1)
    alike: dict[tuple[SystemId, str, str, tuple[str, ...]], tuple[Statement, list[int]]] = {}
    for (system, where, one, also), counts in grouped.items():
        known = alike.setdefault((system, where, one.policy.id, also), (one, [0, 0]))[1]
        known[0] += counts[0]
        known[1] += counts[1]
    merged: dict[tuple[object, ...], list[Entry]] = {}
    for (system, where, _, also), (one, counts) in alike.items():
        for single in _of_statement(catalog, as_of, one, system, counts):
            entry = replace(single, day=None, gone=None, also=also) if also else single
            merged.setdefault(_without_place(entry), []).append(replace(entry, jurisdictions=(where,)))
    for entries in merged.values():
        yield replace(entries[0], jurisdictions=tuple(name for one in entries for name in one.jurisdictions))


def _besides(rule: Effective, one: Statement) -> tuple[str, ...]:
    """The policies of the clauses that a statement is not in: they have to be met as well."""
    if len(rule.clauses) < 2:
        return ()
    others = {each.policy.id for clause in rule.clauses if one not in clause for each in clause}
    return tuple(sorted(others - {one.policy.id}))


def _without_place(one: Entry) -> tuple[object, ...]:
    """What two jurisdictions must share to be told as one."""
    return (
        one.matter,
        one.day,
        one.id,
        one.system,
        one.keep,
        one.trigger,
        one.then,
        one.upto,
        one.fields,
        one.held,
        one.also,
    )


def _of_statement(
    catalog: Catalog, as_of: date, one: Statement, system: SystemId, counts: list[int]
) -> Iterator[Entry]:
    upto = one.cutoff(as_of)
    common = {
        "id": str(one.policy.id),
        "place": one.place,
        "system": system,
        "trigger": one.rule.trigger,
        "keep": one.rule.keep,
        "then": one.rule.then,
        "fields": counts[0],
        "held": counts[1],
    }
    erases = one.rule.then in ERASING
    gone = _gone(catalog, system, as_of) if erases else None
    yield _entry(Matter.ROWS, None if upto is None else as_of, upto, gone, common)
    if upto is not None and one.rule.trigger == FISCAL_YEAR_END:
        closing = year_end(upto + timedelta(days=1), one.calendar)
        last = one.last_day(closing)
        if last is not None:
            day = last + timedelta(days=1)
            gone = _gone(catalog, system, day) if erases else None
            yield _entry(Matter.YEAR, day, closing, gone, common)


def _entry(
    matter: Matter, day: date | None, upto: date | None, gone: date | None, common: Mapping[str, object]
) -> Entry:
    return Entry(matter, day, upto=upto, gone=None if day is None else gone, **common)  # type: ignore[arg-type]


def _gone(catalog: Catalog, system: SystemId, day: date) -> date | None:
    entry = catalog.systems.get(system)
    lag = entry.erase.backups if entry is not None and entry.erase is not None else None
    return None if lag is None else after(day, lag)


def _purposes(catalog: Catalog) -> Iterator[Entry]:
    for purpose in catalog.purposes.values():
        if purpose.until is not None and purpose.status.held:
            place = purpose.place_of("until")
            yield Entry(Matter.PURPOSE, day_of(purpose.until), purpose.id, place)


def _holds(catalog: Catalog) -> Iterator[Entry]:
    for hold in catalog.holds.values():
        yield Entry(Matter.HOLD, day_of(hold.review), hold.id, hold.place.at("review"))
