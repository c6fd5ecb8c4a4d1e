"""Whether what was counted meets what is expected: of a measurement as it is made, and later of one that was
kept, by the expectation that the field has now."""

from __future__ import annotations

from datetime import date

from amanat.measure.expect import Expectation, day_before, read
from amanat.measure.wanted import expectations
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.measures import Measure, Measures, Outcome


def judged(expected: Expectation | None, counted: int, met: int, newest: str, day: date) -> Outcome:
    """Whether an expectation is met by counts on a day; without one they are told."""
    if expected is None:
        return Outcome.TOLD
    if expected.newest and expected.period is not None:
        oldest = day_before(day, expected.period)
        well = oldest is not None and newest >= oldest.isoformat()
    else:
        well = expected.met_by(met, counted)
    return Outcome.PASS if well else Outcome.FAIL


def last_of(series: tuple[Measure, ...]) -> Measure | None:
    """The latest measurement that counted something."""
    return next((one for one in reversed(series) if one.outcome is not Outcome.UNMEASURED), None)


def now(catalog: Catalog, measures: Measures, one: Measure) -> Outcome | None:
    """How a measurement stands to what is expected today, which may be other than on its day; None where the
    field, its source or the expectation is no more."""
    field = catalog.fields.get(one.field)
    source = field.sources.get(measures.source(one)) if field else None
    if field is None or source is None:
        return None
    if one.outcome in (Outcome.UNMEASURED, Outcome.TOLD):
        return one.outcome
    written = expected_of(field, source).get(one.check.value)
    expected = read(one.check.value, written) if written is not None else None
    if expected is None or one.counted is None or one.met is None:
        return None
    return judged(expected, one.counted, one.met, one.newest, date.fromisoformat(one.as_of))


def expected_of(field: Field, source: Source) -> dict[str, str]:
    """What is expected of a source now."""
    return dict(expectations(field, source))
