"""A change as Markdown, for a pull request. No text of a catalog is ever markup."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diff import Level
from amanat.report.changes.told import Group, Told, about, cells, line
from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import printable

_SIGNS = {Level.WIDENING: "🔺", Level.NARROWING: "🔻", Level.NEUTRAL: "▫️"}
_TITLES = {
    Level.WIDENING: "Widening: worse for the people concerned, or not known to be better",
    Level.NARROWING: "Narrowing: better for them",
    Level.NEUTRAL: "Neutral",
}


def as_markdown(told: Told) -> str:
    """The changes as tables, one for each level; neutral ones folded away."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    yield "# What this change means"
    yield ""
    yield f"{told.counts()}, from {code(printable(told.sides[0]))} to {code(printable(told.sides[1]))}."
    for level, groups in told.levels():
        yield ""
        if level is Level.NEUTRAL:
            yield "<details>"
            yield f"<summary>{_SIGNS[level]} {_TITLES[level]} ({told.count(level)})</summary>"
        else:
            yield f"## {_SIGNS[level]} {_TITLES[level]} ({told.count(level)})"
        yield ""
        yield "| change | entry | before | after | access | approval |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(told, group) for group in groups)
        if level is Level.NEUTRAL:
            yield ""
            yield "</details>"
    if told.compared.loose:
        yield ""
        yield f"{len(told.compared.loose)} cells of access moved for a reason that no change above tells."


def _row(told: Told, group: Group) -> str:
    first = group.first
    before, after = line(first)
    what = about(first)
    names = ", ".join(code(printable(name)) for name in group.names().split(", "))
    entry = f"{names}{f' {code(printable(what))}' if what else ''}<br>{code(printable(told.where(first)))}"
    access = "<br>".join(prose(printable(cell)) for cell in cells(group.changes))
    approval = prose(group.approval())
    if approval and not all(one.approved for one in group.standings):
        approval += "<br>" + " ".join(code(change.fingerprint) for change in group.changes[:3])
    name = f"**{first.change_class.name}**"
    values = [code(printable(value)) if value is not None else "" for value in (before, after)]
    return f"| {' | '.join((name, entry, *values, access, approval))} |"
