"""Conflicts as findings of the rules: what they carry, and which columns may stand under two fields."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from amanat.diagnostic import Finding, Severity
from amanat.lint.rule import Context
from amanat.load import Loaded
from amanat.rules.conflicts import BY_CODE
from tests.support import catalog_of
from tests.unit.conflicts.samples import ORGANISATION, one_field
from tests.unit.conflicts.test_ledger import DAY, ENTRY, SOURCES


def found(loaded: Loaded, code: str) -> list[Finding]:
    """What the rule with this code finds."""
    check = BY_CODE[code].check
    assert check is not None
    return list(check(Context(loaded.catalog, DAY)))


def test_a_finding_carries_facet_values_and_every_claims_place() -> None:
    (finding,) = found(one_field(SOURCES), "CF103")
    assert finding.data == {"facet": "length", "values": {"crm.t.c": 191, "shop.t.c": 254}}
    assert finding.subject == "customer.thing"
    assert finding.detail == "length"
    assert [related.place.path[-2:] for related in finding.related] == [
        ("crm.t.c", "length"),
        ("shop.t.c", "length"),
    ]
    assert finding.related[0].message == "`crm.t.c`: `191`, declared"
    assert finding.fix is not None
    assert len(finding.fix.options) == 3


def test_an_accepted_conflict_is_told_as_accepted() -> None:
    (finding,) = found(one_field(SOURCES, ledger={"thing": ENTRY}), "CF103")
    assert finding.severity is Severity.INFO
    assert finding.message.startswith("accepted: ")


def test_each_conflict_is_told_by_one_rule_only() -> None:
    sources: dict[str, Any] = {
        "shop.t.c": {"length": 254, "retention": "six_years", "purposes": ["marketing"], "format": "email"},
        "crm.t.c": {"length": 191, "format": "free_text", "nullable": True},
    }
    loaded = one_field(sources, {"master": None})
    told = {code: len(found(loaded, code)) for code in BY_CODE}
    assert {code for code, count in told.items() if count} == {"CF103", "CF111", "PU108", "RT106", "SR102"}
    assert set(told.values()) == {0, 1}


def two_fields(first: dict[str, Any] | None, second: dict[str, Any] | None) -> Loaded:
    """Two fields that map one column."""
    field = {"label": "A", "definition": "A thing", "category": "preference"}
    fields = {
        "customer.a": {**field, "sources": {"shop.t.c": first}},
        "customer.b": {**field, "sources": {"shop.t.c": second}},
    }
    return catalog_of({"organisation.yaml": ORGANISATION, "fields.yaml": yaml.safe_dump({"fields": fields})})


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (None, None, 1),
        ({"part": "given"}, None, 1),
        ({"part": "given"}, {"part": "family"}, 0),
        ({"structure": "bag"}, {"structure": "bag"}, 0),
        ({"structure": "single"}, {"structure": "single"}, 1),
    ],
    ids=["whole twice", "a part and the whole", "two parts", "a bag of facts", "single twice"],
)
def test_a_column_stands_under_two_fields_only_in_parts(
    first: dict[str, Any] | None, second: dict[str, Any] | None, count: int
) -> None:
    findings = found(two_fields(first, second), "CF140")
    assert len(findings) == count
    for finding in findings:
        assert finding.subject == "customer.b"
        assert finding.related[0].place.path == ("fields", "customer.a", "sources", "shop.t.c")
