"""Where a field is corrected, and whom that must reach, as `amanat correction` tells it.

Functions of templates, like those of `judged`; each takes the page's `Local` first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from amanat.docsite.local import Local
from amanat.docsite.sheets import told
from amanat.model.field import Field
from amanat.rights.correcting import Corrections, correction_sheet
from amanat.sheet import Section

LISTED = 20
"""How many of a field's columns the page lists, and how many problems; the command has all."""
_WHERE = 4
"""The column, what it is, the way to the person, what differs. Where it is written stands at the sources."""
_WHO = 3
"""The recipient, its role, whom to write to. Why it has the field stands at its purposes and sources."""


class Part(NamedTuple):
    """A part of a plan. `rows` hold the cells of a table with `headings`, `rest` counts what is left out."""

    title: str
    lines: list[Markup]
    headings: tuple[str, ...]
    rows: list[list[Markup]]
    rest: int


class Correction(NamedTuple):
    """A plan: what comes first, what it cannot do (no part: it can do all), and where to go, in order."""

    lead: Markup
    problems: Part | None
    places: Part
    derived: Part | None
    notify: Part


def correction(local: Local, field: Field) -> Correction | None:
    """The plan for a field; None for one that is not held, so that nothing of it can be wrong."""
    if not field.status.held:
        return None
    atlas = local.atlas
    plans: Corrections = local.kept(("corrections",), lambda: Corrections(atlas.catalog, atlas.ways))
    plan = plans.of(field)
    sheet = correction_sheet(plan, local.speech.tag)
    sections = {one.key: one for one in sheet.sections}
    return Correction(
        told(local, sheet.lead[1]),
        _part(local, sections["problems"]) if plan.problems else None,
        _part(local, sections["places"], _WHERE),
        _part(local, sections["derived"]) if plan.derived else None,
        _part(local, sections["notify"], _WHO),
    )


def _part(local: Local, section: Section, width: int | None = None) -> Part:
    headings = section.table.headings[:width] if section.table else ()
    rows = section.table.rows if section.table else ()
    return Part(
        section.title,
        [told(local, cell) for cell in section.lines[:LISTED]],
        headings,
        [[told(local, cell) for cell in row[:width]] for row in rows[:LISTED]],
        max(0, len(section.lines) - LISTED) + max(0, len(rows) - LISTED),
    )


HELPERS: Mapping[str, Callable[..., Any]] = {"correction": correction}
