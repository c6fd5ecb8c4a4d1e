"""The conflict report as data for programs: the contract of `amanat conflicts --format json`, and filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NamedTuple

from amanat.conflicts.report import CANONICAL, Conflict, Report
from amanat.conflicts.since import Since, differences
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog, selects
from amanat.model.field import ConflictStatus, Facet
from amanat.text import Place, Span

VERSION = 1

LineOf = Callable[[Place], int | None]
"""The line on which a place stands, counted from 1; None where that is unknown."""


class Wanted(NamedTuple):
    """Which conflicts to show; what is empty or None leaves nothing out. `fields` are ids or `prefix.*`;
    `severity` is the least one; a system is wanted when one of its sources takes part."""

    fields: Collection[str] = ()
    facets: Collection[str] = ()
    systems: Collection[str] = ()
    severity: Severity | None = None
    statuses: Collection[str] = ()


def chosen(conflicts: Collection[Conflict], wanted: Wanted) -> tuple[Conflict, ...]:
    """The wanted conflicts, in their order."""
    return tuple(conflict for conflict in conflicts if _is_wanted(conflict, wanted))


def _is_wanted(conflict: Conflict, wanted: Wanted) -> bool:
    return (
        (not wanted.fields or any(selects(field, conflict.field) for field in wanted.fields))
        and (not wanted.facets or conflict.facet in wanted.facets)
        and (not wanted.statuses or conflict.status in wanted.statuses)
        and (wanted.severity is None or conflict.severity.rank <= wanted.severity.rank)
        and (not wanted.systems or not systems_of(conflict).isdisjoint(wanted.systems))
    )


def systems_of(conflict: Conflict) -> set[str]:
    """The systems whose sources take part in a conflict."""
    return {key.partition(".")[0] for key in conflict.values if key != CANONICAL}


def document(conflicts: Collection[Conflict], report: Report, line_of: LineOf) -> dict[str, Any]:
    """The document of `conflicts.schema.json`, with the given conflicts and the coverage of the whole
    report."""
    return {
        "version": VERSION,
        "conflicts": [_entry(conflict, line_of) for conflict in conflicts],
        "coverage": {
            facet.value: {"known": count.known, "unknown": count.unknown}
            for facet, count in sorted(report.coverage.items())
        },
    }


def _entry(conflict: Conflict, line_of: LineOf) -> dict[str, Any]:
    return {
        "field": conflict.field,
        "facet": conflict.facet.value,
        "severity": conflict.severity.value,
        "status": conflict.status.value,
        "values": dict(conflict.values),
        "unknown": list(conflict.unknown),
        "where": {key: {"file": place.file, "line": line_of(place)} for key, place in conflict.where.items()},
        "explains": {
            one.facet.value: {"severity": one.severity.value, "values": dict(one.values)}
            for one in conflict.explains
        },
        "message": conflict.message,
        "ways_out": list(conflict.ways_out),
    }


def render(conflicts: Collection[Conflict], report: Report, span_of: Callable[[Place], Span | None]) -> str:
    """The document as JSON text; `span_of` finds the lines."""

    def line_of(place: Place) -> int | None:
        span = span_of(place)
        return span.line if span is not None else None

    return json.dumps(document(conflicts, report, line_of), ensure_ascii=False, indent=2) + "\n"


def render_since(
    made: Since,
    revision: tuple[str, str],
    span_before: Callable[[Place], Span | None],
    span_after: Callable[[Place], Span | None],
) -> str:
    """The document of `conflicts-since.schema.json` as JSON text; `revision` as asked for, and its commit."""

    def entry(conflict: Conflict, span_of: Callable[[Place], Span | None]) -> dict[str, Any]:
        return _entry(conflict, lambda place: span.line if (span := span_of(place)) is not None else None)

    content = {
        "version": VERSION,
        "since": {"revision": revision[0], "commit": revision[1]},
        "introduced": [entry(one, span_after) for one in made.introduced],
        "resolved": [entry(one, span_before) for one in made.resolved],
        "changed": [
            {
                "differences": list(differences(one)),
                "before": entry(one.before, span_before),
                "after": entry(one.after, span_after),
            }
            for one in made.changed
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def unknown_filters(catalog: Catalog, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """What is wrong with filters that name something the catalog does not have, each with the way out: the
    nearest names, or where to find them."""
    there: tuple[tuple[str, Collection[str], Collection[str], str], ...] = (
        ("field", wanted.fields, catalog.fields, "`amanat list fields` shows the ids"),
        ("system", wanted.systems, catalog.systems, "`amanat list systems` shows the ids"),
        ("facet", wanted.facets, [str(facet) for facet in Facet], _there_are(Facet)),
        ("status", wanted.statuses, [str(status) for status in ConflictStatus], _there_are(ConflictStatus)),
    )
    for kind, names, known, otherwise in there:
        for name in names:
            if name not in known and not (kind == "field" and any(selects(name, one) for one in known)):
                near = get_close_matches(name, known, n=3, cutoff=0.6)
                mean = f"did you mean {' or '.join(f'`{one}`' for one in near)}?"
                yield f"no {kind} is called `{name}`", mean if near else otherwise


def _there_are(known: type[StrEnum]) -> str:
    return f"there are {', '.join(f'`{item}`' for item in known)}"


def fails(conflicts: Collection[Conflict], least: Severity) -> bool:
    """Whether a conflict is at least so severe."""
    return any(conflict.severity.rank <= least.rank for conflict in conflicts)
