"""Usage for people and programs: findings, then the gaps, kept apart. No statement of a log is in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from amanat.inventory.cells import NOT_APPLICABLE
from amanat.inventory.columns import Cell
from amanat.report.console import in_words
from amanat.usage.compare import Log, Usage

VERSION = 1
COLUMNS = ("severity", "what", "role", "action", "field", "column", "times", "lines")
"""What `rows` tells of a finding."""
_MOST = 5


def rows(found: Usage) -> Iterator[tuple[Cell, ...]]:
    """A row for each finding."""
    for one in found.uses:
        lines: Cell = ", ".join(one.lines) or NOT_APPLICABLE
        yield (
            *(one.severity.value, one.what.value, one.role or NOT_APPLICABLE, one.action),
            *(one.field or NOT_APPLICABLE, one.column, one.times, lines),
        )


def told(found: Usage) -> Iterator[str]:
    """What it comes to, and what of the log is not known, in sentences."""
    log = found.log
    counts = Counter(one.severity for one in found.uses)
    judged = in_words(counts) or "as declared"
    yield f"{log.statements} statements, {log.of_data} of them about data: {judged}"
    if log.whole:
        return
    yield "partial: of these nothing is known, neither that they are allowed nor that they are not"
    if log.broken:
        yield f"  {len(log.broken)} broken line{'' if len(log.broken) == 1 else 's'}:"
        yield from (f"    {one.at} {one.why}" for one in log.broken[:_MOST])
        if len(log.broken) > _MOST:
            yield f"    and {len(log.broken) - _MOST} more (--format json has them all)"
    if log.unparsed:
        several = f"{len(log.unparsed)} statement{'' if len(log.unparsed) == 1 else 's'}"
        yield f"  {several} not understood to the end: {_lines(log.unparsed)}"
    for what, named in (("principals of no role", log.strangers), ("unknown tables", log.tables)):
        if named:
            yield f"  {what}: {_names(named)}"
    if log.columns:
        yield f"  unknown columns: {_names(log.columns)}"


def _lines(lines: Sequence[str]) -> str:
    shown = ", ".join(lines[:_MOST])
    return shown if len(lines) <= _MOST else f"{shown} …"


def _names(named: Mapping[str, Sequence[str]]) -> str:
    shown = [f"`{name}` ({len(named[name])})" for name in sorted(named)]
    return ", ".join(shown[:_MOST]) + (f" and {len(shown) - _MOST} more" if len(shown) > _MOST else "")


def to_json(system: str, found: Usage) -> str:
    """The document of `usage.schema.json`."""
    document = {
        "version": VERSION,
        "system": system,
        "statements": found.log.statements,
        "of_data": found.log.of_data,
        "partial": not found.log.whole,
        "uses": [_use(one) for one in found.uses],
        "gaps": _gaps(found.log),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _use(one: Any) -> dict[str, Any]:
    return {
        "severity": one.severity.value,
        "what": one.what.value,
        "role": one.role or None,
        "action": one.action,
        "field": one.field or None,
        "column": one.column,
        "times": one.times,
        "lines": list(one.lines),
    }


def _gaps(log: Log) -> dict[str, Any]:
    return {
        "broken": [{"line": one.at, "why": one.why} for one in log.broken],
        "unparsed": log.unparsed,
        "principals": dict(sorted(log.strangers.items())),
        "tables": dict(sorted(log.tables.items())),
        "columns": dict(sorted(log.columns.items())),
    }
