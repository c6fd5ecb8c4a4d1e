"""The golden record as data for programs: the contract of `amanat golden --format json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from amanat.golden.plan import Candidate, LeftOut, Plan
from amanat.load.positions import Spans
from amanat.model.field import Field, Valid
from amanat.text import Place

VERSION = 1


def render(plans: Iterable[tuple[Field, Plan, str]], spans: Spans) -> str:
    """The document as JSON text; each plan with its field and the name of its view."""
    fields = [_field(field, plan, view, spans) for field, plan, view in plans]
    return json.dumps({"version": VERSION, "fields": fields}, ensure_ascii=False, indent=2) + "\n"


def _field(field: Field, plan: Plan, view: str, spans: Spans) -> dict[str, Any]:
    decider = "survivorship" if field.survivorship else "master" if field.master else "sources"
    return {
        "field": field.id,
        "subject": plan.subject,
        "authority": plan.authority.value,
        "strategy": field.survivorship.strategy if field.survivorship else None,
        "function": plan.function,
        "master": plan.master,
        "steps": [] if plan.function is not None else [step.value for step in plan.steps],
        "tie_break": plan.tie_break.value if plan.tie_break else None,
        "valid": _valid(plan.valid, plan.allowed),
        "compared": list(plan.compared),
        "view": f"golden.{view}" if plan.candidates else None,
        "takes_part": [_candidate(one, spans) for one in plan.candidates],
        "left_out": [_left_out(one, spans) for one in plan.left_out],
        **_place(field.place_of(decider), spans),
    }


def _valid(valid: Valid, allowed: tuple[str, ...] | None) -> dict[str, Any]:
    return {
        "matches": valid.matches,
        "min_length": valid.min_length,
        "max_length": valid.max_length,
        "in": None if allowed is None else list(allowed),
        "not_older_than": valid.not_older_than,
    }


def _candidate(one: Candidate, spans: Spans) -> dict[str, Any]:
    return {
        "source": one.source,
        "rank": one.rank,
        "hops": [
            {"from": hop.table, "columns": list(hop.columns), "to": hop.target, "keys": list(hop.keys)}
            for hop in one.way.hops
        ],
        "customer_id": one.way.customer_id,
        "changed_at": one.changed_at,
        "empty": list(one.empty),
        "normal": list(one.normal),
        "codes": None if one.codes is None else dict(one.codes),
        "cautions": list(one.cautions),
        **_place(one.place, spans),
    }


def _left_out(one: LeftOut, spans: Spans) -> dict[str, Any]:
    return {
        "source": one.source,
        "reason": one.reason,
        "mend": one.mend or None,
        **_place(one.place, spans),
    }


def _place(place: Place, spans: Spans) -> dict[str, Any]:
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else None}
