"""The matrix as text: for people, for programs, for spreadsheets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from amanat.model.values import Action
from amanat.policy.build import Built
from amanat.policy.explain import condition_as_data
from amanat.policy.loss import Status
from amanat.policy.matrix import Cell
from amanat.policy.request import Effect, Outcome

HEADER = ("role", "purpose", "action", "field", "decision", "mask", "conditions")
"""Columns of the matrix as CSV."""


def matrix_as_csv(cells: Iterable[Cell]) -> Iterator[str]:
    """The matrix in pieces of CSV (ids need no quotes; conditions get them)."""
    yield ",".join(HEADER) + "\n"
    tails: dict[object, str] = {}  # cells have few different answers, and there are very many cells
    for cell in cells:
        role, purpose, action, field = cell[:4]
        tail = tails.get(cell[4:])
        if tail is None:
            tail = tails[cell[4:]] = _csv_tail(Outcome(*cell[4:]))
        yield f"{role},{purpose},{action},{field},{tail}"


def _csv_tail(outcome: Outcome) -> str:
    conditions = " and ".join(map(str, outcome.conditions)).replace('"', '""')
    mask = str(outcome.mask) if outcome.mask else ""
    return f"{outcome.effect.value},{mask}," + (f'"{conditions}"' if conditions else "") + "\n"


def matrix_as_json(cells: Iterable[Cell]) -> Iterator[str]:
    """The matrix in pieces of JSON: `{"version": 1, "cells": [{role, purpose, …}]}`, one cell a line."""
    yield '{"version": 1, "cells": ['
    tails: dict[object, str] = {}
    comma = "\n"
    for cell in cells:
        role, purpose, action, field = cell[:4]
        tail = tails.get(cell[4:])
        if tail is None:
            tail = tails[cell[4:]] = _json_tail(Outcome(*cell[4:]))
        head = f'{{"role": {_string(role)}, "purpose": {_string(purpose)}, "action": {_string(action.value)}'
        yield f'{comma}{head}, "field": {_string(field)}, {tail}'
        comma = ",\n"
    yield "\n]}\n"


_string = json.JSONEncoder(ensure_ascii=False).encode


def _json_tail(outcome: Outcome) -> str:
    data = {
        "decision": outcome.effect.value,
        "mask": str(outcome.mask) if outcome.mask else None,
        "conditions": [condition_as_data(condition) for condition in outcome.conditions],
        "reason": outcome.reason or None,
    }
    return json.dumps(data, ensure_ascii=False)[1:]


def matrix_as_text(cells: Iterable[Cell]) -> Iterator[str]:
    """The matrix for reading: what each role may do for each purpose. Fields that are not named are denied,
    and the number of them is given."""
    for (role, purpose), of_pair in groupby(cells, key=lambda cell: (cell.role, cell.purpose)):
        lines: list[str] = []
        for action, row in groupby(of_pair, key=lambda cell: cell.action):
            lines += _row_as_text(action.value, list(row))
        yield f"{role} for {purpose}\n{''.join(lines) or '  nothing: every cell is denied' + chr(10)}"


def _row_as_text(action: str, row: Sequence[Cell]) -> Iterator[str]:
    open_cells = [cell for cell in row if cell.effect is not Effect.DENY]
    if not open_cells:
        return
    names = [f"{cell.field} ({cell.mask})" if cell.mask else cell.field for cell in open_cells]
    yield f"  {action}: {', '.join(names)}\n"
    for text in dict.fromkeys(str(condition) for cell in open_cells for condition in cell.conditions):
        yield f"      only in rows with {text}\n"
    denied = len(row) - len(open_cells)
    yield f"      denied: {denied} of {len(row)} fields\n" if denied else ""


def losses_as_text(built: Built, folder: Path) -> str:
    """What was written and what the engines cannot express, in short."""
    lines: list[str] = []
    for target, made in built.by_target.items():
        for loss in made.losses:
            cells = [cell for cell in loss.cells if cell.action not in (Action.EXPORT, Action.SHARE)]
            counts = Counter(cell.status for cell in cells)
            exact = counts.pop(Status.EXACT, 0)
            lost = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
            lines.append(f"{target}: {loss.system} has {exact} cells exact, {lost or 'nothing lost'}")
    for system in built.without:
        lines.append(f"no target for {system.engine or 'an unknown engine'}: {system.id} stays as it is")
    return "\n".join([*lines, f"{len(built.files)} files in {folder}"]) + "\n"
