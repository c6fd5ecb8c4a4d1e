"""Proposals of `amanat classify`, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from amanat.classify.proposals import Proposal
from amanat.inventory.cells import NOT_APPLICABLE
from amanat.inventory.columns import Cell

VERSION = 1
COLUMNS = ("column", "category", "confidence", "field", "decision", "evidence")
"""What `rows` tells of a proposal."""


def rows(found: Sequence[tuple[str, Proposal]]) -> Iterator[tuple[Cell, ...]]:
    """A row for each proposal, with the system that it is for."""
    for system, one in found:
        source = f"{system}.{one.table}.{one.column}"
        field: Cell = one.field or NOT_APPLICABLE
        decision: Cell = one.decision or NOT_APPLICABLE
        yield source, one.category, one.confidence, field, decision, one.evidence


def to_json(found: Sequence[tuple[str, Proposal]], silent: int) -> str:
    """The document of `classify.schema.json`."""
    document = {"version": VERSION, "silent": silent, "proposals": [_entry(*one) for one in found]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _entry(system: str, one: Proposal) -> dict[str, Any]:
    return {
        "source": f"{system}.{one.table}.{one.column}",
        "category": one.category,
        "classification": one.classification or None,
        "field": one.field or None,
        "confidence": float(one.confidence),
        "evidence": one.evidence.split("; "),
        "decision": one.decision or None,
        "reason": one.reason or None,
        "before": one.before or None,
        "detector": one.detector,
    }
