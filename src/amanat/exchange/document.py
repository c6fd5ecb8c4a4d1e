"""The contract of `amanat benefit --format json`: `benefit.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from amanat import __version__
from amanat.exchange.benefit import Benefit, Use
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.sheet import Spans
from amanat.text import Place

VERSION = 1


def render(catalog: Catalog, found: Benefit, spans: Spans, as_of: date | None = None) -> str:
    """The document as JSON text. `as_of` is the day that was asked for."""

    def at(place: Place) -> dict[str, Any]:
        span = spans.span(place)
        return {"file": place.file, "line": span.line if span else None}

    def fields(chosen: Iterable[Field]) -> list[dict[str, Any]]:
        return [{"field": one.id, **at(one.place)} for one in chosen]

    def use(one: Use) -> dict[str, Any]:
        purpose = one.purpose
        return {
            "purpose": purpose.id,
            "benefit": bool(purpose.benefit),
            "expected": purpose.expected,
            "fields": len(one.fields),
            "plain": one.plain,
            "masked": one.masked,
            "unseen": fields(one.unseen),
            "own": fields(one.own),
            "compulsory": one.compulsory,
            "special": one.special,
            **at(purpose.place),
        }

    document = {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
        "as_of": None if as_of is None else as_of.isoformat(),
        "counts": {
            "purposes": len(found.uses),
            "beneficial": found.beneficial,
            "expected": found.expected(True),
            "unexpected": found.expected(False),
            "expected_unknown": found.expected(None),
            "fields": found.fields,
            "unread": len(found.unread),
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
            {"field": one.field.id, "purposes": [p.id for p in one.purposes], **at(one.field.place)}
            for one in found.spread
        ],
        "planned": [
            {"kind": one.kind, "id": one.id, "missing": list(one.missing), **at(one.place)}
            for one in found.planned
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
