"""The contracts of `amanat benefit`, `journey` and `meaning` with `--format json`: schemas of these names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from amanat import __version__
from amanat.exchange.benefit import Benefit, Use
from amanat.exchange.journey import ORIGINS, Journey, Step
from amanat.exchange.meaning import Meaning
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.sheet import Spans
from amanat.text import Place

VERSION = 1


def benefit_document(catalog: Catalog, found: Benefit, spans: Spans, as_of: date | None = None) -> str:
    """The document as JSON text. `as_of` is the day that was asked for."""

    def at(place: Place) -> dict[str, Any]:
        return _at(place, spans)

    def fields(chosen: Iterable[Field]) -> list[dict[str, Any]]:
        return [{"field": one.id, **at(one.place)} for one in chosen]

    def use(one: Use) -> dict[str, Any]:
        purpose = one.purpose
        return {
            "purpose": purpose.id,
            "benefit": dict(purpose.benefit),
            "expected": purpose.expected,
            "fields": len(one.fields),
            "plain": one.plain,
            "masked": one.masked,
            "unseen": fields(one.unseen),
            "own": fields(one.own),
            "compulsory": one.compulsory,
            "compulsory_unknown": one.unsaid,
            "special": one.special,
            **at(purpose.place),
        }

    document = {
        **_head(catalog, as_of),
        "counts": {
            "purposes": len(found.uses),
            "declared": found.purposes,
            "beneficial": found.beneficial,
            "expected": found.expected(True),
            "unexpected": found.expected(False),
            "expected_unknown": found.expected(None),
            "fields": found.fields,
            "held": found.held,
            "unread": len(found.unread),
            "identifiers": found.identifiers,
        },
        "purposes": [use(one) for one in found.uses],
        "unread": fields(found.unread),
        "asked_twice": [
            {
                "field": one.field.id,
                "part": one.part or None,
                "sources": [{"source": source.id, **at(source.place)} for source in one.sources],
            }
            for one in found.twice
        ],
        "identifiers": [
            {"field": one.field.id, "purposes": list(one.roots), **at(one.field.place)}
            for one in found.spread
        ],
        "planned": [
            {
                "kind": one.kind,
                "id": one.id,
                "missing": [
                    {"rule": what.code, "name": what.name, "message": what.message} for what in one.missing
                ],
                **at(one.place),
            }
            for one in found.planned
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def journey_document(catalog: Catalog, found: Journey, spans: Spans, as_of: date | None = None) -> str:
    """The journey as JSON text. `as_of` is the day that was asked for."""
    document = {
        **_head(catalog, as_of),
        "fields": found.fields,
        "stages": [_step(step, spans) for step in found.steps],
        "unplaced": [{"field": one.id, **_at(one.place, spans)} for one in found.unplaced],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _step(step: Step, spans: Spans) -> dict[str, Any]:
    origins = step.origins
    return {
        "stage": step.stage.id,
        "fields": len(step.fields),
        "origins": _origins(origins),
        "compulsory": step.compulsory,
        "compulsory_unknown": step.unsaid,
        "empty": step.empty,
        "heavy": step.heavy,
        "purposes": [{"purpose": one.id, "benefit": bool(one.benefit)} for one in step.purposes],
        "touchpoints": [
            {
                "system": None if point.system is None else point.system.id,
                "fields": [
                    {
                        "field": moment.field.id,
                        "origin": moment.origin,
                        "compulsory": moment.compulsory,
                        "purposes": [one.id for one in moment.purposes],
                        **_at(moment.field.place, spans),
                    }
                    for moment in point.moments
                ],
            }
            for point in step.touchpoints
        ],
    }


def meaning_document(catalog: Catalog, found: Meaning, spans: Spans, as_of: date | None = None) -> str:
    """What figures and inferences rest on, as JSON text. `as_of` is the day that was asked for."""

    def field(one: Field) -> dict[str, Any]:
        return {"field": one.id, **_at(one.place, spans)}

    def due(one: Field) -> dict[str, Any]:
        return {"review_by": one.review_by, "owner": one.owner, **field(one)}

    judged = found.as_of is not None
    document = {
        **_head(catalog, as_of),
        "counts": {
            "fields": found.origins[0].total,
            "figures": len(found.figures),
            "partnered": found.partnered,
            "warned": found.warned,
            "narratives": len(found.narratives),
            "inferred": len(found.inferred),
            "explained": found.explained,
            "sure": found.sure,
            "dated": found.dated,
            "overdue": len(found.overdue) if judged else None,
        },
        "figures": [
            {
                "narrative": one.narrative,
                "caveats": dict(one.caveats),
                "review_by": one.review_by,
                **field(one),
            }
            for one in found.figures
        ],
        "inferred": [
            {
                "derived_from": list(one.derived_from),
                "logic": dict(one.logic),
                "confidence": one.confidence,
                **field(one),
            }
            for one in found.inferred
        ],
        "origins": [
            {"category": one.category or None, "all": one.category == "", "counts": _origins(one.counts)}
            for one in found.origins
        ],
        "overdue": [due(one) for one in found.overdue] if judged else None,
        "soon": [due(one) for one in found.soon] if judged else None,
        "undated": [field(one) for one in found.undated],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _origins(counts: Mapping[str | None, int]) -> dict[str, int]:
    return {origin: counts.get(origin, 0) for origin in ORIGINS} | {"unknown": counts.get(None, 0)}


def _head(catalog: Catalog, as_of: date | None) -> dict[str, Any]:
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
        "as_of": None if as_of is None else as_of.isoformat(),
    }


def _at(place: Place, spans: Spans) -> dict[str, Any]:
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else None}
