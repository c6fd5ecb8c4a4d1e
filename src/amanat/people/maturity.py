"""How far the house is kept, as the catalog shows it: questions in dimensions, each answered by counting.

Nothing is asked of anybody, and nothing is averaged: a dimension stands where its weakest answer stands. What
nobody said counts as not done, and is told apart from what was said and falls short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from amanat.diagnostic import Diagnostic, Severity
from amanat.inventory.staff import classes_held, required
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.measures import Outcome
from amanat.model.snapshot import Snapshot
from amanat.model.values import RecipientId, SystemId, Text
from amanat.observe.coverage import coverage
from amanat.rules.staff import Trained, training_of, working_roles
from amanat.text import Place


class Stage(StrEnum):
    """How much of what is asked is so: nothing, less than half, less than nine in ten, less than all, all; or
    there is nothing that could be asked."""

    NONE = "none"
    BEGUN = "begun"
    HALF = "half"
    MOST = "most"
    ALL = "all"
    NOT_APPLICABLE = "not_applicable"


_ORDER = (Stage.NONE, Stage.BEGUN, Stage.HALF, Stage.MOST, Stage.ALL)


class Proof(NamedTuple):
    """An entry that an answer rests on: the folder of its kind, its id, label and place."""

    kind: str
    id: str
    label: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What was counted. `met` is how many are so, `lacking` those that are not, `unknown` those of which
    nobody said; `shown` are some that are so."""

    key: str
    met: int
    shown: tuple[Proof, ...]
    lacking: tuple[Proof, ...]
    unknown: tuple[Proof, ...]

    @property
    def total(self) -> int:
        """How many were looked at."""
        return self.met + len(self.lacking) + len(self.unknown)

    @property
    def stage(self) -> Stage:
        """Where the answer stands."""
        if not self.total:
            return Stage.NOT_APPLICABLE
        if self.met == self.total:
            return Stage.ALL
        if not self.met:
            return Stage.NONE
        if 10 * self.met >= 9 * self.total:
            return Stage.MOST
        return Stage.HALF if 2 * self.met >= self.total else Stage.BEGUN


@dataclass(frozen=True, slots=True)
class Dimension:
    """Questions about one side of keeping data."""

    key: str
    answers: tuple[Answer, ...]

    @property
    def stage(self) -> Stage:
        """The stage of its weakest answer."""
        asked = [one.stage for one in self.answers if one.stage is not Stage.NOT_APPLICABLE]
        return min(asked, key=_ORDER.index, default=Stage.NOT_APPLICABLE)


SHOWN = 3
"""How many entries that are so an answer names."""


def maturity(
    catalog: Catalog, diagnostics: Iterable[Diagnostic], as_of: date | None
) -> tuple[Dimension, ...]:
    """Every dimension, in a fixed order. `diagnostics` are what the rules found: open conflicts are among
    them."""
    maker = _Maker(catalog, tuple(diagnostics), as_of)
    return tuple(Dimension(key, tuple(make(maker))) for key, make in DIMENSIONS.items())


class _Maker:
    """The populations that questions are asked of, made once."""

    def __init__(self, catalog: Catalog, diagnostics: tuple[Diagnostic, ...], as_of: date | None) -> None:
        self.catalog, self.diagnostics, self.as_of = catalog, diagnostics, as_of
        self.fields = [one for one in catalog.fields.values() if one.status.held]
        self.systems = [one for one in catalog.systems.values() if one.status.held]
        self.purposes = [one for one in catalog.purposes.values() if one.status.held]
        self.roles = [one for one in catalog.roles.values() if one.id in working_roles(catalog)]

    def ask(self, key: str, kind: str, entries: Iterable[Any], met: Callable[[Any], bool | None]) -> Answer:
        """Count the entries for which `met` says yes; None is: nobody said."""
        count = 0
        shown: list[Proof] = []
        lacking: list[Proof] = []
        unknown: list[Proof] = []
        for entry in entries:
            found = met(entry)
            if found:
                count += 1
                if len(shown) < SHOWN:
                    shown.append(_proof(kind, entry))
            else:
                (unknown if found is None else lacking).append(_proof(kind, entry))
        return Answer(key, count, tuple(shown), tuple(lacking), tuple(unknown))


def _proof(kind: str, entry: Any) -> Proof:
    return Proof(kind, str(entry.id), entry.label, entry.place)


def _inventory(m: _Maker) -> Iterator[Answer]:
    catalog = m.catalog
    yield m.ask("observed", "systems", m.systems, lambda one: one.id in catalog.snapshots)
    met, lacking = 0, []
    shown: list[Proof] = []
    unknown = []
    for one in coverage(catalog):
        if not one.system.status.held:
            continue
        if one.total is None:
            unknown.append(_proof("systems", one.system))
            continue
        met += one.settled
        snapshot = catalog.snapshots[one.system.id]

        def proof(path: str, system: str = one.system.id, seen: Snapshot = snapshot) -> Proof:
            return Proof("columns", f"{system}.{path}", {}, seen.place(seen.columns[path]))

        lacking += [proof(path) for path in one.unmapped]
        if len(shown) < SHOWN:
            left = set(one.unmapped)
            settled = (path for path in sorted(snapshot.columns) if path not in left)
            shown += [proof(path) for path in islice(settled, SHOWN - len(shown))]
    yield Answer("columns", met, tuple(shown), tuple(lacking), tuple(unknown))
    held = {source.system for field in m.fields for source in field.sources.values()}
    yield m.ask("with_fields", "systems", m.systems, lambda one: one.id in held)
    yield m.ask("with_source", "fields", m.fields, lambda one: bool(one.sources))


def _meaning(m: _Maker) -> Iterator[Answer]:
    tags = m.catalog.languages
    yield m.ask("defined", "fields", m.fields, lambda one: bool(one.definition))
    yield m.ask(
        "translated",
        "fields",
        m.fields,
        lambda one: all(one.label.get(t) and one.definition.get(t) for t in tags),
    )
    yield m.ask("categorised", "fields", m.fields, lambda one: one.category in m.catalog.categories)
    metrics = [one for one in m.fields if one.kind == "metric"]
    yield m.ask("narrated", "fields", metrics, lambda one: one.narrative is not None)
    inferred = [one for one in m.fields if one.origin == "inferred"]
    yield m.ask("explained", "fields", inferred, lambda one: bool(one.logic and one.derived_from))


def _ownership(m: _Maker) -> Iterator[Answer]:
    teams = m.catalog.teams
    yield m.ask("owned_fields", "fields", m.fields, lambda one: one.owner in teams)
    yield m.ask("owned_systems", "systems", m.systems, lambda one: one.owner in teams)
    yield m.ask("deputies", "teams", teams.values(), lambda one: bool(one.lead and one.deputy))
    yield m.ask("administered", "systems", m.systems, lambda one: bool(one.admin) or None)


def _lawfulness(m: _Maker) -> Iterator[Answer]:
    catalog = m.catalog
    where = catalog.jurisdictions or ("*",)
    live = {one.id for one in m.purposes if not one.over(m.as_of)}
    allowing = {above for one in live for above in ancestors(one)}
    yield m.ask("purposeful", "fields", m.fields, lambda one: not allowing.isdisjoint(one.purposes))
    yield m.ask("lawful", "purposes", m.purposes, lambda one: all(one.basis_in(each) for each in where))
    yield m.ask("beneficial", "purposes", m.purposes, lambda one: bool(one.benefit))
    yield m.ask("expected", "purposes", m.purposes, lambda one: one.expected)
    consents = [one for one in m.purposes if "consent" in one.basis.values()]
    yield m.ask("consented", "purposes", consents, lambda one: bool(one.consent and one.consent.recorded_in))


def _one_version(m: _Maker) -> Iterator[Answer]:
    yield m.ask("identified", "systems", m.systems, lambda one: one.customer_id is not None)
    subjects = m.catalog.subjects.values()
    yield m.ask("global_id", "subjects", subjects, lambda one: one.global_id is not None)
    several = [one for one in m.fields if len(one.sources) > 1]
    yield m.ask("decided", "fields", several, lambda one: bool(one.master or one.survivorship))
    yield m.ask("agreeing", "fields", several, _without_conflict(m))


def _without_conflict(m: _Maker) -> Callable[[Field], bool]:
    """Whether no conflict of a field is open that a rule takes for more than information."""
    open_ones = {
        one.subject
        for one in m.diagnostics
        if one.code.startswith("CF") and one.severity in (Severity.ERROR, Severity.WARNING)
    }
    return lambda one: one.id not in open_ones


def _quality(m: _Maker) -> Iterator[Answer]:
    critical = [one for one in m.fields if one.critical]
    yield m.ask("expected_quality", "fields", critical, lambda one: bool(one.quality))
    expecting = [one for one in m.fields if one.quality]
    last: dict[str, list[Outcome]] = {}
    for measures in m.catalog.measures.values():
        for series in measures.series():
            last.setdefault(series[-1].field, []).append(series[-1].outcome)
    yield m.ask("measured", "fields", expecting, lambda one: _met(last.get(one.id)))
    yield m.ask("reviewed", "fields", m.fields, lambda one: _not_past(one.review_by, m.as_of))


def _met(outcomes: list[Outcome] | None) -> bool | None:
    """Whether the last measurements were met; None where nothing was measured."""
    told = [one for one in outcomes or () if one in (Outcome.PASS, Outcome.FAIL)]
    return all(one is Outcome.PASS for one in told) if told else None


def _not_past(day: str | None, as_of: date | None) -> bool | None:
    """Whether a day is still to come; None where there is none, or no day to judge by."""
    if day is None or as_of is None:
        return None
    try:
        return date.fromisoformat(day) >= as_of
    except ValueError:
        return None


def _protection(m: _Maker) -> Iterator[Answer]:
    catalog = m.catalog
    yield m.ask("classified", "fields", m.fields, lambda one: one.classification in catalog.classifications)
    held = classes_held(catalog)
    met: list[Proof] = []
    lacking: list[Proof] = []
    for system in m.systems:
        for control in required(catalog, system, held):
            proof = Proof("systems", f"{system.id}: {control}", {}, system.place.at("security"))
            (met if control in system.security else lacking).append(proof)
    yield Answer("controls", len(met), tuple(met[:SHOWN]), tuple(lacking), ())
    yield m.ask("assessed", "systems", m.systems, lambda one: bool(one.assessed) or None)
    yield m.ask(
        "users",
        "systems",
        m.systems,
        lambda one: None if one.users is None or one.users_max is None else one.users <= one.users_max,
    )


def _lifetime(m: _Maker) -> Iterator[Answer]:
    retention = m.catalog.retention
    yield m.ask("retained", "fields", m.fields, lambda one: one.retention in retention)
    yield m.ask(
        "provable", "retention", retention.values(), lambda one: bool(one.rule.trigger and one.rule.proved_by)
    )
    yield m.ask("reasoned", "retention", retention.values(), lambda one: one.rule.basis is not None)
    yield m.ask(
        "erasable",
        "systems",
        m.systems,
        lambda one: bool(one.erase and one.erase.method and one.erase.backups),
    )


def _people(m: _Maker) -> Iterator[Answer]:
    yield m.ask("trained", "roles", [one for one in m.roles if one.people != 0], lambda one: _trained(m, one))
    yield m.ask("counted", "roles", m.roles, lambda one: True if one.people is not None else None)
    yield m.ask("described", "roles", m.roles, lambda one: bool(one.definition))
    yield m.ask("cleared", "roles", m.roles, lambda one: one.clearance in m.catalog.classifications)


def _trained(m: _Maker, role: Any) -> bool | None:
    stands = training_of(role, m.as_of).stands
    if stands is Trained.MISSING:
        return None
    return stands in (Trained.DONE, Trained.DUE)


def _sharing(m: _Maker) -> Iterator[Answer]:
    catalog = m.catalog
    recipients = catalog.recipients.values()
    yield m.ask("contracted", "recipients", recipients, lambda one: bool(one.role and one.contract))
    yield m.ask("reachable", "recipients", recipients, lambda one: bool(one.contact) or None)
    unlawful = {d.subject: d for d in m.diagnostics if d.code == "ER103"}
    made = m.ask(
        "transfers",
        "transfers",
        catalog.transfers.values(),
        lambda one: bool(one.mechanism and one.evidence and one.id not in unlawful),
    )
    # Where data goes abroad and no transfer is declared at all, there is none to count: the rule found it.
    undeclared = (
        Proof("recipients", name, found.label if found else {}, one.place)
        for name, one in sorted(unlawful.items())
        if name not in catalog.transfers
        for found in (catalog.recipients.get(RecipientId(name)) or catalog.systems.get(SystemId(name)),)
    )
    yield replace(made, lacking=(*made.lacking, *undeclared))


DIMENSIONS: dict[str, Callable[[_Maker], Iterator[Answer]]] = {
    "inventory": _inventory,
    "meaning": _meaning,
    "ownership": _ownership,
    "lawfulness": _lawfulness,
    "one_version": _one_version,
    "quality": _quality,
    "protection": _protection,
    "lifetime": _lifetime,
    "people": _people,
    "sharing": _sharing,
}
"""The dimensions, in order: what each asks."""
