"""Conflicts as CSV: a row for every conflict and source, also those that say nothing. The columns are those
of `conflicts-csv.schema.json`; cells are written by the inventory's one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from amanat.conflicts.report import CANONICAL, Conflict
from amanat.conflicts.ways import flow
from amanat.inventory.columns import Absent, Cell
from amanat.inventory.csv import lines, written
from amanat.text import Place, Span

COLUMNS = (
    "field",
    "facet",
    "code",
    "severity",
    "judged",
    "status",
    "source",
    "system",
    "value",
    "basis",
    "odd",
    "file",
    "line",
    "entry",
    "explains",
    "why",
)
_NONE = Absent.NOT_APPLICABLE


def to_csv(found: Sequence[Conflict], span_of: Callable[[Place], Span | None]) -> str:
    """The conflicts as CSV; `span_of` finds the lines."""
    rows = (map(written, row) for conflict in found for row in _rows(conflict, span_of))
    return "".join(lines(COLUMNS, (list(row) for row in rows)))


def _rows(conflict: Conflict, span_of: Callable[[Place], Span | None]) -> Iterator[tuple[Cell, ...]]:
    for key in (*conflict.values, *conflict.unknown):
        known = key in conflict.values
        place = conflict.where.get(key) if known else None
        span = span_of(place) if place is not None else None
        yield (
            conflict.field,
            conflict.facet.value,
            conflict.code,
            conflict.severity.value,
            conflict.judged.value,
            conflict.status.value,
            key,
            _NONE if key == CANONICAL else key.partition(".")[0],
            _value(conflict.values[key]) if known else Absent.UNKNOWN,
            conflict.basis[key].value if known else _NONE,
            key in conflict.odd,
            place.file if place is not None else _NONE,
            span.line if span is not None else _NONE,
            conflict.entry.id if conflict.entry is not None else _NONE,
            tuple(one.facet.value for one in conflict.explains) or _NONE,
            conflict.why,
        )


def _value(value: object) -> Cell:
    if value is None:
        return "null"
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple) and not any(
        isinstance(item, Mapping | list | tuple) for item in value
    ):
        return tuple(item if isinstance(item, str) else flow(item) for item in value)
    return flow(value)
