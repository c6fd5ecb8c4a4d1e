"""The calendar of retention as a register: what falls due as of a day, by rules."""

from __future__ import annotations

from datetime import date

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell, Column
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog
from amanat.retention.due import Entry, calendar

COLUMNS = (
    Column("matter", "text", "rows (over now), year (a fiscal year that follows), purpose or hold."),
    Column("day", "text", "When it falls due; what is over is due on the day of judging."),
    Column("id", "text", "Id of the policy, purpose or hold."),
    Column("system", "text", "System that holds the data."),
    Column("jurisdictions", "list", "Where the rule holds; `*` is everywhere."),
    Column("keep", "text", "How long (ISO 8601 duration)."),
    Column("from", "text", "Event that starts the period."),
    Column("upto", "text", "Latest day of an event that is over then."),
    Column("then", "text", "What happens then."),
    Column("fields", "integer", "Fields that the policy keeps there."),
    Column("held", "integer", "How many of them a hold keeps."),
    Column("backups_gone", "text", "When the last backup of what is erased that day is gone."),
    Column("file", "text", "File that declares it."),
    Column("line", "integer", "Line in that file, counted from 1."),
)


def falling_due(catalog: Catalog, spans: Spans, as_of: date | None) -> Table:
    """The calendar; empty where the day is unknown."""
    entries = () if as_of is None else calendar(catalog, as_of)
    return Table("retention-calendar", catalog, COLUMNS, tuple(_row(one, spans) for one in entries), as_of)


def _row(one: Entry, spans: Spans) -> Row:
    span = spans.span(one.place)
    of_policy = one.system is not None
    row: dict[str, Cell] = {
        "matter": one.matter.value,
        "day": _day(one.day),
        "id": one.id,
        "system": one.system or NOT_APPLICABLE,
        "jurisdictions": one.jurisdictions or NOT_APPLICABLE,
        "keep": (one.keep or UNKNOWN) if of_policy else NOT_APPLICABLE,
        "from": (one.trigger or UNKNOWN) if of_policy else NOT_APPLICABLE,
        "upto": _day(one.upto) if of_policy else NOT_APPLICABLE,
        "then": (one.then or UNKNOWN) if of_policy else NOT_APPLICABLE,
        "fields": one.fields if of_policy else NOT_APPLICABLE,
        "held": one.held if of_policy else NOT_APPLICABLE,
        "backups_gone": _day(one.gone) if of_policy else NOT_APPLICABLE,
        "file": one.place.file,
        "line": span.line if span else UNKNOWN,
    }
    return row


def _day(day: date | None) -> Cell:
    return day.isoformat() if day else UNKNOWN
