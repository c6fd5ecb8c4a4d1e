"""The calendar and the ladder where rules stand beside others: no day that others could move, nothing silent."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.load import Loaded
from amanat.model.values import FieldId
from amanat.report.sheets import to_markdown
from amanat.retention.document import calendar_document
from amanat.retention.due import Entry, Matter, calendar
from amanat.retention.told import Told
from amanat.schema import load_schema
from tests.support import catalog_of

DAY = date(2026, 11, 27)
_HEAD = """\
retention:
  ten: {label: Ten, keep: P10Y, from: fiscal_year_end, then: delete, basis: {kind: legal_minimum, law: A}}
  one: {label: One, keep: P1Y, from: collected, then: delete, basis: {kind: legal_maximum, law: B}}
  same: {label: Same, keep: P1Y, from: fiscal_year_end, then: delete, basis: {kind: legal_maximum, law: C}}
  month: {label: Month, keep: P1M, from: collected, then: delete, basis: {kind: business, why: Why}, purposes: [p]}
  days: {label: Days, keep: P30D, from: collected, then: delete, basis: {kind: business, why: Why}, purposes: [p]}
  look: {label: Look, keep: P1Y, from: collected, then: review, basis: {kind: business, why: Why}}
purposes: {p: {label: P, reason: R, basis: contract}}
systems: {a: {label: A, erase: {method: delete, backups: P30D}}, b: {label: B, status: planned}}
holds: {suit: {reason: A suit, fields: [held], by: t, from: 2026-01-01, review: 2027-01-01}}
teams: {t: {label: T}}
fields:
"""


def made(line: str) -> tuple[Loaded, tuple[Entry, ...]]:
    loaded = catalog_of({"all.yaml": f"{_HEAD}  {line}\n"})
    return loaded, tuple(one for one in calendar(loaded.catalog, DAY) if one.matter is not Matter.HOLD)


def test_a_rule_that_counts_from_another_event_takes_the_day_away() -> None:
    loaded, found = made("f: {label: F, purposes: [p], retention: ten, sources: {a.t.c: {retention: one}}}")
    told = {(one.matter.value, one.id): (one.day, one.gone, one.also) for one in found}
    assert told["rows", "one"] == (None, None, ("ten",))
    assert told["rows", "ten"] == (None, None, ("one",)) == told["year", "ten"]
    document = calendar_document(loaded.catalog, found, loaded.spans, DAY)
    jsonschema.validate(json.loads(json.dumps(document)), load_schema("retention-calendar"))
    text = to_markdown(Told(loaded.catalog, "en").calendar(found, DAY), loaded.spans)
    assert "but a row only goes when ten is over for it too" in text


def test_laws_that_contradict_each_other_are_in_the_calendar_without_a_day() -> None:
    _, found = made("f: {label: F, purposes: [p], retention: ten, sources: {a.t.c: {retention: same}}}")
    assert [(one.matter.value, one.id, one.day, one.system) for one in found] == [("clash", "f", None, "a")]


def test_nothing_falls_due_in_a_system_that_is_only_planned() -> None:
    assert not made("f: {label: F, purposes: [p], retention: month, sources: {b.t.c: {}}}")[1]


@pytest.mark.parametrize(("status", "told"), [("live", False), ("planned", True), ("retired", True)])
def test_of_a_field_that_is_not_in_use_it_is_said_that_nothing_is_kept(status: str, told: bool) -> None:
    loaded, _ = made(
        f"f: {{label: F, status: {status}, purposes: [p], retention: month, sources: {{a.t.c: {{}}}}}}"
    )
    field = loaded.catalog.fields[FieldId("f")]
    text = to_markdown(Told(loaded.catalog, "en").explain(field, DAY), loaded.spans)
    assert ("It is not in use" in text) is told


def test_what_is_only_looked_at_is_not_erased() -> None:
    loaded, found = made("f: {label: F, purposes: [p], retention: look, sources: {a.t.c: {}}}")
    assert [one.gone for one in found] == [None]
    field = loaded.catalog.fields[FieldId("f")]
    text = to_markdown(Told(loaded.catalog, "en").explain(field, DAY), loaded.spans)
    assert "Erased for good" not in text and "then review" in text


@pytest.mark.parametrize(("name", "held"), [("held", True), ("free", False)])
def test_no_day_is_named_as_due_while_a_hold_stands(name: str, held: bool) -> None:
    loaded, _ = made(f"{name}: {{label: F, purposes: [p], retention: month, sources: {{a.t.c: {{}}}}}}")
    field = loaded.catalog.fields[FieldId(name)]
    text = to_markdown(Told(loaded.catalog, "en").explain(field, DAY), loaded.spans)
    assert ("Without the hold, an event on" in text) is held
    assert ("An event on 2026-11-27: kept until" in text) is not held


def test_one_of_two_that_nobody_can_order_is_no_all() -> None:
    loaded, _ = made("f: {label: F, purposes: [p], retention: month, sources: {a.t.c: {retention: days}}}")
    field = loaded.catalog.fields[FieldId("f")]
    text = to_markdown(Told(loaded.catalog, "en").explain(field, DAY), loaded.spans)
    assert "until all of this is over" not in text and ",," not in text
    assert "So it is kept&#58;" in text and ", or, if sooner, " in text
