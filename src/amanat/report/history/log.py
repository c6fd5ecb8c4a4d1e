"""`amanat log`: what each commit meant for one entry (schema: `log.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from amanat.diff.timeline import Moment, Told
from amanat.history import Commit
from amanat.report.changes.told import about, cells, line
from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import printable
from amanat.report.history.commits import UNCOMMITTED, cut, data


class Log(NamedTuple):
    """The moments of an entry, newest first. `begins` is the oldest commit of a shallow clone; `more` says
    that older moments were left out."""

    kind: str
    id: str
    moments: tuple[Moment, ...]
    begins: Commit | None
    more: bool


FOUND = "was there in the oldest commit that the clone has"
UNREADABLE = "changed; a file of it cannot be read before or after, so what changed is not known"


def as_text(log: Log) -> str:
    """For a terminal: a head for each commit, a line for each change."""
    return "".join(f"{printable(one)}\n" for one in _text(log))


def _text(log: Log) -> Iterator[str]:
    yield f"{log.id}  ({log.kind})"
    for moment in log.moments:
        yield f"{_head(moment.commit)}"
        yield from (f"    {words}" for words in _said(moment))
        for told in moment.changes:
            yield from _change(told, log)
    if not log.moments:
        yield "  nothing happened to it in these commits"
    yield from _ends(log)


def _ends(log: Log) -> Iterator[str]:
    if log.more:
        yield "older commits are left out: --limit 0 shows all"
    elif log.begins is not None:
        yield cut(log.begins)


def _head(commit: Commit | None) -> str:
    if commit is None:
        return f"  {UNCOMMITTED}"
    return f"  {commit.short}  {commit.day}  {commit.author}  {commit.subject}"


def _said(moment: Moment) -> Iterator[str]:
    if moment.found:
        yield FOUND
    if not moment.readable:
        yield UNREADABLE


def _change(told: Told, log: Log) -> Iterator[str]:
    what = " · ".join(filter(None, (_other(told, log), about(told.change))))
    where = f"{told.file}:{told.line}" if told.line is not None else told.file
    told_of = f"{told.change.change_class.name} ({told.change.level})"
    yield "    " + "  ".join(filter(None, (told_of, what, f"[{where}]")))
    before, after = line(told.change)
    if before is not None:
        yield f"      - {before}"
    if after is not None:
        yield f"      + {after}"
    yield from (f"      {cell}" for cell in cells([told.change]))


def _other(told: Told, log: Log) -> str:
    """The entry that changed where it is not the one asked for: what governs it, or an earlier name."""
    return (
        ""
        if (told.change.kind, told.change.id) == (log.kind, log.id)
        else (f"{told.change.id}" if told.change.kind == log.kind else f"{told.change.kind} {told.change.id}")
    )


def as_markdown(log: Log) -> str:
    """A table with a row for each change. No text of a catalog is ever markup."""
    return "\n".join(_markdown(log)) + "\n"


def _markdown(log: Log) -> Iterator[str]:
    yield f"# History of {code(printable(log.id))}"
    yield ""
    yield "| commit | date | author | change | level | what | before | after |"
    yield "|---|---|---|---|---|---|---|---|"
    for moment in log.moments:
        commit = moment.commit
        by = (
            (code(commit.short), commit.day, prose(printable(commit.author)))
            if commit is not None
            else (UNCOMMITTED, "", "")
        )
        for words in _said(moment):
            yield f"| {' | '.join((*by, prose(words), '', '', '', ''))} |"
        for told in moment.changes:
            yield f"| {' | '.join((*by, *_cells(told, log)))} |"
    for words in _ends(log):
        yield ""
        yield prose(f"{words}.")


def _cells(told: Told, log: Log) -> Iterator[str]:
    change = told.change
    yield f"**{change.change_class.name}**"
    yield str(change.level)
    what = " ".join(filter(None, (_other(told, log), about(change))))
    yield code(printable(what)) if what else ""
    for value in line(change):
        yield code(printable(value)) if value is not None else ""


def as_data(log: Log) -> dict[str, Any]:
    """Every moment with whole values."""
    return {
        "kind": log.kind,
        "id": log.id,
        "cut": data(log.begins),
        "more": log.more,
        "commits": [_moment(moment) for moment in log.moments],
    }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "commit": data(moment.commit),
        "found": moment.found,
        "readable": moment.readable,
        "changes": [
            {
                "class": told.change.change_class.name,
                "level": str(told.change.level),
                "meaning": told.change.change_class.meaning,
                "kind": told.change.kind,
                "id": told.change.id,
                "attribute": told.change.attribute or None,
                "key": told.change.key or None,
                "before": told.change.before,
                "after": told.change.after,
                "file": told.file or None,
                "line": told.line,
            }
            for told in moment.changes
        ],
    }
