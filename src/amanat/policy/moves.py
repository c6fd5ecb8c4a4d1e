"""What a change did to the cells of the matrix, as text for a reviewer, as CSV and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from amanat.policy.changed import Move, Way
from amanat.policy.explain import condition_as_data
from amanat.policy.request import Outcome

HEADER = (
    *("change", "role", "purpose", "action", "field"),
    *("decision_before", "mask_before", "conditions_before", "decision", "mask", "conditions"),
)
"""Columns of the changes as CSV."""
MOST_NAMED = 12
"""How many fields a line of the text names; CSV and JSON hold all of them."""


class Compared(NamedTuple):
    """What was compared: a git revision and its commit, or None for the working tree; and the catalog's files
    that an edit stands in for. `title` tells it in words."""

    revision: str | None
    commit: str | None
    files: tuple[str, ...]
    title: str


def written(form: str, moves: Sequence[Move], compared: Compared) -> str:
    """The changes as `text`, `csv` or `json`."""
    if form == "csv":
        return "".join(as_csv(moves))
    return "".join((as_json if form == "json" else as_text)(moves, compared))


def as_text(moves: Sequence[Move], compared: Compared) -> Iterator[str]:
    """The changes in words, cells that moved alike together; opened ones first."""
    for way, of_way in groupby(moves, key=lambda move: move.way):
        found = list(of_way)
        yield f"{way.value}: {_cells(len(found))}\n"
        for (role, purpose), of_pair in groupby(found, key=lambda move: (move.role, move.purpose)):
            yield f"  {role} for {purpose}\n"
            yield from _of_pair(list(of_pair), "+" if way is Way.OPENED else "-")
    opened = sum(move.way is Way.OPENED for move in moves)
    yield f"{opened} opened, {len(moves) - opened} closed {compared.title}\n"


def _of_pair(moves: Sequence[Move], sign: str) -> Iterator[str]:
    """Fields that moved alike in the same actions share a line."""
    actions: dict[tuple[str, str, str], list[str]] = {}
    for move in moves:
        key = (move.field, _told(move.before), _told(move.after))
        actions.setdefault(key, []).append(move.action.value)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (field, before, after), names in actions.items():
        alike.setdefault((", ".join(names), before, after), []).append(field)
    for (done, before, after), fields in alike.items():
        more = f" and {len(fields) - MOST_NAMED} more" if len(fields) > MOST_NAMED else ""
        yield f"    {sign} {done}: {before} -> {after}\n"
        yield f"        {', '.join(fields[:MOST_NAMED])}{more}\n"


def _told(outcome: Outcome) -> str:
    extra = outcome.mask or outcome.reason
    rows = "".join(f", only in rows with {condition}" for condition in outcome.conditions)
    return f"{outcome.effect}{f' ({extra})' if extra else ''}{rows}"


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def as_csv(moves: Sequence[Move]) -> Iterator[str]:
    """The changes in pieces of CSV, one cell a row."""
    yield ",".join(HEADER) + "\n"
    for move in moves:
        asked = (move.way.value, move.role, move.purpose, move.action.value, move.field)
        yield ",".join((*asked, *_csv(move.before), *_csv(move.after))) + "\n"


def _csv(outcome: Outcome) -> tuple[str, str, str]:
    conditions = " and ".join(map(str, outcome.conditions)).replace('"', '""')
    mask = str(outcome.mask) if outcome.mask else ""
    return outcome.effect.value, mask, f'"{conditions}"' if conditions else ""


def as_json(moves: Sequence[Move], compared: Compared) -> Iterator[str]:
    """The changes in pieces of JSON, one cell a line (schema: `policy-changes.schema.json`)."""
    opened = sum(move.way is Way.OPENED for move in moves)
    head = {
        "since": None
        if compared.revision is None
        else {"revision": compared.revision, "commit": compared.commit},
        "with": list(compared.files),
        "summary": {"opened": opened, "closed": len(moves) - opened},
    }
    yield '{"version": 1, ' + json.dumps(head, ensure_ascii=False)[1:-1] + ', "cells": ['
    comma = "\n"
    for move in moves:
        yield comma + json.dumps(
            {
                "change": move.way.value,
                "role": move.role,
                "purpose": move.purpose,
                "action": move.action.value,
                "field": move.field,
                "before": _data(move.before),
                "after": _data(move.after),
            },
            ensure_ascii=False,
        )
        comma = ",\n"
    yield "\n]}\n"


def _data(outcome: Outcome) -> dict[str, object]:
    return {
        "decision": outcome.effect.value,
        "mask": str(outcome.mask) if outcome.mask else None,
        "conditions": [condition_as_data(condition) for condition in outcome.conditions],
        "reason": outcome.reason or None,
    }
