"""What Markdown and HTML show alike: for each field its sources side by side, then what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from amanat.conflicts.ledger import words
from amanat.conflicts.report import CANONICAL, Conflict, Report
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import ConflictStatus, Facet
from amanat.model.values import FieldId, in_language
from amanat.report.console import printable

_LONG = frozenset((Facet.DEFINITION, Facet.RETENTION))
"""Facets whose values are sentences: each has a table of its own."""
_MOST = 160


class Cell(NamedTuple):
    """The value of a source in a facet. `text` is None where the source takes no part; `silent` where it
    could say something and does not; `mild` where the conflict is only an info."""

    text: str | None
    odd: bool
    silent: bool
    mild: bool = False


class Row(NamedTuple):
    """A source (or the field itself, without a `source`) with a cell for each facet."""

    source: str | None
    cells: tuple[Cell, ...]


class Grid(NamedTuple):
    """Sources by facets."""

    facets: tuple[str, ...]
    rows: tuple[Row, ...]


class Story(NamedTuple):
    """What to know about one conflict below the table. `explains` lists the facets that differ because of
    it; `ways` are one line each, none once it is accepted."""

    id: str
    facet: str
    code: str
    severity: str
    status: str | None
    why: str
    explains: str
    silent: int
    ways: tuple[str, ...]


class Section(NamedTuple):
    """Everything about one field."""

    field: str
    label: str
    grids: tuple[Grid, ...]
    stories: tuple[Story, ...]


class Totals(NamedTuple):
    """Counts of what is shown; `everything` counts the whole report."""

    shown: int
    everything: int
    severities: tuple[tuple[str, int], ...]
    accepted: int
    known_percent: int


def sections(found: Sequence[Conflict], catalog: Catalog) -> Iterator[Section]:
    """One section for each field, in the order of the conflicts; within it the worst first."""
    for field, group in groupby(found, key=lambda conflict: conflict.field):
        conflicts = sorted(group, key=lambda one: one.severity.rank)
        short = [one for one in conflicts if one.facet not in _LONG]
        tables = [some for some in (short, *([one] for one in conflicts if one.facet in _LONG)) if some]
        declared = catalog.fields.get(FieldId(field))
        yield Section(
            field,
            printable(in_language(declared.label, catalog.language)) if declared else "",
            tuple(_grid(some) for some in tables),
            tuple(_story(one) for one in conflicts),
        )


def totals(found: Sequence[Conflict], report: Report) -> Totals:
    """What the closing line says."""
    counts = [(one.value, sum(c.severity is one for c in found)) for one in Severity]
    known = sum(count.known for count in report.coverage.values())
    asked = known + sum(count.unknown for count in report.coverage.values())
    return Totals(
        len(found),
        len(report.conflicts),
        tuple((name, count) for name, count in counts if count),
        sum(one.status is ConflictStatus.ACCEPTED for one in found),
        round(100 * known / asked) if asked else 0,
    )


def closing(counted: Totals) -> str:
    """The counts in words."""
    of_all = "" if counted.shown == counted.everything else f" of {counted.everything}"
    severities = ", ".join(f"{count} {name}" for name, count in counted.severities) or "none"
    return (
        f"{counted.shown}{of_all} conflicts: {severities}; {counted.accepted} accepted; "
        f"{counted.known_percent} % of what sources could say is known"
    )


def _grid(conflicts: Sequence[Conflict]) -> Grid:
    keys = sorted({key for one in conflicts for key in one.values}, key=lambda key: (key != CANONICAL, key))
    rows = (
        Row(
            None if key == CANONICAL else printable(key),
            tuple(_cell(one, key) for one in conflicts),
        )
        for key in keys
    )
    return Grid(tuple(one.facet.value for one in conflicts), tuple(rows))


def _cell(conflict: Conflict, key: str) -> Cell:
    if key not in conflict.values:
        return Cell(None, False, key in conflict.unknown)
    return Cell(
        printable(words(conflict.values[key], _MOST)),
        key in conflict.odd,
        False,
        conflict.severity is Severity.INFO,
    )


def _story(conflict: Conflict) -> Story:
    decided = conflict.status is ConflictStatus.ACCEPTED
    ways = () if decided else tuple(printable(way.partition("\n")[0]) for way in conflict.ways_out)
    return Story(
        conflict.id,
        conflict.facet.value,
        conflict.code,
        conflict.severity.value,
        None if conflict.status is ConflictStatus.OPEN else conflict.status.value,
        printable(conflict.why),
        ", ".join(one.facet.value for one in conflict.explains),
        len(conflict.unknown),
        (*ways[:-1], f"{ways[-1]}: `amanat conflicts --accept {conflict.id}`")
        if ways and conflict.entry is None
        else ways,
    )
