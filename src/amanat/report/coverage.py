"""Coverage for people and programs: a row for each group, then what the whole comes to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell
from amanat.inventory.covered import NO_CATEGORY, TOTAL, Covered, Group, Tally
from amanat.report.conflicts.markdown import prose
from amanat.report.console import printable

VERSION = 1
NONE = "(none)"
"""What the group of everything without one is called."""
_COUNTS = ("columns", "mapped", "ignored", "unmapped", "settled", "sources", "seen", "vanished", "unknown")


def columns(found: Covered) -> tuple[str, ...]:
    """The names of the columns of `rows`."""
    return (found.by.value, *_COUNTS)


def rows(found: Covered) -> Iterator[tuple[Cell, ...]]:
    """The groups, then the total where there are several."""
    for tally in found.groups:
        yield (tally.name or NONE, *_cells(tally, found.by))
    if len(found.groups) != 1:
        yield (TOTAL, *_cells(found.total, found.by))


def _cells(tally: Tally, by: Group) -> Iterator[Cell]:
    nothing = bool(tally.unseen) and not tally.observed
    yield from (
        UNKNOWN if nothing else count
        for count in (tally.observed, tally.mapped, tally.ignored, tally.unmapped)
    )
    yield UNKNOWN if tally.unseen else percent(_settled(tally, by))
    yield from (tally.declared, tally.seen, tally.vanished, tally.unknown)


def _settled(tally: Tally, by: Group) -> Fraction | None:
    """The share of settled columns, where the group can have others: what no field maps has no category."""
    return None if by is Group.CATEGORY and tally.name not in (NO_CATEGORY, TOTAL) else tally.settled


def percent(share: Fraction | None) -> Cell:
    """A share with one digit behind the point, cut: what is not whole is never shown as 100 %."""
    if share is None:
        return NOT_APPLICABLE
    tenths = share * 1000 // 1
    return f"{tenths // 10}.{tenths % 10}%"


def told(found: Covered) -> Iterator[str]:
    """What the whole comes to, in sentences."""
    total = found.total
    if total.observed:
        share = Fraction(total.mapped + total.ignored, total.observed)
        yield (
            f"{percent(share)} of the columns that snapshots show are settled: {total.mapped} mapped, "
            f"{total.ignored} ignored with a reason, {total.unmapped} neither"
        )
    else:
        yield "no snapshot shows a column, so nothing is known of what the systems hold"
    if total.declared:
        yield (
            f"of {total.declared} sources of fields, snapshots show {total.seen}, miss {total.vanished}, "
            f"and say nothing of {total.unknown}"
        )
    if total.unseen and total.observed:
        names = ", ".join(sorted(total.unseen))
        yield f"without a snapshot, so unknown and not covered: {names}"


def to_markdown(found: Covered) -> str:
    """The table and the sentences as Markdown."""
    lines = ["# Coverage", ""]
    lines += [f"- {prose(printable(sentence))}" for sentence in told(found)]
    names = columns(found)
    lines += ["", f"| {' | '.join(names)} |", f"|---|{'---:|' * len(_COUNTS)}"]
    for row in rows(found):
        lines.append(f"| {' | '.join(prose(printable(str(cell))) for cell in row)} |")
    return "\n".join(lines) + "\n"


def to_json(found: Covered) -> str:
    """The document of `coverage.schema.json`."""
    document = {
        "version": VERSION,
        "by": found.by.value,
        "groups": [{"name": tally.name or None, **_counts(tally, found.by)} for tally in found.groups],
        "total": _counts(found.total, found.by),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _counts(tally: Tally, by: Group) -> dict[str, Any]:
    return {
        "columns": {
            "observed": tally.observed,
            "mapped": tally.mapped,
            "ignored": tally.ignored,
            "unmapped": tally.unmapped,
        },
        "sources": {
            "declared": tally.declared,
            "seen": tally.seen,
            "vanished": tally.vanished,
            "unknown": tally.unknown,
        },
        "settled": None if (share := _settled(tally, by)) is None else float(round(share, 6)),
        "without_snapshot": sorted(tally.unseen),
    }
