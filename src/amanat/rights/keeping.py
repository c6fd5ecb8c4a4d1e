"""What must not be erased yet, why, and until when (GDPR Art. 17(3)): legal minima and holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field, Source
from amanat.model.resources import Hold, Retention, RetentionRule
from amanat.model.values import FieldId, RetentionId
from amanat.retention.effective import Reckoning, clashes
from amanat.retention.governed import policies_of
from amanat.retention.terms import MAXIMUM, MINIMUM
from amanat.rights.problems import Problem, problem
from amanat.text import Place


class Missing(NamedTuple):
    """A policy that is named and not declared, or cannot be read: whether a law keeps the data is unknown."""

    policy: str
    place: Place


class Reason(NamedTuple):
    """Why a field is kept in a system: a hold, or a rule of a retention policy with a legal minimum, in the
    jurisdictions in which it is the rule (`*`: everywhere that has none of its own)."""

    hold: Hold | None
    policy: Retention | None
    rule: RetentionRule | None
    where: tuple[str, ...]
    missing: Missing | None = None

    @property
    def name(self) -> str:
        """The hold or the policy, by its id."""
        if self.missing is not None:
            return self.missing.policy
        return str(self.hold.id if self.hold is not None else self.policy.id if self.policy else "")

    @property
    def place(self) -> Place:
        """Where it is written; of a policy that is missing, where it is named."""
        if self.missing is not None:
            return self.missing.place
        written = self.hold or self.policy
        assert written is not None  # a reason is a hold, a policy or one that is missing
        return written.place

    @property
    def article(self) -> str:
        """The exception of Art. 17(3) that it rests on."""
        return "17(3)(e)" if self.hold is not None else "17(3)(b)"


class Keeping:
    """Answers for one catalog on a day; None: not known, then every hold stands. `jurisdiction` None: nobody
    said which law the person is under, so whatever any of them keeps is kept."""

    def __init__(self, catalog: Catalog, jurisdiction: str | None, on: date | None = None) -> None:
        self._catalog, self._jurisdiction, self._on = catalog, jurisdiction, on
        self._standing = tuple(one for one in catalog.holds.values() if not _begins_after(one, on))
        self._policies: dict[str, Mapping[RetentionId, tuple[Source, ...]]] = {}
        self._laws: dict[RetentionId, tuple[Reason, ...]] = {}
        self._known: dict[tuple[str, str, str | None], tuple[Reason, ...]] = {}

    def reasons(self, field: Field, system: str, column: str | None = None) -> tuple[Reason, ...]:
        """Why the field is kept in the system, or in one column of it (by the id of the source); (): it is
        not."""
        if not any("retention" in one.facets for one in field.sources.values()):
            column = None  # one policy is the rule for all columns
        key = (field.id, system, column)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(self._all(field, system, column))
        return known

    def rules(self, policy: Retention) -> dict[str, RetentionRule]:
        """The rules that may hold for the person, by jurisdiction."""
        if self._jurisdiction is not None:
            return {self._jurisdiction: policy.where.get(self._jurisdiction, policy.rule)}
        named = self._catalog.jurisdictions
        rules = dict(sorted(policy.where.items()))
        if not named or any(one not in policy.where for one in named):
            rules = {"*": policy.rule, **rules}
        return rules

    def _policies_of(self, field: Field) -> Mapping[RetentionId, tuple[Source, ...]]:
        if field.id not in self._policies:
            self._policies[field.id] = policies_of(self._catalog, field)
        return self._policies[field.id]

    def _all(self, field: Field, system: str, column: str | None) -> Iterator[Reason]:
        for hold in self._standing:
            if covers(hold, field, system):
                yield Reason(hold, None, None, ())
        for missing in self._missing(field, system, column):
            yield Reason(None, None, None, (), missing)
        for name, sources in self._policies_of(field).items():
            if any(one.system == system and column in (None, one.id) for one in sources):
                if name not in self._laws:
                    self._laws[name] = tuple(self._minima(self._catalog.retention[name]))
                yield from self._laws[name]

    def _missing(self, field: Field, system: str | None = None, column: str | None = None) -> list[Missing]:
        """The policies of the field, or of its copies there, that are not declared: nothing is erased on
        doubt."""
        found = {}
        if field.retention is not None and field.retention not in self._catalog.retention:
            found[str(field.retention)] = field.place_of("retention")
        for one in field.sources.values():
            name = one.facets.get("retention")
            here = system in (None, one.system) and column in (None, one.id)
            if here and isinstance(name, str) and name not in self._catalog.retention:
                found.setdefault(name, one.place)
        return [Missing(name, place) for name, place in found.items()]

    def _minima(self, policy: Retention) -> Iterator[Reason]:
        grouped: dict[tuple[str | None, str | None], tuple[RetentionRule, list[str]]] = {}
        for where, rule in self.rules(policy).items():
            if rule.basis is not None and rule.basis.kind == MINIMUM:
                grouped.setdefault((rule.keep, rule.basis.law), (rule, []))[1].append(where)
        for rule, places in grouped.values():
            yield Reason(None, policy, rule, tuple(places))

    def problems(self, fields: Mapping[FieldId, Field]) -> Iterator[Problem]:
        """What contradicts itself or is not known: holds past their review, a hold or a legal minimum against
        a legal maximum, rules that differ by jurisdiction while nobody said which law holds."""
        on = self._on.isoformat() if self._on is not None else ""
        for hold in self._standing:
            its = [one for one in fields.values() if any(covers(hold, one, s) for s in systems_of(one))]
            if not its:
                continue
            if hold.review is None or (on and hold.review <= on):
                when = hold.review or "-"
                yield problem("hold_review", hold.place.at("review"), hold.id, day=when)
            for one in its:
                for name, sources in self._policies_of(one).items():
                    if not any(covers(hold, one, source.system) for source in sources):
                        continue
                    for rule in self.rules(self._catalog.retention[name]).values():
                        if rule.basis is not None and rule.basis.kind == MAXIMUM:
                            law = rule.basis.law or "?"
                            yield problem("hold_maximum", hold.place, hold.id, field=one.id, law=law)
        missing = {one.policy: one.place for field in fields.values() for one in self._missing(field)}
        for unknown, place in missing.items():
            yield problem("undeclared", place, unknown)
        yield from self._clashes(fields.values())
        if self._jurisdiction is not None:
            return
        used = {name for one in fields.values() for name in self._policies_of(one)}
        for policy in self._catalog.retention.values():
            rules = self.rules(policy)
            if len({(rule.keep, rule.then) for rule in rules.values()}) > 1 and policy.id in used:
                said = ", ".join(f"{where} {rule.keep or '?'}" for where, rule in rules.items())
                yield problem("jurisdiction", policy.place, policy.id, rules=said)

    def _clashes(self, fields: Iterable[Field]) -> Iterator[Problem]:
        """A floor above a ceiling, as `retention explain` tells it; only several policies can have both."""
        reckoning = Reckoning(self._catalog, None)
        for field in fields:
            if len(self._policies_of(field)) < 2:
                continue
            for rule in reckoning.of_field(field):
                if self._jurisdiction in (None, rule.jurisdiction):
                    for least, most in clashes(rule.floor, rule.ceiling):
                        yield problem(
                            "clash",
                            least.policy.place,
                            field.id,
                            system=rule.system,
                            least=least.policy.id,
                            most=most.policy.id,
                        )


def _begins_after(hold: Hold, on: date | None) -> bool:
    return on is not None and hold.start is not None and hold.start > on.isoformat()


def covers(hold: Hold, field: Field, system: str) -> bool:
    """Whether a hold covers a field in a system."""
    here = not hold.systems or system in hold.systems
    return here and (not hold.fields or any(selects(one, field.id) for one in hold.fields))


def systems_of(field: Field) -> set[str]:
    """The systems that hold a field."""
    return {str(source.system) for source in field.sources.values()}
