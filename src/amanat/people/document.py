"""The contract of `amanat maturity --format json`: `maturity.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from amanat import __version__
from amanat.model.catalog import Catalog
from amanat.people.maturity import Answer, Dimension, Proof
from amanat.sheet import Spans

VERSION = 1


def render(
    catalog: Catalog, dimensions: tuple[Dimension, ...], spans: Spans, as_of: date | None = None
) -> str:
    """The document as JSON text. `as_of` is the day that was asked for."""
    document = {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
        "as_of": None if as_of is None else as_of.isoformat(),
        "dimensions": [
            {
                "dimension": one.key,
                "stage": one.stage.value,
                "answers": [_answer(answer, spans) for answer in one.answers],
            }
            for one in dimensions
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _answer(one: Answer, spans: Spans) -> dict[str, Any]:
    return {
        "question": one.key,
        "stage": one.stage.value,
        "met": one.met,
        "total": one.total,
        "such_as": list(_proofs(one.shown, spans)),
        "lacking": list(_proofs(one.lacking, spans)),
        "unknown": list(_proofs(one.unknown, spans)),
    }


def _proofs(proofs: Iterable[Proof], spans: Spans) -> Iterable[dict[str, Any]]:
    for one in proofs:
        if one.place.file.endswith(".csv"):
            line: object = one.place.path[0] if one.place.path else None
        else:
            span = spans.span(one.place)
            line = span.line if span else None
        yield {"kind": one.kind, "id": one.id, "file": one.place.file, "line": line}
