"""The ledger: what an entry decides, when it reopens, when it is not in order, when it is moot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from amanat.conflicts import ConflictStatus, Report, compare
from amanat.diagnostic import Severity
from tests.unit.conflicts.samples import one_field

SOURCES = {"shop.t.c": {"length": 254}, "crm.t.c": {"length": 191}}
ENTRY: dict[str, Any] = {
    "field": "customer.thing",
    "facet": "length",
    "values": {"shop.t.c": 254, "crm.t.c": 191},
    "decision": "accepted",
    "reason": "Nobody writes so much",
    "approved_by": "privacy_office",
    "approved_on": "2026-01-15",
    "expires": "2027-01-15",
}
DAY = date(2026, 6, 30)


def judged(entry: dict[str, Any], sources: dict[str, Any] | None = None, as_of: date | None = DAY) -> Report:
    """The report on the field with this ledger entry."""
    kept = {key: value for key, value in entry.items() if value is not ...}
    return compare(one_field(sources or SOURCES, ledger={"thing_length": kept}).catalog, as_of)


def outcome(report: Report) -> tuple[str, str, list[str]]:
    """Status and severity of the one conflict, and the codes about the ledger."""
    (conflict,) = report.conflicts
    return conflict.status.value, conflict.severity.value, [finding.code for finding in report.ledger]


def test_an_accepted_conflict_is_an_info() -> None:
    assert outcome(judged(ENTRY)) == ("accepted", "info", [])


def test_what_was_judged_stays_known() -> None:
    (conflict,) = judged(ENTRY).conflicts
    assert conflict.judged is Severity.WARNING
    assert conflict.entry is not None


@pytest.mark.parametrize("decision", ["fixing", "disputed"])
def test_being_fixed_or_disputed_keeps_the_severity(decision: str) -> None:
    assert outcome(judged({**ENTRY, "decision": decision})) == (decision, "warning", [])


@pytest.mark.parametrize("decision", ["fixing", "disputed"])
def test_what_is_being_fixed_or_disputed_may_change_until_its_time_is_up(decision: str) -> None:
    entry = {**ENTRY, "decision": decision, "values": {"shop.t.c": 300, "crm.t.c": 100}}
    assert outcome(judged(entry)) == (decision, "warning", [])
    assert outcome(judged(entry, as_of=date(2027, 2, 1))) == ("reopened", "warning", ["CF131"])


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        ({"shop.t.c": {"length": 300}, "crm.t.c": {"length": 191}}, "`shop.t.c` was `254` and is `300`"),
        ({**SOURCES, "erp.t.c": {"length": 80}}, "`erp.t.c` has joined"),
        ({"shop.t.c": {"length": 254}, "erp.t.c": {"length": 191}}, "`crm.t.c` no longer takes part"),
    ],
    ids=["a value changed", "a source joined", "a source left"],
)
def test_an_acceptance_reopens_by_itself(sources: dict[str, Any], why: str) -> None:
    report = judged(ENTRY, sources)
    assert outcome(report) == ("reopened", "warning", ["CF131"])
    assert why in report.ledger[0].message
    assert report.ledger[0].place.path == ("discrepancies", "thing_length", "values")


def test_a_changed_field_reopens_too() -> None:
    loaded = one_field(SOURCES, {"length": 254}, ledger={"thing_length": ENTRY})
    report = compare(loaded.catalog, DAY)
    assert outcome(report)[0] == "reopened"
    assert "the field has joined" in report.ledger[0].message


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2027, 1, 15), "accepted"), (date(2027, 1, 16), "reopened"), (None, "accepted")],
    ids=["on its last day", "on the day after", "on an unknown day"],
)
def test_an_acceptance_holds_until_its_last_day(day: date | None, status: str) -> None:
    assert outcome(judged(ENTRY, as_of=day))[0] == status


@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        ({"reason": ...}, "reason"),
        ({"approved_by": ...}, "approved_by"),
        ({"approved_by": "sales"}, "approved_by"),
        ({"approved_on": ...}, "approved_on"),
        ({"expires": ...}, "expires"),
        ({"expires": "2027-01-16"}, "expires"),
    ],
    ids=["no reason", "nobody", "the owner itself", "no day", "no end", "an end over a year ahead"],
)
def test_an_acceptance_that_is_not_in_order_decides_nothing(change: dict[str, Any], attribute: str) -> None:
    report = judged({**ENTRY, **change})
    assert outcome(report) == ("open", "warning", ["CF130"])
    assert report.ledger[0].place.path[-1] == attribute


def test_an_unknown_approver_decides_nothing_and_is_told_once() -> None:
    assert outcome(judged({**ENTRY, "approved_by": "nobody"})) == ("open", "warning", [])


@pytest.mark.parametrize(
    ("approved", "expires", "codes"),
    [("2024-02-29", "2025-02-28", []), ("2024-02-29", "2025-03-01", ["CF130"])],
)
def test_a_year_from_a_leap_day_ends_in_february(approved: str, expires: str, codes: list[str]) -> None:
    entry = {**ENTRY, "approved_on": approved, "expires": expires}
    assert outcome(judged(entry, as_of=date(2024, 6, 1)))[2] == codes


def test_an_entry_about_no_conflict_is_moot() -> None:
    report = judged(ENTRY, {"shop.t.c": {"length": 254}, "crm.t.c": {"length": 254}})
    assert [finding.code for finding in report.ledger] == ["CF132"]
    assert not report.conflicts


def test_a_second_entry_about_one_conflict_is_moot() -> None:
    loaded = one_field(SOURCES, ledger={"first": ENTRY, "second": {**ENTRY, "decision": "disputed"}})
    report = compare(loaded.catalog, DAY)
    assert outcome(report) == ("accepted", "info", ["CF132"])
    assert report.ledger[0].subject == "second"


def test_an_entry_about_an_unknown_field_is_left_to_the_check_of_references() -> None:
    loaded = one_field(SOURCES, ledger={"gone": {**ENTRY, "field": "customer.gone"}})
    assert [finding.code for finding in loaded.findings if finding.subject == "gone"] == ["ID101"]
    assert compare(loaded.catalog, DAY).ledger == ()


@pytest.mark.parametrize(
    ("sources", "facet", "values"),
    [
        (SOURCES, "length", {"shop.t.c": "254", "crm.t.c": 191.0}),
        (
            {"shop.t.c": {"empty": ["", "unknown"]}, "crm.t.c": {"empty": [None]}},
            "empty",
            {"shop.t.c": ["unknown", ""], "crm.t.c": [None]},
        ),
        (
            {"shop.t.c": {"unique": True}, "crm.t.c": {"unique": False}},
            "unique",
            {"shop.t.c": "true", "crm.t.c": False},
        ),
        (
            {"shop.t.c": {"format": "e164"}, "crm.t.c": {"format": "free_text"}},
            "format",
            {"shop.t.c": "E164", "crm.t.c": "free_text"},
        ),
    ],
    ids=["numbers", "lists", "truth values", "words"],
)
def test_values_count_however_yaml_spells_them(
    sources: dict[str, Any], facet: str, values: dict[str, Any]
) -> None:
    assert outcome(judged({**ENTRY, "facet": facet, "values": values}, sources))[0] == "accepted"


def test_an_empty_text_is_not_null() -> None:
    sources = {"shop.t.c": {"empty": [""]}, "crm.t.c": {"empty": [None]}}
    values = {"shop.t.c": [None], "crm.t.c": [None]}
    assert outcome(judged({**ENTRY, "facet": "empty", "values": values}, sources))[0] == "reopened"


@pytest.mark.parametrize(
    ("sources", "facet"),
    [
        (SOURCES, "length"),
        ({"shop.t.c": {"empty": ["", "n/a: none"]}, "crm.t.c": {"empty": [None]}}, "empty"),
        ({"shop.t.c": {"nullable": True}, "crm.t.c": {"nullable": False}}, "nullable"),
        ({"shop.t.c": {}, "crm.t.c": {"definition": 'Another: "thing", {really} #1'}}, "definition"),
        ({"shop.t.c": {"codes": {"no": "x", "1": "y"}}, "crm.t.c": {"codes": {"a b": "z"}}}, "codes"),
        ({"shop.t.c": {"default": None}, "crm.t.c": {"default": "yes"}}, "default"),
        ({"shop.t.c": {}, "crm.t.c": {"retention": "one_year"}}, "retention"),
    ],
    ids=["length", "empty", "nullable", "definition", "codes", "default", "retention"],
)
def test_the_entry_to_paste_accepts_its_conflict_once_filled_in(sources: dict[str, Any], facet: str) -> None:
    (conflict,) = compare(one_field(sources).catalog, DAY).conflicts
    assert conflict.facet.value == facet
    _, _, pasted = conflict.ways_out[-1].partition("\n")
    (entry,) = yaml.safe_load(pasted)["discrepancies"].values()
    assert entry["reason"] is None, "a person has to give the reason"
    filled = {
        **entry,
        **{key: ENTRY[key] for key in ("reason", "approved_by", "approved_on", "expires")},
        "handling": "Nothing to do",
    }
    assert outcome(judged(filled, sources))[0] == "accepted"


def test_an_entry_pasted_as_it_is_does_not_count() -> None:
    (conflict,) = compare(one_field(SOURCES).catalog, DAY).conflicts
    (entry,) = yaml.safe_load(conflict.ways_out[-1].partition("\n")[2])["discrepancies"].values()
    loaded = one_field(SOURCES, ledger={"pasted": entry})
    assert any(finding.code == "SC102" for finding in loaded.findings)
    assert compare(loaded.catalog, DAY).conflicts[0].status is ConflictStatus.OPEN
