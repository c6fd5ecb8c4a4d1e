"""What must not be erased yet, why, and until when (GDPR Art. 17(3)): legal minima and holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field
from amanat.model.resources import Hold, Retention, RetentionRule
from amanat.model.values import FieldId
from amanat.rights.problems import Problem, problem


class Reason(NamedTuple):
    """Why a field is kept in a system: a hold, or a rule of a retention policy with a legal minimum, in the
    jurisdictions in which it is the rule (`*`: everywhere that has none of its own)."""

    hold: Hold | None
    policy: Retention | None
    rule: RetentionRule | None
    where: tuple[str, ...]

    @property
    def article(self) -> str:
        """The exception of Art. 17(3) that it rests on."""
        return "17(3)(e)" if self.hold is not None else "17(3)(b)"


class Keeping:
    """Answers for one catalog; `jurisdiction` None: nobody said which law the person is under, so whatever
    any of them keeps is kept."""

    def __init__(self, catalog: Catalog, jurisdiction: str | None) -> None:
        self._catalog, self._jurisdiction = catalog, jurisdiction
        self._holds: dict[tuple[str, str], tuple[Reason, ...]] = {}

    def reasons(self, field: Field, system: str) -> tuple[Reason, ...]:
        """Why the field is kept in the system; (): it is not."""
        key = (field.id, system)
        if key not in self._holds:
            self._holds[key] = tuple(self._all(field, system))
        return self._holds[key]

    def rules(self, policy: Retention) -> dict[str, RetentionRule]:
        """The rules that may hold for the person, by jurisdiction."""
        if self._jurisdiction is not None:
            return {self._jurisdiction: policy.where.get(self._jurisdiction, policy.rule)}
        named = self._catalog.jurisdictions
        rules = dict(sorted(policy.where.items()))
        if not named or any(one not in policy.where for one in named):
            rules = {"*": policy.rule, **rules}
        return rules

    def _all(self, field: Field, system: str) -> Iterator[Reason]:
        for hold in self._catalog.holds.values():
            if covers(hold, field, system):
                yield Reason(hold, None, None, ())
        policy = self._catalog.retention.get(field.retention) if field.retention is not None else None
        if policy is None:
            return
        grouped: dict[tuple[str | None, str | None], tuple[RetentionRule, list[str]]] = {}
        for where, rule in self.rules(policy).items():
            if rule.basis is not None and rule.basis.kind == "legal_minimum":
                grouped.setdefault((rule.keep, rule.basis.law), (rule, []))[1].append(where)
        for rule, places in grouped.values():
            yield Reason(None, policy, rule, tuple(places))

    def problems(self, fields: Mapping[FieldId, Field], on: str) -> Iterator[Problem]:
        """What contradicts itself or is not known: holds past their review, a hold against a legal maximum,
        rules that differ by jurisdiction while nobody said which law holds."""
        for hold in self._catalog.holds.values():
            its = [one for one in fields.values() if any(covers(hold, one, s) for s in systems_of(one))]
            if not its:
                continue
            if hold.review is None or (on and hold.review <= on):
                when = hold.review or "-"
                yield problem("hold_review", hold.place.at("review"), hold.id, day=when)
            for one in its:
                policy = self._catalog.retention.get(one.retention) if one.retention is not None else None
                for rule in self.rules(policy).values() if policy else ():
                    if rule.basis is not None and rule.basis.kind == "legal_maximum":
                        law = rule.basis.law or "?"
                        yield problem("hold_maximum", hold.place, hold.id, field=one.id, law=law)
        if self._jurisdiction is not None:
            return
        for policy in self._catalog.retention.values():
            rules = self.rules(policy)
            if len({(rule.keep, rule.then) for rule in rules.values()}) > 1 and any(
                one.retention == policy.id for one in fields.values()
            ):
                said = ", ".join(f"{where} {rule.keep or '?'}" for where, rule in rules.items())
                yield problem("jurisdiction", policy.place, policy.id, rules=said)


def covers(hold: Hold, field: Field, system: str) -> bool:
    """Whether a hold covers a field in a system."""
    here = not hold.systems or system in hold.systems
    return here and (not hold.fields or any(selects(one, field.id) for one in hold.fields))


def systems_of(field: Field) -> set[str]:
    """The systems that hold a field."""
    return {str(source.parts.system) for source in field.sources.values()}
