"""The contracts of `amanat retention … --format json`: `retention-explain.schema.json`,
`retention-calendar.schema.json` and `retention-plan.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from amanat import __version__
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.lineage import Feeds
from amanat.retention.derived import kept_longer
from amanat.retention.due import Entry
from amanat.retention.effective import Effective, Reckoning
from amanat.retention.ladder import Rung, ladder
from amanat.retention.plan.model import Plan
from amanat.retention.terms import Statement
from amanat.sheet import Spans
from amanat.text import Place

VERSION = 1


def render(document: Mapping[str, Any]) -> str:
    """A document as JSON text."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def head(catalog: Catalog, as_of: date | None) -> dict[str, Any]:
    """What every document begins with."""
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
        "as_of": as_of.isoformat() if as_of else None,
    }


def at(place: Place | None, spans: Spans) -> dict[str, Any]:
    """A place as file and line."""
    span = spans.span(place) if place is not None else None
    return {"file": place.file if place is not None else None, "line": span.line if span else None}


def statement(one: Statement, spans: Spans) -> dict[str, Any]:
    """A statement as it stands in its jurisdiction."""
    basis = one.rule.basis
    return {
        "policy": one.policy.id,
        "source": one.source,
        "keep": one.rule.keep,
        "from": one.rule.trigger,
        "proved_by": list(one.rule.proved_by),
        "then": one.rule.then,
        "basis": basis.kind if basis else None,
        "law": basis.law if basis else None,
        "calendar": one.calendar.value,
        **at(one.place, spans),
    }


def explain_document(reckoning: Reckoning, field: Field, feeds: Feeds, spans: Spans) -> dict[str, Any]:
    """The ladder of a field, for each system and jurisdiction; `feeds` as `feeds_of` tells."""
    catalog, as_of = reckoning.catalog, reckoning.as_of
    return {
        **head(catalog, as_of),
        "field": field.id,
        "rules": [_rule(one, catalog, spans, as_of) for one in reckoning.of_field(field)],
        "derived": [
            {
                "field": one.derived.id,
                "from": one.origin.id,
                "jurisdiction": one.jurisdiction,
                "longer": one.longer,
                "reasoned": one.reasoned,
                **at(one.derived.place_of("retention"), spans),
            }
            for one in kept_longer(catalog, field, feeds)
        ],
    }


def _rule(rule: Effective, catalog: Catalog, spans: Spans, as_of: date | None) -> dict[str, Any]:
    return {
        "system": rule.system,
        "jurisdiction": rule.jurisdiction,
        "sources": [one.id for one in rule.sources],
        "until_all": [[statement(one, spans) for one in clause] for clause in rule.clauses],
        "then": rule.then,
        "holds": [hold.id for hold in rule.holds],
        "troubles": [one.value for one in rule.troubles],
        "ladder": [_rung(one, spans) for one in ladder(rule, catalog, as_of)],
    }


def _rung(rung: Rung, spans: Spans) -> dict[str, Any]:
    return {
        "step": rung.key,
        "statements": [statement(one, spans) for one in rung.statements],
        "purposes": [need.id for need in rung.needs],
        "hold": rung.hold.id if rung.hold else None,
        "source": rung.source,
        "values": {
            name: one.isoformat() if isinstance(one, date) else one for name, one in rung.values.items()
        },
        **at(rung.place, spans),
    }


def calendar_document(
    catalog: Catalog, found: tuple[Entry, ...], spans: Spans, as_of: date
) -> dict[str, Any]:
    """What falls due."""
    return {**head(catalog, as_of), "entries": [_entry(one, spans) for one in found]}


def _entry(one: Entry, spans: Spans) -> dict[str, Any]:
    return {
        "matter": one.matter.value,
        "day": _day(one.day),
        "id": one.id,
        "system": one.system,
        "jurisdictions": list(one.jurisdictions),
        "from": one.trigger,
        "keep": one.keep,
        "then": one.then,
        "upto": _day(one.upto),
        "fields": one.fields,
        "held": one.held,
        "backups_gone": _day(one.gone),
        "also": list(one.also),
        **at(one.place, spans),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def plan_document(catalog: Catalog, made: Plan, spans: Spans) -> dict[str, Any]:
    """The plan of a system."""
    erase = made.system.erase
    return {
        **head(catalog, made.as_of),
        "system": made.system.id,
        "engine": made.engine,
        "jurisdictions": list(made.jurisdictions),
        "differing": list(made.differing),
        "backups": erase.backups if erase else None,
        "cycles": [list(one) for one in made.cycles],
        "steps": [
            {
                "table": one.table,
                "action": one.action,
                "columns": list(one.columns),
                "fields": list(one.fields),
                "policies": list(one.policies),
                "count": one.count,
                "statement": one.statement,
                "unmapped": list(one.unmapped),
                "guards": list(one.guards),
            }
            for one in made.steps
        ],
        "cannot": [
            {
                "table": one.table,
                "columns": list(one.columns),
                "why": one.why,
                "about": one.about,
                "policies": list(one.policies),
                "holds": list(one.holds),
                "count": one.count,
                **at(one.place, spans),
            }
            for one in made.cannot
        ],
    }
