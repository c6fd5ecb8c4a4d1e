"""Decisions and the matrix as text: for people, for programs, for spreadsheets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from amanat.load.positions import Spans
from amanat.model.values import Action
from amanat.policy.build import Built
from amanat.policy.expect import Result
from amanat.policy.loss import Status
from amanat.policy.matrix import Cell
from amanat.policy.request import Condition, Decision, Effect
from amanat.text import Place

HEADER = ("role", "purpose", "action", "field", "decision", "mask", "conditions")
"""Columns of the matrix as CSV."""


def explanation_as_json(decision: Decision, spans: Spans) -> str:
    """The decision and every gate (schema: `policy-explain.schema.json`)."""
    because = []
    for step in decision.trace:
        file, line = _position(step.place, spans)
        because.append(
            {"rule": step.rule, "passed": step.passed, "detail": step.detail, "file": file, "line": line}
        )
    answer = {
        "decision": decision.effect.value,
        "mask": str(decision.mask) if decision.mask else None,
        "conditions": [condition_as_data(condition) for condition in decision.conditions],
        "because": because,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def condition_as_data(condition: Condition) -> dict[str, object]:
    """A row condition as JSON data."""
    return {
        "kind": "consent",
        "purpose": condition.purpose,
        "source": condition.source,
        "granted": condition.granted,
        "known": condition.known,
    }


def explanation_as_text(asked: Sequence[str], decision: Decision, spans: Spans) -> str:
    """The gates as a ladder, each with its evidence; the first that failed is marked as what decides."""
    lines = [f"{_answer(decision)}: {' · '.join(asked)}"]
    judged = [step for step in decision.trace if step.passed is not None]
    first = next((step for step in judged if not step.passed), None)
    for step in judged:
        file, line = _position(step.place, spans)
        where = "" if file is None else f"  ({file}:{line})" if line else f"  ({file})"
        sign = "ok" if step.passed else "NO"
        mark = "  <-- this decides" if step is first else ""
        lines.append(f"  {step.gate} {sign} {step.rule.ljust(20)}  {step.detail}{where}{mark}")
    if len(judged) < len(decision.trace):
        lines.append("  the later gates cannot be judged")
    lines += [f"only in rows with {condition}" for condition in decision.conditions]
    return "\n".join(lines) + "\n"


def _answer(decision: Decision) -> str:
    if decision.effect is Effect.MASK:
        return f"mask ({decision.mask})"
    return f"deny ({decision.reason})" if decision.reason else decision.effect.value


def _position(place: Place | None, spans: Spans) -> tuple[str | None, int | None]:
    if place is None:
        return None, None
    span = spans.span(place)
    return place.file, span.line if span else None


def matrix_as_csv(cells: Iterable[Cell]) -> Iterator[str]:
    """The matrix in pieces of CSV (ids need no quotes; conditions get them)."""
    yield ",".join(HEADER) + "\n"
    for cell in cells:
        conditions = _quoted(_conditions(cell.conditions)) if cell.conditions else ""
        mask = str(cell.mask) if cell.mask else ""
        start = f"{cell.role},{cell.purpose},{cell.action.value},{cell.field}"
        yield f"{start},{cell.effect.value},{mask},{conditions}\n"


def _conditions(conditions: Sequence[Condition]) -> str:
    return " and ".join(str(condition) for condition in conditions)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def matrix_as_json(cells: Iterable[Cell]) -> Iterator[str]:
    """The matrix in pieces of JSON: `{"version": 1, "cells": [{role, purpose, …}]}`, one cell a line."""
    yield '{"version": 1, "cells": ['
    comma = "\n"
    for cell in cells:
        yield comma + json.dumps(
            {
                "role": cell.role,
                "purpose": cell.purpose,
                "action": cell.action.value,
                "field": cell.field,
                "decision": cell.effect.value,
                "mask": str(cell.mask) if cell.mask else None,
                "conditions": [condition_as_data(condition) for condition in cell.conditions],
                "reason": cell.reason or None,
            },
            ensure_ascii=False,
        )
        comma = ",\n"
    yield "\n]}\n"


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


def results_as_text(results: Sequence[Result]) -> str:
    """What the expectations came to, one line each, as a test runner tells it."""
    lines: list[str] = []
    for result in results:
        cells = "1 cell" if result.cells == 1 else f"{result.cells} cells"
        lines.append(f"{result.verdict.value:<5} {result.expectation.id}  ({cells})")
        lines += [f"      {line}" for line in result.broken]
    failed = sum(not result.passed for result in results)
    return "\n".join([*lines, f"{len(results) - failed} passed, {failed} failed"]) + "\n"


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
