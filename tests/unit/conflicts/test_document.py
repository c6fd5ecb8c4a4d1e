"""The JSON of `amanat conflicts`, and its filters."""

from __future__ import annotations

import json

import jsonschema
import pytest

from amanat.conflicts.document import Wanted, chosen, fails, render, unknown_filters
from amanat.diagnostic import Severity
from amanat.model.field import ConflictStatus, Facet
from amanat.schema import load_schema
from tests.unit.conflicts.samples import one_field, report_of

LOADED = one_field(
    {"shop.t.c": {"length": 254, "format": "e164"}, "crm.t.c": {"format": "free_text"}, "erp.t.c": {}},
    observed={"crm.t.c": "varchar(191) null", "erp.t.c": "varchar(200) not null"},
)
REPORT = report_of(LOADED)


def test_the_document_keeps_its_contract() -> None:
    document = json.loads(render(REPORT.conflicts, REPORT, LOADED.spans.span))
    jsonschema.validate(document, load_schema("conflicts"))
    (found,) = [entry for entry in document["conflicts"] if entry["facet"] == "length"]
    assert list(found) == [
        "field",
        "facet",
        "severity",
        "status",
        "values",
        "unknown",
        "where",
        "explains",
        "message",
        "ways_out",
    ]
    assert found["values"] == {"crm.t.c": 191, "erp.t.c": 200, "shop.t.c": 254}
    assert found["where"]["crm.t.c"] == {"file": "observed/crm.columns.csv", "line": 3}
    assert found["where"]["shop.t.c"]["file"] == "fields.yaml"
    assert found["where"]["shop.t.c"]["line"] > 1
    assert document["coverage"]["length"] == {"known": 3, "unknown": 0}


def test_the_schema_knows_every_facet_and_status() -> None:
    definitions = load_schema("conflicts")["$defs"]
    assert set(definitions["facet"]["enum"]) == {facet.value for facet in Facet}
    statuses = definitions["conflict"]["properties"]["status"]["enum"]
    assert set(statuses) == {status.value for status in ConflictStatus}


@pytest.mark.parametrize(
    ("wanted", "facets"),
    [
        (Wanted(), {"format", "length", "nullable"}),
        (Wanted(fields=["customer.*"]), {"format", "length", "nullable"}),
        (Wanted(fields=["order.*"]), set()),
        (Wanted(facets=[Facet.LENGTH]), {"length"}),
        (Wanted(systems=["erp"]), {"length", "nullable"}),
        (Wanted(severity=Severity.WARNING), {"format", "length"}),
        (Wanted(severity=Severity.ERROR), set()),
        (Wanted(statuses=[ConflictStatus.ACCEPTED]), set()),
        (Wanted(systems=["erp"], severity=Severity.WARNING), {"length"}),
    ],
)
def test_filters_leave_what_was_asked_for(wanted: Wanted, facets: set[str]) -> None:
    assert {conflict.facet.value for conflict in chosen(REPORT.conflicts, wanted)} == facets


def test_a_filter_that_names_nothing_is_told() -> None:
    wanted = Wanted(fields=["customer.thing", "nobody"], systems=["shop", "mars"])
    assert list(unknown_filters(LOADED.catalog, wanted)) == [
        ("no field is called `nobody`", "`amanat list fields` shows the ids"),
        ("no system is called `mars`", "`amanat list systems` shows the ids"),
    ]


def test_a_filter_that_names_nearly_something_is_told_what() -> None:
    wanted = Wanted(fields=["customer.thin"], facets=["lenght"], systems=["shpo"], statuses=["acepted"])
    assert [way_out for _, way_out in unknown_filters(LOADED.catalog, wanted)] == [
        "did you mean `customer.thing`?",
        "did you mean `shop`?",
        "did you mean `length`?",
        "did you mean `accepted`?",
    ]


def test_only_conflicts_at_or_above_the_bound_fail() -> None:
    assert fails(REPORT.conflicts, Severity.WARNING)
    assert not fails(REPORT.conflicts, Severity.ERROR)
