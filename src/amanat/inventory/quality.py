"""The register of what is expected of data and what was counted: every expectation of every source, and under
it each count that was kept. What was never counted has a row that says so."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Column
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.measure.judging import expected_of, now
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.measures import Measure, Measures
from amanat.text import Place

COLUMNS = (
    Column("field", "text", "Field that is expected to be so."),
    Column("source", "text", "Column that was counted."),
    Column("check", "text", "What was counted: complete, valid, unique …"),
    Column("against", "text", "What it was compared with; n/a: nothing."),
    Column("critical", "flag", "Whether the field is critical."),
    Column("expected_now", "text", "What is expected today; n/a where nothing is."),
    Column("as_of", "text", "Day of the count; unknown: it was never counted."),
    Column("rows", "integer", "Rows scanned."),
    Column("counted", "integer", "Of these, how many the check is about."),
    Column("met", "integer", "Of these, how many meet it."),
    Column("newest", "text", "Latest day found, where that is what was asked."),
    Column("expected", "text", "What was expected on the day."),
    Column(
        "outcome", "text", "How it stood on the day: pass, fail, told, unmeasured; never: it was not counted."
    ),
    Column("outcome_now", "text", "How the count stands to what is expected today; n/a where nothing is."),
    Column("why", "text", "Why nothing was counted; n/a where something was."),
    Column("file", "text", "File that says so: of the count, or of the expectation."),
    Column("line", "integer", "Line in that file, counted from 1."),
)


def quality(catalog: Catalog, spans: Spans) -> Table:
    """The register, sorted by field, source, check and day."""
    rows = sorted((*_counted(catalog, spans), *_never(catalog, spans)), key=_order)
    return Table("quality", catalog, COLUMNS, tuple(rows))


def _order(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("field", "source", "check", "against", "as_of"))


def _counted(catalog: Catalog, spans: Spans) -> Iterator[Row]:
    for measures in catalog.measures.values():
        for one in measures.all:
            yield _row(catalog, measures, one, spans)


def _row(catalog: Catalog, measures: Measures, one: Measure, spans: Spans) -> Row:
    field = catalog.fields.get(one.field)
    source = field.sources.get(measures.source(one)) if field else None
    expected = expected_of(field, source).get(one.check.value) if field and source else None
    stands = now(catalog, measures, one)
    return {
        "field": one.field,
        "source": measures.source(one),
        "check": one.check.value,
        "against": one.against or NOT_APPLICABLE,
        "critical": field.critical if field else NOT_APPLICABLE,
        "expected_now": expected or NOT_APPLICABLE,
        "as_of": one.as_of,
        "rows": UNKNOWN if one.rows is None else one.rows,
        "counted": UNKNOWN if one.counted is None else one.counted,
        "met": UNKNOWN if one.met is None else one.met,
        "newest": one.newest or NOT_APPLICABLE,
        "expected": one.expected or NOT_APPLICABLE,
        "outcome": one.outcome.value,
        "outcome_now": NOT_APPLICABLE if stands is None else stands.value,
        "why": one.why or NOT_APPLICABLE,
        **_at(spans, measures.place(one)),
    }


def _never(catalog: Catalog, spans: Spans) -> Iterator[Row]:
    known = {
        (one.field, measures.source(one), one.check.value)
        for measures in catalog.measures.values()
        for one in measures.all
    }
    for field in catalog.fields.values():
        for source in field.sources.values():
            for check, written in expected_of(field, source).items():
                if (field.id, source.id, check) not in known:
                    yield _uncounted(field, source, check, written, spans)


def _uncounted(field: Field, source: Source, check: str, written: str, spans: Spans) -> Row:
    return {
        "field": field.id,
        "source": source.id,
        "check": check,
        "against": NOT_APPLICABLE,
        "critical": field.critical,
        "expected_now": written,
        **dict.fromkeys(("as_of", "rows", "counted", "met"), UNKNOWN),
        **dict.fromkeys(("newest", "expected", "outcome_now"), NOT_APPLICABLE),
        "outcome": "never",
        "why": NOT_APPLICABLE,
        **_at(spans, source.place),
    }


def _at(spans: Spans, place: Place) -> Row:
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else UNKNOWN}
