"""The table of what explains what, and how the rest of the engine speaks of explained facets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amanat.conflicts.explains import EXPLAINS, ORDER, Thread, split
from amanat.conflicts.facets import BY_FACET, Shape
from amanat.conflicts.since import differences, since
from amanat.model.field import Facet
from tests.unit.conflicts.samples import one_field, report_of

FORMATS: dict[str, Any] = {
    "shop.t.c": {"format": "uuid", "length": 36},
    "crm.t.c": {"format": "free_text", "length": 191},
}


def test_causes_are_compared_before_what_they_explain() -> None:
    for row in EXPLAINS:
        assert row.cause.value in ORDER
        if row.effect.value in ORDER:
            assert ORDER.index(row.cause.value) < ORDER.index(row.effect.value)
    shaped = [facet for facet, rule in BY_FACET.items() if rule.shape is not Shape.ANY]
    assert ORDER[0] == Facet.STRUCTURE.value
    assert Facet.STRUCTURE.value not in shaped


def test_no_cause_explains_the_same_facet_twice() -> None:
    pairs = [(row.cause, row.effect) for row in EXPLAINS]
    assert len(pairs) == len(set(pairs))


def test_who_says_nothing_about_a_cause_is_in_every_group() -> None:
    thread = Thread("format", {"a": "uuid", "b": "text", "c": "text"}, True)
    assert split({"a": 1, "b": 2, "x": 3, "c": 4}, [thread]) == [
        {"a": 1, "x": 3},
        {"b": 2, "x": 3, "c": 4},
    ]
    assert split({"a": 1, "x": 3}, [thread]) == [{"a": 1, "x": 3}]


def test_the_finding_that_speaks_lists_the_values_that_it_explains() -> None:
    (conflict,) = report_of(one_field(FORMATS)).conflicts
    (item,) = conflict.explains
    assert (conflict.id, item.facet) == ("customer.thing/format", Facet.LENGTH)
    assert dict(item.values) == {"crm.t.c": 191, "shop.t.c": 36}
    assert conflict.message.endswith("; because of this also: length")


@pytest.mark.parametrize("facet", ["format", "length"])
def test_an_acceptance_of_the_finding_that_speaks_covers_what_it_explains(facet: str) -> None:
    values = {key: FORMATS[key][facet] for key in FORMATS}
    entry = {
        "field": "customer.thing",
        "facet": facet,
        "values": values,
        "decision": "accepted",
        "reason": "No one joins them",
        "approved_by": "finance",
        "approved_on": "2026-01-15",
        "expires": "2026-12-31",
    }
    found = report_of(one_field(FORMATS, ledger={"thing": entry}))
    (conflict,) = found.conflicts
    if facet == "format":
        assert (conflict.status, conflict.severity, conflict.judged) == ("accepted", "info", "warning")
        assert found.ledger == ()
    else:
        assert conflict.status == "open"
        assert [finding.code for finding in found.ledger] == ["CF132"]
        assert "`customer.thing/format` explains" in found.ledger[0].message
        assert found.standings[0].why == ("`customer.thing/format` explains where sources differ in length",)


def test_every_finding_about_a_conflict_has_its_facet_values_and_what_it_explains() -> None:
    from amanat.rules.conflicts import finding_of

    for sources in (FORMATS, {"shop.t.c": {"length": 20}, "crm.t.c": {"length": 10}}):
        for conflict in report_of(one_field(sources)).conflicts:
            data = json.loads(json.dumps(finding_of(conflict).data))
            assert data["facet"] == conflict.facet.value
            assert data["values"] == dict(conflict.values)
            assert list(data.get("explains", {})) == [item.facet.value for item in conflict.explains]


def test_a_change_of_what_a_finding_explains_is_told() -> None:
    before = {key: {"format": says["format"]} for key, says in FORMATS.items()}
    one, other = (report_of(one_field(sources)).conflicts for sources in (before, FORMATS))
    there, back = since(one, other), since(other, one)
    assert [list(differences(change)) for change in there.changed] == [["explains now also: length"]]
    assert [list(differences(change)) for change in back.changed] == [["no longer explains: length"]]
    assert (there.introduced, there.resolved) == ((), ())


def test_a_scale_is_told_in_digits_after_the_point() -> None:
    observed = {"shop.t.c": "numeric(30,5)", "crm.t.c": "decimal(20,3)"}
    (conflict,) = report_of(one_field(observed=observed)).conflicts
    assert conflict.why == "digits after the point are lost on their way to `crm.t.c`"
    assert conflict.ways_out[0] == "align: give `crm.t.c` `5` digits after the point"


def test_two_groups_that_both_differ_are_told_together() -> None:
    lengths = {
        "shop.t.a": ("e164", 14),
        "shop.t.b": ("e164", 16),
        "crm.t.a": ("url", 20),
        "crm.t.b": ("url", 40),
    }
    sources = {key: {"format": form, "length": limit} for key, (form, limit) in lengths.items()}
    conflict = next(one for one in report_of(one_field(sources)).conflicts if one.facet is Facet.LENGTH)
    assert conflict.ways_out[0] == "align: widen `crm.t.a` to `40`; widen `shop.t.a` to `16`"
    assert set(conflict.odd) == {"crm.t.a", "shop.t.a"}
