"""The answers that the Rego of the OPA target looks up: every one is the reference's, asked once for each
kind of field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amanat.model.values import Action, PurposeId, RoleId
from amanat.policy.columns import strictest
from amanat.policy.matrix import ACTIONS, Kinds, Matrix
from amanat.policy.plan import Access, Plan
from amanat.policy.request import Condition, Outcome
from amanat.policy.rows import RowFilter
from amanat.policy.targets.postgres.rows import condition as in_postgresql
from amanat.policy.targets.quoting import UnquotableError

Members = tuple[int, ...]
"""What is asked about, as the numbers of fields in the matrix: one field, or those that share a column."""


def tables(plan: Plan) -> dict[str, object]:
    """`data.amanat`: the answers, and how to find them."""
    found = _Found(plan.matrix)
    fields = {name: found.kind((at,)) for at, name in enumerate(plan.matrix.fields)}
    columns = {each.system.id: _columns(plan, found, each.system.id) for each in plan.systems}
    catalog = plan.matrix.catalog
    opened, filters = _opened(plan)
    granted = {role: _granted(found, role) for role in sorted(catalog.roles)}
    refused = {purpose: _refused(found, purpose) for purpose in sorted(catalog.purposes)}
    return {
        "catalog": f"sha256:{plan.digest}",
        "as_of": plan.as_of or None,
        "actions": list(ACTIONS),
        "roles": sorted(catalog.roles),
        "purposes": {name: sorted(each.roles) for name, each in sorted(catalog.purposes.items())},
        "outcomes": [_as_data(outcome) for outcome in found.outcomes],
        "granted": {role: of_role for role, of_role in granted.items() if of_role},
        "refused": refused,
        "families": found.families,
        "fields": fields,
        "columns": columns,
        "filters": filters,
        "open": opened,
    }


@dataclass(slots=True)
class _Found:
    """Kinds and outcomes as they are met, each with its number. Two kinds are the same if the matrix tells
    them apart nowhere."""

    matrix: Matrix
    kinds: list[Members] = field(default_factory=list)
    """For each kind, members that stand for it."""
    families: list[int] = field(default_factory=list)
    """For each kind, its family: what it is told from where nothing is granted."""
    outcomes: list[Outcome] = field(default_factory=list)
    parents: list[Members] = field(default_factory=list)
    """For each family, members that stand for it."""
    _layouts: list[Sequence[int]] = field(default_factory=list)
    _coarse: Sequence[int] = ()
    _kinds: dict[object, int] = field(default_factory=dict)
    _families: dict[object, int] = field(default_factory=dict)
    _outcomes: dict[Outcome, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layouts: dict[int, Kinds] = {}
        for purpose, declared in self.matrix.catalog.purposes.items():
            for role, actions in declared.roles.items():
                if role in self.matrix.catalog.roles:
                    for action in actions:
                        kinds = self.matrix.kinds(role, purpose, action)
                        layouts[id(kinds)] = kinds
        self._layouts = [kinds.numbers for kinds in layouts.values()]
        self._coarse = self.matrix.coarse.numbers

    def kind(self, members: Members) -> int:
        """The number of the kind that answers alike for all pairs and actions."""
        family = tuple(self._coarse[at] for at in members)
        layouts = tuple(tuple(numbers[at] for at in members) for numbers in self._layouts)
        known = self._kinds.get((family, layouts))
        if known is not None:
            return known
        self._kinds[family, layouts] = len(self.kinds)
        self.kinds.append(members)
        if family not in self._families:
            self._families[family] = len(self.parents)
            self.parents.append(members)
        self.families.append(self._families[family])
        return len(self.kinds) - 1

    def answers(
        self, role: RoleId, purpose: PurposeId, action: Action, kinds: Sequence[Members]
    ) -> list[int]:
        """The numbers of the outcomes for the kinds."""
        numbers = self.matrix.kinds(role, purpose, action).numbers
        found = []
        for members in kinds:
            outcomes = [self.matrix.answer(role, purpose, action, numbers[at]) for at in members]
            outcome = outcomes[0] if len(outcomes) == 1 else strictest(outcomes)
            number = self._outcomes.setdefault(outcome, len(self.outcomes))
            if number == len(self.outcomes):
                self.outcomes.append(outcome)
            found.append(number)
        return found


def _columns(plan: Plan, found: _Found, system: str) -> dict[str, dict[str, dict[str, int]]]:
    """Schema ("" where the catalog names none) → table → column → kind."""
    positions = {name: at for at, name in enumerate(plan.matrix.fields)}
    schemas: dict[str, dict[str, dict[str, int]]] = {}
    (of_system,) = (each for each in plan.systems if each.system.id == system)
    for table in of_system.tables:
        schemas.setdefault(table.schema, {})[table.name] = {
            column.name: found.kind(tuple(positions[name] for name in column.fields))
            for column in table.columns
        }
    return schemas


def _granted(found: _Found, role: RoleId) -> dict[str, dict[str, list[int]]]:
    """Purpose → action → for each kind of field the number of its outcome, where the role has a grant."""
    purposes = found.matrix.catalog.purposes
    return {
        str(name): {
            action.value: found.answers(role, name, action, found.kinds) for action in sorted(actions)
        }
        for name, declared in sorted(purposes.items())
        if (actions := declared.roles.get(role))
    }


def _refused(found: _Found, purpose: PurposeId) -> dict[str, dict[str, list[int]]]:
    """Without a grant: standing of the role (whether the purpose names it) → action → for each family of
    fields the number of its outcome."""
    catalog = found.matrix.catalog
    named = catalog.purposes[purpose].roles
    refused: dict[str, dict[str, list[int]]] = {}
    for standing in ("named", "unnamed"):
        for action in ACTIONS:
            role = next(
                (
                    role
                    for role in sorted(catalog.roles)
                    if (role in named) == (standing == "named") and action not in named.get(role, ())
                ),
                None,
            )
            if role is not None:
                answers = found.answers(role, purpose, action, found.parents)
                refused.setdefault(standing, {})[action.value] = answers
    return refused


def _as_data(outcome: Outcome) -> dict[str, object]:
    mask = outcome.mask
    return {
        "effect": outcome.effect.value,
        "mask": {"kind": mask.kind.value, "n": mask.n} if mask else None,
        "conditions": [_condition(each) for each in outcome.conditions],
        "reason": outcome.reason,
    }


def _condition(condition: Condition) -> dict[str, object]:
    return {
        "purpose": condition.purpose,
        "source": condition.source,
        "granted": condition.granted,
        "known": condition.known,
    }


_Opened = dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]]


def _opened(plan: Plan) -> tuple[dict[str, _Opened], list[dict[str, object]]]:
    """Role → purpose → system → schema → table → the actions for which something is open there and the
    number of the filter; and the filters."""
    opened: dict[str, _Opened] = {}
    filters: dict[str, int] = {}
    told: list[dict[str, object]] = []
    for each in plan.systems:
        for of_pair in each.pairs:
            for access in of_pair.tables:
                rows = _rows(access, each.system.engine)
                number = filters.setdefault(repr(rows), len(told))
                if number == len(told):
                    told.append(rows)
                schemas = (
                    opened.setdefault(of_pair.pair.role, {})
                    .setdefault(of_pair.pair.purpose, {})
                    .setdefault(each.system.id, {})
                )
                schemas.setdefault(access.table.schema, {})[access.table.name] = {
                    "actions": sorted(action.value for action, at in access.outcomes.items() if at),
                    "filter": number,
                }
    return opened, told


def _rows(access: Access, engine: str | None) -> dict[str, object]:
    """Which rows are open, as data and as SQL; none as soon as one filter cannot be said."""
    problem = next((rows.problem for rows in access.rows if rows.problem), "")
    if problem:
        return {"rows": "none", "filters": [], "sql": _sql("FALSE"), "why": problem}
    if not access.rows:
        return {"rows": "all", "filters": [], "sql": _sql("TRUE"), "why": ""}
    return {
        "rows": "some",
        "filters": [_filter(rows) for rows in access.rows],
        "sql": _sql(_in_sql(access.rows) if engine == "postgresql" else "FALSE"),
        "why": "",
    }


def _filter(rows: RowFilter) -> Mapping[str, object]:
    """The way to the record of consent. Its value is compared as text with `text`; null is NULL."""
    return {
        **_condition(rows.condition),
        "text": None if rows.condition.granted is None else rows.condition.value,
        "hops": [hop._asdict() for hop in rows.hops],
        "column": rows.column,
    }


def _sql(text: str) -> dict[str, str]:
    return {"postgresql": text}


def _in_sql(filters: Sequence[RowFilter]) -> str:
    try:
        return " AND ".join(in_postgresql(rows) for rows in filters)
    except UnquotableError:
        return "FALSE"
