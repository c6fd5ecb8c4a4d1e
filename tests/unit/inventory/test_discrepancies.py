"""The register of discrepancies: how each entry of the ledger stands, with what was accepted and what is now."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from importlib import resources
from typing import Any

import jsonschema
import pytest

from amanat.conflicts import compare
from amanat.conflicts.standing import Stands
from amanat.inventory import contract
from amanat.inventory.csv import to_csv
from amanat.inventory.discrepancies import By, Register, Wanted, register
from amanat.inventory.json import discrepancies as to_json
from amanat.report.discrepancies import counted, to_markdown
from tests.unit.conflicts.samples import one_field
from tests.unit.inventory.samples import sample

DAY = date(2026, 6, 30)
SOURCES = {"shop.t.c": {"length": 254, "type": "text"}, "crm.t.c": {"length": 191, "type": "text"}}
ENTRY: dict[str, Any] = {
    "field": "customer.thing",
    "facet": "length",
    "values": {"shop.t.c": 254, "crm.t.c": 191},
    "decision": "accepted",
    "reason": "Nobody writes so much",
    "handling": "=HYPERLINK(1)",
    "approved_by": "privacy_office",
    "approved_on": "2026-01-15",
    "expires": "2027-01-15",
}


def made(
    entries: dict[str, dict[str, Any]],
    as_of: date | None = DAY,
    by: By = "entry",
    wanted: Wanted | None = None,
) -> Register:
    """The register of a ledger about one field whose sources have two lengths."""
    loaded = one_field(SOURCES, ledger=entries)
    return register(loaded.catalog, compare(loaded.catalog, as_of), loaded.spans, as_of, by, wanted)


@pytest.mark.parametrize(
    ("changes", "as_of", "status", "why", "left"),
    [
        ({}, DAY, "accepted", (), 199),
        ({}, date(2027, 1, 15), "accepted", (), 0),
        ({"decision": "fixing"}, DAY, "fixing", (), 199),
        ({"decision": "disputed"}, DAY, "disputed", (), 199),
        ({}, date(2027, 1, 16), "reopened", ("it expired on 2027-01-15",), -1),
        (
            {"values": {"shop.t.c": 255, "erp.t.c": 1}},
            DAY,
            "reopened",
            (
                "`crm.t.c` has joined",
                "`erp.t.c` no longer takes part",
                "`shop.t.c` was `255` and is `254`",
            ),
            199,
        ),
        ({"facet": "scale"}, DAY, "moot", ("sources do not differ in scale",), 199),
        ({"field": "customer.gone"}, DAY, "invalid", ("there is no field `customer.gone`",), 199),
        (
            {"reason": "  ", "approved_by": "sales"},
            DAY,
            "invalid",
            ("it gives no reason", "it is approved by `sales`, which owns the field"),
            199,
        ),
    ],
    ids=["holds", "last day", "fixing", "disputed", "expired", "changed", "moot", "no field", "not in order"],
)
def test_every_entry_stands_as_judged_and_says_why(
    changes: dict[str, Any], as_of: date, status: str, why: tuple[str, ...], left: int
) -> None:
    (row,) = made({"thing_length": {**ENTRY, **changes}}, as_of).rows()
    assert (row["status"], row["why"], row["days_left"]) == (status, why, left)
    about_one = status in ("moot", "invalid") and not changes.get("reason")
    assert row["severity"] == ("n/a" if about_one else "warning")


def test_without_a_day_nobody_knows_how_long_it_holds() -> None:
    (row,) = made({"thing_length": ENTRY}, None).rows()
    assert (row["status"], row["days_left"]) == ("accepted", "unknown")


def test_a_second_entry_about_the_same_is_moot() -> None:
    rows = list(made({"b": ENTRY, "a": ENTRY}).rows())
    assert [(row["entry"], row["status"]) for row in rows] == [("a", "accepted"), ("b", "moot")]
    assert rows[1]["why"] == ("`a` decides the same already",)


def test_an_entry_about_a_retired_field_is_moot() -> None:
    loaded = one_field(SOURCES, {"status": "retired"}, ledger={"thing_length": ENTRY})
    (standing,) = compare(loaded.catalog, DAY).standings
    assert (standing.stands, len(standing.why)) == (Stands.MOOT, 1)
    assert "retired" in standing.why[0]


def test_by_source_a_row_says_what_became_of_each_value() -> None:
    entry = {**ENTRY, "values": {"shop.t.c": 254, "erp.t.c": 1}}
    rows = list(made({"thing_length": entry}, by="source").rows())
    assert [(row["source"], row["change"], row["value_accepted"], row["value_now"]) for row in rows] == [
        ("crm.t.c", "joined", "n/a", 191),
        ("erp.t.c", "left", 1, "n/a"),
        ("shop.t.c", "same", 254, 254),
    ]
    assert rows[0]["value_basis"] == "declared"


def test_the_entry_is_cited_with_texts_in_every_language() -> None:
    loaded, report = sample()
    (row,) = register(loaded.catalog, report, loaded.spans, None).rows()
    assert (row["file"], row["line"]) == ("fields.yaml", 28)
    assert (row["label_fa"], row["reason_en"], row["reason_fa"]) == (
        "نشانی ايميل",
        "Nobody has one that long",
        "unknown",
    )


def test_filters_leave_out_entries_and_say_so() -> None:
    late = {**ENTRY, "facet": "scale", "expires": "2026-07-15"}
    entries = {"length": ENTRY, "scale": late}
    some = made(entries, wanted=Wanted(("moot",), "sales", date(2026, 7, 15)))
    assert [row["entry"] for row in some.rows()] == ["scale"]
    assert (some.total, some.held) == (1, 2)
    assert some.wanted.given() == {"status": "moot", "owner": "sales", "expiring_by": "2026-07-15"}
    assert counted(some) == "1 entry of 2 in the ledger: 1 moot"
    assert list(made(entries, wanted=Wanted(owner="privacy_office")).rows()) == []


@pytest.mark.parametrize("by", ["entry", "source"])
def test_csv_and_json_hold_the_same_rows_and_the_schema_knows_them(by: By) -> None:
    entries = {"length": ENTRY, "scale": {**ENTRY, "facet": "scale"}}
    parsed = json.loads("".join(to_json(made(entries, by=by))))
    jsonschema.Draft202012Validator(contract.discrepancies()).validate(parsed)
    table = list(csv.DictReader(io.StringIO("".join(to_csv(made(entries, by=by)))), strict=True))
    names = [column["name"] for column in parsed["columns"]]
    assert names == list(table[0])
    assert len(table) == len(parsed["rows"]) == parsed["total"]
    assert all(all(row.values()) for row in table)
    assert table[0]["handling_en"] == "'=HYPERLINK(1)"
    assert parsed["counts"] == {**{one.value: 0 for one in Stands}, "accepted": 1, "moot": 1}


def test_the_published_schema_is_the_one_made_from_the_columns() -> None:
    published = resources.files("amanat.schema").joinpath("discrepancies.schema.json").read_text("utf-8")
    assert published == contract.text(contract.discrepancies())


def test_markdown_begins_with_what_needs_somebody_and_holds_no_markup_of_the_catalog() -> None:
    bad = {**ENTRY, "facet": "scale", "reason": "<b>*x*</b> | [y](z)"}
    text = to_markdown(made({"length": ENTRY, "scale": bad}))
    lines = text.splitlines()
    assert lines[2] == "2 entries of the ledger: 1 moot, 1 accepted. Judged on 2026-06-30."
    assert lines[6].startswith(
        "| `customer.thing` | scale | n/a | moot | `privacy_office` | 2027-01-15 | 199 |"
    )
    assert "<b>" not in text and "[y]" not in text
    assert text == to_markdown(made({"length": ENTRY, "scale": bad}))
