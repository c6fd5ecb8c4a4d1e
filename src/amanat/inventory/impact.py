"""The list of purposes by impact assessment (GDPR Art. 35): which criteria each meets by the facts that the
catalog has, and where its assessment is kept."""

from __future__ import annotations

from amanat.inventory.cells import UNKNOWN
from amanat.inventory.columns import Cell, Column, texts
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog
from amanat.rules.impact import UNREADABLE, by_listing, criteria, fields_for, is_due
from amanat.rules.usage import is_held

COLUMNS = (
    Column("purpose", "text", "Id of the purpose."),
    Column("status", "text", "Where the purpose is in its life; retired ones are not listed."),
    Column("state", "text", "assessed, missing (due by its criteria), or not shown to be due."),
    Column("dpia", "text", "Where the assessment is kept."),
    Column("criteria", "list", "Criteria of WP248 that the catalog's facts meet: `criterion: facts`."),
    Column("unanswered", "list", "Criteria that no catalog has facts for: people have to judge them."),
    Column("file", "text", "File that declares the purpose."),
    Column("line", "integer", "Line in that file, counted from 1."),
)


def assessments(catalog: Catalog, spans: Spans) -> Table:
    """A row for each purpose that is planned or held, sorted by id. A field counts where it is held."""
    columns = (*COLUMNS[:1], *texts("label", catalog.languages, "Name of the purpose"), *COLUMNS[1:])
    rows: list[Row] = []
    listing = by_listing(catalog)
    for purpose in catalog.purposes.values():
        if not is_held(purpose.status) and purpose.status.value != "planned":
            continue
        found = criteria(catalog, purpose, fields_for(listing, purpose))
        span = spans.span(purpose.place)
        state = "assessed" if purpose.dpia else "missing" if is_due(found) else "not shown to be due"
        row: dict[str, Cell] = {
            "purpose": purpose.id,
            **{f"label_{tag}": purpose.label.get(tag) or UNKNOWN for tag in catalog.languages},
            "status": purpose.status.value,
            "state": state,
            "dpia": purpose.dpia or UNKNOWN,
            "criteria": tuple(f"{one.name}: {one.because}" for one in found),
            "unanswered": UNREADABLE,
            "file": purpose.place.file,
            "line": span.line if span else UNKNOWN,
        }
        rows.append(row)
    return Table("assessments", catalog, columns, tuple(rows))
