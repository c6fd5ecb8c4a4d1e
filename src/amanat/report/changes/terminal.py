"""A change for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.report.changes.told import MOST_ENTRIES, Group, Told, about, cells, line
from amanat.report.console import printable


def as_text(told: Told) -> str:
    """The changes, the worst first, each with both values, its place and the cells that it moves."""
    return "".join(f"{printable(one)}\n" for one in _lines(told))


def _lines(told: Told) -> Iterator[str]:
    for level, groups in told.levels():
        yield f"{level} ({told.count(level)})"
        for group in groups:
            yield from _group(told, group)
    if told.compared.loose:
        loose = len(told.compared.loose)
        yield f"{loose} cells moved for a reason that no change above tells: amanat policy diff"
    yield f"{told.counts()} from {told.sides[0]} to {told.sides[1]}"


def _group(told: Told, group: Group) -> Iterator[str]:
    first = group.first
    what = about(first)
    number = f" ({len(group.changes)} entries)" if len(group.changes) > 1 else ""
    raised = " (widening because it opens cells)" if first.raised else ""
    entry = f"{group.names()}{number}{f' · {what}' if what else ''}  ({told.where(first)})"
    yield f"  {first.change_class.name}{raised}  {entry}"
    before, after = line(first)
    if before is not None:
        yield f"    - {before}"
    if after is not None:
        yield f"    + {after}"
    for cell in cells(group.changes):
        yield f"    {cell}"
    approval = group.approval()
    if approval:
        yield f"    {approval}{_ids(group)}"


def _ids(group: Group) -> str:
    if all(one.approved for one in group.standings):
        return ""
    ids = [change.fingerprint for change in group.changes]
    return f"  [{' '.join(ids[:MOST_ENTRIES])}{' …' if len(ids) > MOST_ENTRIES else ''}]"
