"""Conflicts as a person reads them: a table per field with its sources side by side, then what to do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

from amanat.conflicts.ledger import words
from amanat.conflicts.report import CANONICAL, Conflict, Report
from amanat.diagnostic import Severity
from amanat.load import Loaded
from amanat.model.catalog import Catalog
from amanat.model.field import ConflictStatus, Facet
from amanat.model.values import in_language
from amanat.report.console import in_words, printable, use_colour

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_PLAIN_WIDTH = 80
_SOURCE_WIDTH = 40
_CELL_WIDTH = 24
_MOST = 160
MOST_FIELDS = 40
"""How many fields a terminal shows: more than anybody reads at once."""
_LONG = frozenset((Facet.DEFINITION, Facet.RETENTION))
_ODD = "!"
_SILENT = "?"
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def written_conflicts(
    form: str, found: Sequence[Conflict], report: Report, loaded: Loaded, *, plain: bool
) -> str:
    """The conflicts as `text`, `json`, `md`, `csv` or `html`."""
    if form == "text":
        return draw_conflicts(found, report, loaded.catalog, plain=plain)
    if form == "json":
        from amanat.conflicts.document import render

        return render(found, report, loaded.spans.span)
    from amanat.report.conflicts import to_csv, to_html, to_markdown

    if form == "csv":
        return to_csv(found, loaded.spans.span)
    return {"md": to_markdown, "html": to_html}[form](found, report, loaded.catalog)


def draw_conflicts(found: Sequence[Conflict], report: Report, catalog: Catalog, *, plain: bool) -> str:
    """The conflicts with a closing count, in the terminal's width and colours, or 80 columns without colour
    where nobody looks (or `plain`). A terminal shows so many fields that a person can read them, and says
    how many there are; a file or a pipe gets all."""
    from rich.console import Console

    seen = sys.stdout.isatty() and not plain
    console = Console(
        file=StringIO(),
        width=max(60, Console().width) if seen else _PLAIN_WIDTH,
        force_terminal=seen and use_colour(plain),
        no_color=not (seen and use_colour(plain)),
        highlight=False,
        soft_wrap=False,
    )
    fields = [list(group) for _, group in groupby(found, key=lambda conflict: conflict.field)]
    for conflicts in fields[: MOST_FIELDS if seen else None]:
        _draw_field(console, conflicts, catalog, entry_shown=len(found) == 1)
    if seen and len(fields) > MOST_FIELDS:
        console.print(_left_out(found, len(fields) - MOST_FIELDS))
    console.print(_closing(found, report))
    written = console.file
    assert isinstance(written, StringIO)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _left_out(found: Sequence[Conflict], fields: int) -> str:
    """What a terminal does not show, by facet, and how to see it."""
    facets = Counter(conflict.facet.value for conflict in found)
    counted = ", ".join(f"{facet} {count}" for facet, count in sorted(facets.items()))
    noun = "field" if fields == 1 else "fields"
    return (
        f"{fields} more {noun} not shown; conflicts in all by facet: {counted}\n"
        "narrow it with --field, --facet, --system or --severity; a pipe or --output gets everything\n"
    )


def _draw_field(console: Console, conflicts: list[Conflict], catalog: Catalog, *, entry_shown: bool) -> None:
    """Heading, side-by-side tables of what is to be decided, one line for each conflict with its ways out.
    What is accepted or only an info is told in its line; alone (`entry_shown`) it has its table too."""
    from rich.text import Text

    field = conflicts[0].field
    declared = catalog.fields.get(field)
    label = in_language(declared.label, catalog.language) if declared else ""
    console.print(Text.assemble((field, "bold"), "  ", printable(label)))
    tabled = [one for one in conflicts if entry_shown or one.severity is not Severity.INFO]
    for some in _side_by_side(tabled, console.width):
        console.print(_table(some, console.width))
    for conflict in conflicts:
        _draw_way(console, conflict, entry_shown=entry_shown)
    console.print()


def _side_by_side(conflicts: list[Conflict], width: int) -> Iterator[list[Conflict]]:
    """As many conflicts at a time as fit beside the names of the sources; long texts stand alone."""
    names = _source_width(conflicts, width)
    batch: list[Conflict] = []
    used = 0
    for conflict in conflicts:
        longest = max(len(words(value)) + 2 for value in conflict.values.values())
        needed = min(_CELL_WIDTH, max(longest, len(conflict.facet.value))) + 2
        if conflict.facet in _LONG:
            needed = width
        if batch and used + needed > width - names:
            yield batch
            batch, used = [], 0
        batch.append(conflict)
        used += needed
    if batch:
        yield batch


def _source_width(conflicts: list[Conflict], width: int) -> int:
    """Room for the names of the sources: all of the longest, as long as a facet fits beside it."""
    longest = max((len(key) for conflict in conflicts for key in conflict.values), default=0)
    return max(_SOURCE_WIDTH, min(longest, width - _CELL_WIDTH - 4))


def _table(conflicts: list[Conflict], width: int) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    names = _source_width(conflicts, width)
    table.add_column("source", max_width=names, overflow="fold")
    for conflict in conflicts:
        style = _STYLES[conflict.severity]
        cell = width - names - 4 if conflict.facet in _LONG else _CELL_WIDTH
        table.add_column(Text(conflict.facet.value, style), max_width=cell, overflow="fold")
    keys = sorted({key for conflict in conflicts for key in conflict.values}, key=_field_first)
    for key in keys:
        name = Text("the field", "italic") if key == CANONICAL else Text(printable(key))
        table.add_row(name, *(_cell(conflict, key) for conflict in conflicts))
    return table


def _field_first(key: str) -> tuple[bool, str]:
    return key != CANONICAL, key


def _cell(conflict: Conflict, key: str) -> Text:
    from rich.text import Text

    if key not in conflict.values:
        return Text(f"  {_SILENT}" if key in conflict.unknown else "", "dim")
    value = printable(words(conflict.values[key], _MOST))
    if key in conflict.odd:
        return Text(f"{_ODD} {value}", _STYLES[conflict.severity])
    return Text(f"  {value}")


def _draw_way(console: Console, conflict: Conflict, *, entry_shown: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    status = "" if conflict.status is ConflictStatus.OPEN else f" ({conflict.status.value})"
    head = f"{conflict.severity.value} {conflict.code} {conflict.facet.value}{status}: "
    console.print(Text.assemble((head, _STYLES[conflict.severity]), printable(conflict.why)))
    if conflict.explains:
        also = f"because of this also: {', '.join(one.facet.value for one in conflict.explains)}"
        console.print(Padding(Text(also, "dim"), (0, 0, 0, 2)))
    if conflict.severity is Severity.INFO and not entry_shown:
        return
    if conflict.unknown:
        count = len(conflict.unknown)
        note = "1 of its sources says nothing" if count == 1 else f"{count} of its sources say nothing"
        console.print(Padding(Text(note, "dim"), (0, 0, 0, 2)))
    for way in conflict.ways_out:
        first, *entry = printable(way).splitlines()
        if entry and not entry_shown:
            continue
        console.print(Padding(Text(first), (0, 0, 0, 2)))
        for line in entry:
            console.print(Text(f"    {line}"), soft_wrap=True)


def _closing(found: Sequence[Conflict], report: Report) -> str:
    severities = Counter(conflict.severity for conflict in found)
    accepted = sum(conflict.status is ConflictStatus.ACCEPTED for conflict in found)
    known = sum(count.known for count in report.coverage.values())
    unknown = sum(count.unknown for count in report.coverage.values())
    share = round(100 * known / (known + unknown)) if known + unknown else 0
    of_all = "" if len(found) == len(report.conflicts) else f" of {len(report.conflicts)}"
    noun = "conflict" if len(found) == 1 and not of_all else "conflicts"
    return (
        f"{len(found)}{of_all} {noun}: {in_words(severities) or 'none'}; {accepted} accepted\n"
        f"{_ODD} the odd one out, {_SILENT} says nothing; {share} % of what sources could say is known\n"
        "to accept one: amanat conflicts --accept FIELD/FACET"
    )
