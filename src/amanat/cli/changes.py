"""`amanat conflicts --since`: what a change did to the conflicts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amanat.cli.standing import Stood
from amanat.conflicts import Conflict, compare
from amanat.conflicts.document import Wanted, chosen, render_since, unknown_filters
from amanat.conflicts.since import Since, differences, since
from amanat.errors import UsageError
from amanat.history.revision import catalog_at
from amanat.report.console import printable


class Changes(NamedTuple):
    """What changed, and the text that tells it."""

    since: Since
    text: str


def changes(stood: Stood, revision: str, wanted: Wanted, form: str) -> Changes:
    """Compare the conflicts with those at a git revision, both judged by the same day. A conflict is wanted
    when it is or was. Writes to standard error where a file that cannot be read may hide some."""
    loaded, day = stood.loaded, stood.day
    with catalog_at(stood.root, revision) as (old, commit):
        unknown_before = {problem for problem, _ in unknown_filters(old.catalog, wanted)}
        for problem, way_out in unknown_filters(loaded.catalog, wanted):
            if problem in unknown_before:
                raise UsageError(problem, hint=way_out)
        before, after = compare(old.catalog, day).conflicts, compare(loaded.catalog, day).conflicts
        ids = {one.id for one in (*chosen(before, wanted), *chosen(after, wanted))}
        made = since(
            [one for one in before if one.id in ids],
            [one for one in after if one.id in ids],
        )
        for when, files in ((f" at `{revision}`", old.catalog.unreadable), ("", loaded.catalog.unreadable)):
            if files:
                sys.stderr.write(f"warning: `{files[0]}` cannot be read{when}: conflicts may be missing\n")
        if form == "json":
            text = render_since(made, (revision, commit), old.spans.span, loaded.spans.span)
        else:
            text = "\n".join(_lines(made, f"`{revision}` ({commit[:12]})")) + "\n"
    return Changes(made, text)


def _lines(made: Since, revision: str) -> Iterator[str]:
    for title, conflicts in (("introduced", made.introduced), ("resolved", made.resolved)):
        yield from _told(title, conflicts)
    if made.changed:
        yield "changed"
    for change in made.changed:
        yield f"  {_head(change.after)}"
        for difference in differences(change):
            yield f"    {printable(difference)}"
    counts = f"{len(made.introduced)} introduced, {len(made.resolved)} resolved, {len(made.changed)} changed"
    yield f"{counts} since {revision}"


def _told(title: str, conflicts: Sequence[Conflict]) -> Iterator[str]:
    if conflicts:
        yield title
    for conflict in conflicts:
        yield f"  {_head(conflict)}"
        yield f"    {printable(conflict.message)}"


def _head(conflict: Conflict) -> str:
    return f"{conflict.severity.value} {conflict.code} {conflict.id} ({conflict.status.value})"
