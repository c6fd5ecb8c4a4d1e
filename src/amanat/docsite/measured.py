"""What was counted of a field: each expectation of each source with its last count and how it went before.
What was never counted is shown as that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from amanat.measure.judging import expected_of, last_of, now
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.measures import Check, Measure, Measures, Outcome
from amanat.model.values import FieldId, SourceId
from amanat.text import Place

GONE, NEVER = "gone", "never"
SHOWN = 24
"""How many of the last counts a trend draws."""
_BADGES = {
    "fail": "error",
    "gone": "deny",
    "never": "deny",
    "pass": "allow",
    "told": "info",
    "unmeasured": "warning",
}
"""How a check stands to the badge that shows it."""
_WIDTH, _HEIGHT = 96, 20
_ORDER = (
    Outcome.FAIL.value, Outcome.UNMEASURED.value, NEVER, Outcome.PASS.value, Outcome.TOLD.value, GONE
)  # fmt: skip


class Trend(NamedTuple):
    """A line over days, in a box of 96 by 20: its points, and its first and last count."""

    points: str
    number: int
    first: Measure
    last: Measure


class Row(NamedTuple):
    """A check of a source. `outcome` is how the last count stands to what is expected now, `gone` where
    nothing is any more, `never` where nothing was counted yet. `why` names why the last try counted nothing,
    on `tried`, with what the engine or the identity graph said of it in English."""

    source: SourceId
    check: Check
    against: str
    expected: str
    last: Measure | None
    outcome: str
    why: str
    said: str
    tried: str
    trend: Trend | None
    place: Place | None

    @property
    def badge(self) -> str:
        """The badge that shows the outcome."""
        return _BADGES[self.outcome]


Series = Mapping[FieldId, list[tuple[Measures, tuple[Measure, ...]]]]


def rows_of(catalog: Catalog, field: Field, series: Series) -> tuple[Row, ...]:
    """The checks of a field: what is not as expected first. Empty where nothing of it was ever measured."""
    found = [_row(catalog, field, measures, one) for measures, one in series.get(field.id, ())]
    if not found:
        return ()
    known = {(row.source, row.check) for row in found}
    found += (row for row in _never(field) if (row.source, row.check) not in known)
    return tuple(
        sorted(found, key=lambda row: (_ORDER.index(row.outcome), row.source, row.check, row.against))
    )


def is_measured(series: Series, field: FieldId) -> bool:
    """Whether anything of a field was ever counted."""
    return any(last_of(one) is not None for _, one in series.get(field, ()))


def _row(catalog: Catalog, field: Field, measures: Measures, series: tuple[Measure, ...]) -> Row:
    latest, last = series[-1], last_of(series)
    name = measures.source(latest)
    source = field.sources.get(name)
    expected = expected_of(field, source).get(latest.check.value, "") if source else ""
    stands = now(catalog, measures, latest if last is None else last)
    if latest.check in (Check.OVERLAP, Check.REACH):
        stands = latest.outcome if last is None else last.outcome
    failed = latest.outcome is Outcome.UNMEASURED
    why, _, said = latest.why.partition(" ") if failed else ("", "", "")
    return Row(
        name,
        latest.check,
        latest.against,
        expected,
        last,
        GONE if stands is None else stands.value,
        why,
        said,
        latest.as_of if failed else "",
        _trend([one for one in series if one.share is not None]),
        measures.place(last or latest),
    )


def _never(field: Field) -> Iterator[Row]:
    for source in field.sources.values():
        for name, written in expected_of(field, source).items():
            yield Row(source.id, Check(name), "", written, None, NEVER, "", "", "", None, None)


def _trend(counted: Iterable[Measure]) -> Trend | None:
    """The shares of the last counts as a line, from their least to their greatest (at least one point
    apart)."""
    shown = list(counted)[-SHOWN:]
    shares = [float(one.share) for one in shown if one.share is not None]
    if len(shares) < 2:
        return None
    low, high = min(shares), max(shares)
    if high - low < 1:
        low, high = max(0.0, high - 1), max(1.0, high)
    step = _WIDTH / (len(shares) - 1)
    tall = _HEIGHT - 4
    points = (
        f"{n * step:.1f},{2 + tall - tall * (s - low) / (high - low):.1f}" for n, s in enumerate(shares)
    )
    return Trend(" ".join(points), len(shares), shown[0], shown[-1])
