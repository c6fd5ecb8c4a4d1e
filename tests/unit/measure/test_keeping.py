"""The file of measures: what is written is read again, and nothing that was known is lost."""

from __future__ import annotations

from dataclasses import replace

from amanat.load.measures import measures_in
from amanat.measure.keeping import as_csv, merged
from amanat.model.measures import Check, Measure, Outcome
from amanat.model.values import FieldId

FILE = "observed/shop.measures.csv"
ONE = Measure(
    FieldId("customer.email"), 'od"d,\nt.x', Check.VALID, "", "2026-06-30", 10, 9, 8, "", "98%", Outcome.FAIL, ""
)  # fmt: skip


def test_what_is_written_is_read_again() -> None:
    other = replace(ONE, path="t.y", check=Check.FRESH, newest="2026-06-01", against="t.z")
    blank = replace(
        ONE, path="t.z", rows=None, counted=None, met=None, outcome=Outcome.UNMEASURED, why="locked"
    )
    text = as_csv(merged([], [blank, other, ONE]))
    found, findings = measures_in(FILE, text.encode())
    assert findings == []
    assert [replace(one, line=0) for one in found.all] == [ONE, other, blank]
    assert [one.line for one in found.all] == [2, 4, 5]
    assert as_csv(found.all) == text


def test_a_day_is_measured_once_and_other_days_stay() -> None:
    before, again = replace(ONE, as_of="2026-05-31"), replace(ONE, met=9, outcome=Outcome.PASS)
    assert merged([before, ONE], [again]) == [before, again]


def test_a_failure_to_measure_takes_nothing_away() -> None:
    failed = replace(ONE, rows=None, counted=None, met=None, outcome=Outcome.UNMEASURED, why="timeout")
    assert merged([ONE], [failed]) == [ONE]
    assert merged([failed], [ONE]) == [ONE]
    assert merged([], [failed]) == [failed]


def test_a_share_is_rounded_down_so_that_only_all_is_all() -> None:
    assert str(replace(ONE, counted=3, met=2).share) == "66.66"
    assert str(replace(ONE, counted=100_000, met=99_999).share) == "99.99"
    assert replace(ONE, counted=0, met=0).share is None


def test_series_go_by_day() -> None:
    text = as_csv(merged([], [replace(ONE, as_of=day) for day in ("2026-06-30", "2025-12-31", "2026-01-31")]))
    found, _ = measures_in(FILE, text.encode())
    assert [[one.as_of for one in series] for series in found.series()] == [
        ["2025-12-31", "2026-01-31", "2026-06-30"]
    ]
