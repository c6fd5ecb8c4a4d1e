"""Native types of two engines against each other: same, different or unknown, and which side loses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest

from amanat.conflicts.facets import BY_FACET
from amanat.conflicts.judging import Situation
from amanat.conflicts.observed import observed_claims
from amanat.conflicts.technical import differ_in_length, differ_in_type, differ_in_zone
from amanat.conflicts.values import NOT_APPLICABLE
from amanat.diagnostic import Severity
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import FieldId
from tests.unit.conflicts.samples import CASES, one_field

with (CASES / "native_pairs.csv").open(encoding="utf-8", newline="") as _table:
    PAIRS = list(csv.DictReader(_table))

LOADED = one_field({"shop.t.c": None, "crm.t.c": None}, {"master": None})
FIELD = LOADED.catalog.fields[FieldId("customer.thing")]
THREE = {True: "different", False: "same", None: "unknown"}
DIFFER: dict[str, Callable[[Any, Any], bool | None]] = {
    "type": differ_in_type,
    "length": differ_in_length,
    "precision": lambda one, other: one.digits != other.digits,
    "scale": lambda one, other: one.digits != other.digits,
    "zone": differ_in_zone,
}


def _claims(engine: str, spelled: str) -> dict[str, Any]:
    column = ObservedColumn("t", "c", spelled, None, None, None, None, None, {}, (), "", 2)
    return dict(observed_claims(engine, column))


def _outcome(facet: str, one: dict[str, Any], other: dict[str, Any]) -> str:
    """As the table writes it: `one` or `other` is the side that loses; empty: not known of both sides."""
    values = {"one": one.get(facet), "other": other.get(facet)}
    if any(value is None or value is NOT_APPLICABLE for value in values.values()):
        return "unknown" if facet == "type" else ""
    differ = DIFFER[facet](values["one"], values["other"])
    situation = Situation(LOADED.catalog, FIELD, values, {}, False, False)
    judged = BY_FACET[facet].judge(situation) if values["one"] != values["other"] else None
    assert (judged is not None) is (differ is True), "a difference is told, and nothing else"
    if judged is None or facet == "zone":
        return THREE[differ]
    if facet == "type":
        return "different" if judged.severity is Severity.ERROR else "lossy"
    [narrow] = judged.odd
    return narrow


@pytest.mark.parametrize(
    "row", PAIRS, ids=lambda row: f"{row['one_engine']} {row['one']} - {row['other_engine']} {row['other']}"
)
def test_two_native_types_compare_as_the_table_says(row: dict[str, str]) -> None:
    one, other = (_claims(row[f"{side}_engine"], row[side]) for side in ("one", "other"))
    expected = {facet: row[facet] for facet in DIFFER}
    assert {facet: _outcome(facet, one, other) for facet in DIFFER} == expected
    swapped = {"one": "other", "other": "one"}
    assert {facet: _outcome(facet, other, one) for facet in DIFFER} == {
        facet: swapped.get(value, value) for facet, value in expected.items()
    }


def test_every_engine_with_a_table_of_types_stands_in_a_pair() -> None:
    with (CASES / "native_types.csv").open(encoding="utf-8", newline="") as table:
        engines = {row["engine"] for row in csv.DictReader(table)} - {"other"}
    assert engines == {row[side] for row in PAIRS for side in ("one_engine", "other_engine")}
