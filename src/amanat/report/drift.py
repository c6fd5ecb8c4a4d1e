"""Drift for people and programs: a row for each difference, and what could not be compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Protocol

from amanat.diff.drift import Drifted, Drifts
from amanat.inventory.cells import NOT_APPLICABLE
from amanat.inventory.columns import Cell
from amanat.report.conflicts.markdown import prose
from amanat.report.console import in_words, printable
from amanat.text import Place, Span

VERSION = 1


class Spans(Protocol):
    """Where places stand."""

    def span(self, place: Place) -> Span | None:
        """The span of a place, or None where it is not known."""


def columns(earlier: str | None) -> tuple[str, ...]:
    """The names of the columns of `rows`."""
    sides = ("declared", "observed") if earlier is None else ("earlier", "now")
    return ("severity", "column", "what", *sides, "fields", "at")


def rows(drifts: Drifts, spans: Spans) -> Iterator[tuple[Cell, ...]]:
    """The differences."""
    for one in drifts.found:
        was, now = (NOT_APPLICABLE if side is None else side for side in (one.was, one.now))
        fields: Cell = one.fields or NOT_APPLICABLE
        yield one.severity.value, one.source, one.what, was, now, fields, at(one.place, spans)


def at(place: Place, spans: Spans) -> str:
    """A place as `file:line`."""
    span = spans.span(place)
    line = span.line if span else place.path[0] if place.file.endswith(".csv") and place.path else None
    return place.file if line is None else f"{place.file}:{line}"


def told(drifts: Drifts, earlier: str | None) -> Iterator[str]:
    """What it comes to, in sentences."""
    counts = Counter(one.severity for one in drifts.found)
    systems = f"{len(drifts.compared)} system{'' if len(drifts.compared) == 1 else 's'} compared"
    against = "what is declared" if earlier is None else f"the snapshots of {earlier}"
    yield f"{systems} with {against}: {in_words(counts) or 'no drift'}"
    if drifts.unseen:
        lack = "a snapshot" if earlier is None else "a snapshot on both sides"
        yield f"without {lack}, so nothing is known: {', '.join(drifts.unseen)}"


def to_markdown(drifts: Drifts, spans: Spans, earlier: str | None) -> str:
    """The table and the sentences as Markdown."""
    lines = ["# Drift", ""]
    lines += [f"- {prose(printable(sentence))}" for sentence in told(drifts, earlier)]
    if drifts.found:
        names = columns(earlier)
        lines += ["", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
        for row in rows(drifts, spans):
            lines.append(f"| {' | '.join(_cell(cell) for cell in row)} |")
    return "\n".join(lines) + "\n"


def _cell(cell: Cell) -> str:
    text = ", ".join(cell) if isinstance(cell, tuple) else str(cell)
    return prose(printable(text))


def to_json(drifts: Drifts, spans: Spans, earlier: str | None) -> str:
    """The document of `drift.schema.json`."""
    document = {
        "version": VERSION,
        "against": earlier,
        "compared": list(drifts.compared),
        "unknown": list(drifts.unseen),
        "drift": [_entry(one, spans) for one in drifts.found],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _entry(one: Drifted, spans: Spans) -> dict[str, Any]:
    return {
        "severity": one.severity.value,
        "system": one.system,
        "column": one.column,
        "what": one.what,
        "was": one.was,
        "now": one.now,
        "fields": list(one.fields),
        "at": at(one.place, spans),
        "observed_at": None if one.related is None else at(one.related, spans),
    }
