"""A change as JSON (schema: `diff.schema.json`)."""

from __future__ import annotations

import json
from typing import Any

from amanat import __version__
from amanat.diff import Change, Level
from amanat.diff.approve import Standing
from amanat.policy.changed import Move
from amanat.report.changes.told import Spans, Told
from amanat.text import Place


def as_json(told: Told) -> str:
    """Every change with both values and places, the cells it has a part in, and its approvals."""
    compared = told.compared
    data = {
        "version": 1,
        "tool": {"name": "amanat", "version": __version__},
        "from": told.sides[0],
        "to": told.sides[1],
        "summary": {str(level): told.count(level) for level in Level},
        "changes": [
            _change(told, change, standing)
            for change, standing in zip(compared.changes, told.standings, strict=True)
        ],
        "cells": len(compared.cells),
        "unexplained": [_cell(move) for move in compared.loose],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _change(told: Told, change: Change, standing: Standing) -> dict[str, Any]:
    return {
        "fingerprint": change.fingerprint,
        "class": change.change_class.name,
        "level": str(change.level),
        "because_of_cells": change.raised,
        "meaning": change.change_class.meaning,
        "kind": change.kind,
        "id": change.id,
        "attribute": change.attribute or None,
        "key": change.key or None,
        "before": change.before,
        "after": change.after,
        "before_place": _place(change.before_place, told.before),
        "after_place": _place(change.after_place, told.after),
        "cells": [_cell(move) for move in change.cells],
        "approval": {
            "needed": None if standing.needed is None else list(standing.needed),
            "given": list(standing.given),
            "approved": standing.approved,
        },
    }


def _place(place: Place | None, spans: Spans) -> dict[str, Any] | None:
    if place is None:
        return None
    span = spans.span(place)
    at = {"line": None, "column": None} if span is None else {"line": span.line, "column": span.column}
    return {"file": place.file, **at}


def _cell(move: Move) -> dict[str, str]:
    return {
        "change": str(move.way),
        "role": move.role,
        "purpose": move.purpose,
        "action": str(move.action),
        "field": move.field,
        "before": str(move.before.effect),
        "after": str(move.after.effect),
    }
