"""Who may read which field for which purpose, and how: the policy's decisions, made once for many readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from amanat.model.catalog import Catalog
from amanat.model.values import Action, FieldId, Mask, Pair, PurposeId, RoleId
from amanat.policy.matrix import Matrix, matrix
from amanat.policy.request import Condition, Outcome


class Reading(NamedTuple):
    """What a role acting for a purpose gets when it reads a field: `effect` is allow, mask or deny."""

    role: RoleId
    purpose: PurposeId
    effect: str
    mask: Mask | None
    conditions: tuple[Condition, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Access:
    """The readings of every field, one for each of `pairs`, in their order. A pair that is not among
    `pairs` may read nothing: no purpose grants it reading. `table` is what they were read from."""

    table: Matrix
    pairs: tuple[Pair, ...]
    readings: Mapping[FieldId, tuple[Reading, ...]]

    def columns(self, *, role: RoleId | None = None, purpose: PurposeId | None = None) -> tuple[int, ...]:
        """The positions in `pairs` of those with this role or this purpose."""
        return tuple(
            position
            for position, pair in enumerate(self.pairs)
            if (role is None or pair.role == role) and (purpose is None or pair.purpose == purpose)
        )


def access_of(catalog: Catalog, as_of: date | None, table: Matrix | None = None) -> Access:
    """Ask the reference policy about every field and every pair that a purpose lets read at all. `table` is
    the matrix of the catalog on that day, where it was made before."""
    pairs = tuple(
        Pair(role, purpose.id)
        for role in catalog.roles
        for purpose in catalog.purposes.values()
        if Action.READ in purpose.roles.get(role, ())
    )
    table = matrix(catalog, as_of) if table is None else table
    rows = [
        [_reading(pair, outcome) for outcome in table.row(pair.role, pair.purpose, Action.READ)]
        for pair in pairs
    ]
    columns = zip(*rows, strict=True) if rows else (() for _ in table.fields)
    return Access(table, pairs, dict(zip(table.fields, columns, strict=True)))


def _reading(pair: Pair, outcome: Outcome) -> Reading:
    return Reading(
        pair.role, pair.purpose, outcome.effect.value, outcome.mask, outcome.conditions, outcome.reason
    )
