"""What Cedar policies are made from: permits, one for each thing that a pair may do, and kinds of resource.

Fields and columns to which the same permits apply are of one kind; a permit lists kinds. So the number of
policies follows from the roles and purposes, and not from the number of fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.model.catalog import Catalog
from amanat.model.values import Action, FieldId, Mask, Pair
from amanat.policy.columns import strictest
from amanat.policy.matrix import Matrix
from amanat.policy.plan import Plan, acting_pairs
from amanat.policy.request import Condition, Effect, Outcome

FIELD, COLUMN = "Field", "Column"

_DIGITS = 12


class Permit(NamedTuple):
    """One policy: a pair may do this with everything of some kinds, under the mask (None: in clear), in rows
    that meet every condition."""

    pair: Pair
    action: Action
    mask: Mask | None
    conditions: tuple[Condition, ...]

    @property
    def does(self) -> str:
        """The name of the action in Cedar. A masked action is another one than the same in clear."""
        return masked(self.action, self.mask) if self.mask else self.action.value


class Resource(NamedTuple):
    """A field, or a column of a system (`type` is `FIELD` or `COLUMN`)."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Permits:
    """All permits, sorted, each with the names of its kinds; and the kind of every resource ("" where
    nothing is open to anybody)."""

    kinds_of: Mapping[Permit, tuple[str, ...]]
    kind_of: Mapping[Resource, str]


def masked(action: Action, mask: Mask) -> str:
    """The name in Cedar of an action done under a mask: `read as partial(4)`."""
    return f"{action.value} as {mask}"


def gather(catalog: Catalog, plan: Plan) -> Permits:
    """Everything that is open in the catalog's fields and in the columns of the plan's systems."""
    alone, shared = _columns(plan)
    places = {name: at for at, name in enumerate(plan.matrix.fields)}
    numbers: dict[Permit, int] = {}
    fields: list[list[int]] = [[] for _ in places]
    columns: dict[str, list[int]] = {source: [] for source in shared}
    for pair in acting_pairs(catalog):
        for action in sorted(catalog.purposes[pair.purpose].roles[pair.role], key=str):
            kinds, found = _found(plan.matrix, pair, action)
            permits = [_number(numbers, pair, action, outcome) for outcome in found]
            if not any(permits):
                continue
            for opened, kind in zip(fields, kinds, strict=True):
                if permits[kind]:
                    opened.append(permits[kind])
            for source, holding in shared.items():
                outcome = strictest([found[kinds[places[name]]] for name in holding])
                if number := _number(numbers, pair, action, outcome):
                    columns[source].append(number)
    opened_to = {Resource(FIELD, name): fields[at] for name, at in places.items()}
    opened_to |= {Resource(COLUMN, source): fields[places[field]] for source, field in alone.items()}
    opened_to |= {Resource(COLUMN, source): opened for source, opened in columns.items()}
    return _sorted_out(tuple(numbers), opened_to)


def _columns(plan: Plan) -> tuple[dict[str, FieldId], dict[str, tuple[FieldId, ...]]]:
    """The columns that hold one field, and those that hold several, with what they hold."""
    every = [column for each in plan.systems for table in each.tables for column in table.columns]
    alone = {str(each.source): each.fields[0] for each in every if len(each.fields) == 1}
    return alone, {str(each.source): each.fields for each in every if len(each.fields) > 1}


def _found(table: Matrix, pair: Pair, action: Action) -> tuple[Sequence[int], Sequence[Outcome]]:
    numbers, examples = table.kinds(pair.role, pair.purpose, action)
    return numbers, [table.answer(pair.role, pair.purpose, action, kind) for kind in range(len(examples))]


def _number(numbers: dict[Permit, int], pair: Pair, action: Action, outcome: Outcome) -> int:
    """The number of the permit that an outcome amounts to, from 1; 0 for none."""
    if outcome.effect is Effect.DENY or not knowable(outcome):
        return 0
    return numbers.setdefault(Permit(pair, action, outcome.mask, outcome.conditions), len(numbers) + 1)


def knowable(outcome: Outcome) -> bool:
    """Whether somebody who asks can know in which rows the conditions hold."""
    return all(condition.known for condition in outcome.conditions)


def _sorted_out(permits: Sequence[Permit], opened_to: Mapping[Resource, Sequence[int]]) -> Permits:
    members: dict[tuple[int, ...], list[Resource]] = {}
    for resource, numbers in opened_to.items():
        members.setdefault(tuple(numbers), []).append(resource)
    kinds_of: dict[Permit, list[str]] = {}
    kind_of: dict[Resource, str] = {}
    for profile, resources in members.items():
        opened = [permits[number - 1] for number in profile]
        name = _name(opened, resources) if opened else ""
        kind_of |= dict.fromkeys(resources, name)
        for permit in opened:
            kinds_of.setdefault(permit, []).append(name)
    return Permits(
        {permit: tuple(sorted(kinds_of[permit])) for permit in sorted(kinds_of, key=_order)},
        {resource: kind_of[resource] for resource in sorted(kind_of)},
    )


def _name(opened: Sequence[Permit], resources: Sequence[Resource]) -> str:
    """The first field (or column, where there is none) of a kind, to be read, and a digest of everything
    that is open to it. So entities beside the policies of another catalog never get more than their own
    catalog gave them."""
    example = min(resources, key=lambda each: (each.type != FIELD, each.id))
    means = [[*_order(permit)] for permit in sorted(opened, key=_order)]
    digest = hashlib.sha256(json.dumps(means).encode()).hexdigest()[:_DIGITS]
    return f"{'column ' if example.type == COLUMN else ''}{example.id} {digest}"


def _order(permit: Permit) -> tuple[str, ...]:
    conditions = (str(condition.purpose) for condition in permit.conditions)
    return (permit.pair.role, permit.pair.purpose, permit.does, *conditions)
