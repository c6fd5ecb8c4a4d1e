"""Making the record: rows, evidence for every cell, and the questions that stay open."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.register import Row, Spans
from amanat.inventory.ropa.activity import Activity, activity
from amanat.inventory.ropa.slots import SLOTS, Said
from amanat.inventory.ropa.template import Template, TemplateColumn
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import in_language

EVIDENCE = (
    Column("activity", "text", "Id of the purpose."),
    Column("column", "text", "Column of the record."),
    Column("file", "text", "File of the catalog that says it."),
    Column("line", "integer", "Line in that file, counted from 1."),
    Column("commit", "text", "Commit of the catalog that the line is of; `+` where it is changed since."),
)
QUESTIONS = (
    Column("column", "text", "Column of the record that stays unknown."),
    Column("source", "text", "The rule that asks for it."),
    Column("question", "text", "What nobody says."),
    Column("key", "text", "The key of the catalog that would answer it."),
    Column("activities", "list", "Purposes for which it is open; none where it is open for all of them."),
)


class Evidence(NamedTuple):
    """Where a cell comes from."""

    activity: str
    column: str
    said: Said


class Question(NamedTuple):
    """A question that the catalog cannot answer."""

    column: str
    source: str
    question: str
    key: str
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A record of processing: its rows, and what they rest on. `outside` are live fields of no activity in
    it."""

    catalog: Catalog
    template: Template
    table: Table
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    outside: tuple[Field, ...]

    def evidence_table(self, spans: Spans, commit_of: Callable[[str], str]) -> Table:
        """The companion: a row for each place that a cell comes from. `commit_of` gives a file's commit."""
        rows: list[Row] = []
        for one in self.evidence:
            for place in one.said.places:
                span = spans.span(place)
                line: Cell = span.line if span is not None else Absent.UNKNOWN
                rows.append(
                    {
                        "activity": one.activity,
                        "column": one.column,
                        "file": place.file,
                        "line": line,
                        "commit": commit_of(place.file) or Absent.UNKNOWN,
                    }
                )
        return Table("evidence", self.catalog, EVIDENCE, tuple(rows))

    def questions_table(self) -> Table:
        """The open questions."""
        rows: list[Row] = [dict(one._asdict()) for one in self.questions]
        return Table("questions", self.catalog, QUESTIONS, tuple(rows))


def record(
    catalog: Catalog, form: Template, lang: str, purpose: str | None = None, status: Sequence[str] = ("live",)
) -> Record:
    """The record in a language: a row for each purpose of the statuses, sorted by id. `purpose` is an id or
    `prefix.*`."""
    chosen = [
        one
        for one in catalog.purposes.values()
        if one.status.value in status and (purpose is None or selects(purpose, one.id) or one.id == purpose)
    ]
    activities = [activity(catalog, one) for one in chosen]
    columns = tuple(Column(each.slot, "scalar", _heading(each, lang)) for each in form.columns)
    evidence = [
        Evidence(one.purpose.id, each.slot, SLOTS[each.slot].give(one, lang))
        for one in activities
        for each in form.columns
    ]
    cells: dict[str, dict[str, Cell]] = {}
    for one in evidence:
        cells.setdefault(one.activity, {})[one.column] = one.said.cell
    rows = tuple(cells[one.purpose.id] for one in activities)
    return Record(
        catalog,
        form,
        Table("ropa", catalog, columns, rows),
        tuple(evidence),
        tuple(_questions(form, activities, evidence)),
        _outside(catalog, activities) if purpose is None else (),
    )


def _heading(column: TemplateColumn, lang: str) -> str:
    label = in_language(column.label, lang, column.slot)
    return f"{label} ({column.source})" if column.source else label


def _questions(
    form: Template, activities: Sequence[Activity], evidence: Sequence[Evidence]
) -> list[Question]:
    found = []
    for each in form.columns:
        slot = SLOTS[each.slot]
        unknown = [one.activity for one in evidence if one.column == each.slot and _is_open(one.said.cell)]
        if unknown:
            everywhere = len(unknown) == len(activities)
            some = () if everywhere else tuple(unknown)
            found.append(Question(each.slot, each.source, slot.question, slot.key, some))
    return found


def _is_open(cell: Cell) -> bool:
    """Whether a cell, or a part of it, is unknown."""
    if isinstance(cell, tuple):
        return any(Absent.UNKNOWN.value in re.split(r"\W+", item) for item in cell)
    return cell is Absent.UNKNOWN


def _outside(catalog: Catalog, activities: Sequence[Activity]) -> tuple[Field, ...]:
    reached = {field.id for one in activities for field in one.fields}
    return tuple(
        field for field in catalog.fields.values() if field.status.value == "live" and field.id not in reached
    )


def purposes_of(catalog: Catalog, statuses: Sequence[str]) -> tuple[Purpose, ...]:
    """The purposes that a record of these statuses has a row for."""
    return tuple(one for one in catalog.purposes.values() if one.status.value in statuses)
