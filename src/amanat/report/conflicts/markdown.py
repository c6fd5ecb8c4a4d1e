"""Conflicts in GitHub-flavoured Markdown, for a pull request. No text of a catalog is ever markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from amanat.conflicts.report import Conflict, Report
from amanat.model.catalog import Catalog
from amanat.report.conflicts.grid import Cell, Grid, Story, closing, sections, totals

_ODD = "❗"
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+!|~@&$:/=\"'^-]|\s+")
_WORD_SIGNS = re.compile(r"(?<=\w)[_:/'=+-](?=\w)|(?<=\w)[:'](?= )|(?<= )[(](?=\w)|(?<=\w)[)]")
"""Signs that mean nothing to Markdown where they stand in running words."""


def to_markdown(found: Sequence[Conflict], report: Report, catalog: Catalog) -> str:
    """The conflicts as Markdown: for each field a table of its sources, then why and the ways out."""
    return "\n".join(_lines(found, report, catalog)) + "\n"


def _lines(found: Sequence[Conflict], report: Report, catalog: Catalog) -> Iterator[str]:
    yield "# Conflicts between sources"
    yield ""
    yield closing(totals(found, report)) + "."
    if found:
        yield f"{_ODD} marks the odd one out, `?` a source that says nothing."
    for section in sections(found, catalog):
        yield ""
        yield f"## {code(section.field)} {prose(section.label)}".rstrip()
        for grid in section.grids:
            yield ""
            yield from _table(grid)
        yield ""
        for story in section.stories:
            yield from _story(story)


def _table(grid: Grid) -> Iterator[str]:
    yield f"| source | {' | '.join(grid.facets)} |"
    yield f"|---|{'---|' * len(grid.facets)}"
    for row in grid.rows:
        name = "the field" if row.source is None else code(row.source)
        yield f"| {name} | {' | '.join(map(_cell, row.cells))} |"


def _cell(cell: Cell) -> str:
    if cell.text is None:
        return "?" if cell.silent else ""
    return f"{_ODD} **{code(cell.text)}**" if cell.odd else code(cell.text)


def _story(story: Story) -> Iterator[str]:
    status = f" ({story.status})" if story.status else ""
    yield f"- **{story.severity} {story.code} {story.facet}**{status}: {prose(story.why)}"
    if story.explains:
        yield f"  - because of this also: {story.explains}"
    if story.silent:
        who = "1 of its sources says" if story.silent == 1 else f"{story.silent} of its sources say"
        yield f"  - {who} nothing"
    for way in story.ways:
        yield f"  - {prose(way)}"


def prose(text: str) -> str:
    """A text in which only what stands between backticks is set as code, and nothing else is markup."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _harmless(text)
    return "".join(code(part) if number % 2 else _harmless(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """A value set as code, also inside a table."""
    flat = " ".join(text.split())
    if not flat:
        return ""
    if re.search(r"[`|\\]", flat):
        inner = re.sub(r"[^\w .-]", lambda sign: f"&#{ord(sign.group())};", flat).replace("_", "&#95;")
        return f"<code>{inner}</code>"
    return f"`{flat}`"


def _harmless(text: str) -> str:
    kept = {match.start() for match in _WORD_SIGNS.finditer(text)}

    def escaped(match: re.Match[str]) -> str:
        sign = match.group()
        if sign.isspace():
            return " "
        return sign if match.start() in kept else f"&#{ord(sign)};"

    return _SPECIAL.sub(escaped, text)
