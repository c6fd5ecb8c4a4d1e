"""What was measured, as JSON (schema: `measure.schema.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from amanat.measure.run import SystemMeasured
from amanat.model.measures import Measure, Outcome


def render(found: Iterable[SystemMeasured], unreached: Mapping[str, str], day: date) -> str:
    """The report. `unreached` says of systems why they were not asked."""
    systems = list(found)
    every = [one for system in systems for one in system.measures]
    data = {
        "version": 1,
        "as_of": day.isoformat(),
        "summary": {outcome.value: sum(one.outcome is outcome for one in every) for outcome in Outcome},
        "partial": bool(unreached) or any(system.partial for system in systems),
        "systems": [
            {
                "system": system.system,
                "engine": system.engine,
                "partial": system.partial,
                "tables": [
                    {"table": t.table, "rows": t.rows, "queries": t.queries, "why": t.why or None}
                    for t in system.tables
                ],
                "measures": [measure_data(one) for one in system.measures],
            }
            for system in systems
        ],
        "unreached": [{"system": name, "why": why} for name, why in sorted(unreached.items())],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def measure_data(one: Measure) -> dict[str, Any]:
    """One measurement."""
    return {
        "field": one.field,
        "column": one.path,
        "check": one.check.value,
        "against": one.against or None,
        "as_of": one.as_of,
        "rows": one.rows,
        "counted": one.counted,
        "met": one.met,
        "share": None if one.share is None else float(one.share),
        "newest": one.newest or None,
        "expected": one.expected or None,
        "outcome": one.outcome.value,
        "why": one.why or None,
    }
