"""What a change to the catalog did to its cells: two matrices side by side, what it opened first.

A cell is *opened* when somebody may see or do something now that was closed before: a denial that went, a
mask that shows more, rows that were left out. Everything else that differs is *closed*. A mask or a row
condition that cannot be compared with the one before shows something else than before, so it is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from amanat.model.catalog import Catalog
from amanat.model.values import Action, FieldId, PurposeId, RoleId
from amanat.policy.masks import at_least
from amanat.policy.matrix import ACTIONS, Matrix, Selection, matrix
from amanat.policy.request import Condition, Effect, Outcome


class Way(StrEnum):
    """Which way a cell moved."""

    OPENED = "opened"
    CLOSED = "closed"


class Move(NamedTuple):
    """A cell with two answers. What is not declared in one of the catalogs is denied there."""

    way: Way
    role: RoleId
    purpose: PurposeId
    action: Action
    field: FieldId
    before: Outcome
    after: Outcome


def moved(old: Catalog, new: Catalog, as_of: date | None, wanted: Selection) -> tuple[Move, ...]:
    """The cells whose answer differs, opened ones first, then by role, purpose, action and field. A cell is
    wanted when it was or is. That the reason of a denial differs is no change."""
    found = list(_moved(matrix(old, as_of), matrix(new, as_of), wanted))
    return tuple(sorted(found, key=lambda move: (move.way is not Way.OPENED, *move[1:5])))


def _moved(old: Matrix, new: Matrix, wanted: Selection) -> Iterator[Move]:
    fields = sorted({*old.fields, *new.fields})
    asked = [
        name for name in fields if wanted.has_field(old.catalog, name) or wanted.has_field(new.catalog, name)
    ]
    before_at, after_at = _positions(old, asked), _positions(new, asked)
    for role in sorted({*old.catalog.roles, *new.catalog.roles}):
        for purpose in sorted({*old.catalog.purposes, *new.catalog.purposes}):
            for action in ACTIONS:
                if not wanted.has_cell(role, purpose, action):
                    continue
                if not _grants(old, role, purpose, action) and not _grants(new, role, purpose, action):
                    continue  # all of it is denied, before and after
                before, after = _row(old, role, purpose, action), _row(new, role, purpose, action)
                for name, was_at, is_at in zip(asked, before_at, after_at, strict=True):
                    was, now = _at(before, was_at), _at(after, is_at)
                    if _differ(was, now) and wanted.has_answer(was, now):
                        yield Move(way(was, now), role, purpose, action, name, was, now)


def _positions(table: Matrix, names: Sequence[FieldId]) -> list[int | None]:
    at = {name: position for position, name in enumerate(table.fields)}
    return [at.get(name) for name in names]


def _grants(table: Matrix, role: RoleId, purpose: PurposeId, action: Action) -> bool:
    declared = table.catalog.purposes.get(purpose)
    return role in table.catalog.roles and declared is not None and action in declared.roles.get(role, ())


def _row(table: Matrix, role: RoleId, purpose: PurposeId, action: Action) -> Sequence[Outcome] | Outcome:
    """The outcomes of a row, or the one that all of its cells have: something is not declared."""
    if role not in table.catalog.roles:
        return _unknown("role")
    return table.row(role, purpose, action) if purpose in table.catalog.purposes else _unknown("purpose")


def _unknown(what: str) -> Outcome:
    return Outcome(Effect.DENY, None, (), f"unknown_{what}")


def _at(row: Sequence[Outcome] | Outcome, position: int | None) -> Outcome:
    if isinstance(row, Outcome):
        return row
    return _unknown("field") if position is None else row[position]


def _differ(was: Outcome, now: Outcome) -> bool:
    return was[:3] != now[:3] or _rows(was) != _rows(now)


def _rows(outcome: Outcome) -> set[tuple[Condition, str]]:
    """The row conditions, told apart as they are written: Python takes 1 and true for the same value."""
    return {(condition, str(condition)) for condition in outcome.conditions}


def way(was: Outcome, now: Outcome) -> Way:
    """Which way an answer moved that is not the same as before."""
    if now.effect is Effect.DENY:
        return Way.CLOSED
    if was.effect is Effect.DENY:
        return Way.OPENED
    narrower = at_least(now.mask, was.mask) and _rows(was) <= _rows(now)
    return Way.CLOSED if narrower else Way.OPENED
