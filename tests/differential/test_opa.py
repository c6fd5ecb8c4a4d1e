"""The OPA bundle in real evaluators of Rego: every cell equals the reference."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.policy.build import build_policy
from tests.differential import opa, shop
from tests.differential.opa import (
    bundle_of,
    made,
    wrong_columns,
    wrong_fields,
    wrong_hostile,
    wrong_parts,
    wrong_rows,
    wrong_tables,
)
from tests.differential.rego import INSTALLED, Make
from tests.property.policies import AS_OF, catalogs
from tests.unit.policy.support import CASES

EXAMPLE = Path(__file__).parents[2] / "catalog"
HOSTILE = yaml.safe_load((CASES / "opa" / "hostile.yaml").read_text(encoding="utf-8"))

if not INSTALLED:
    pytest.skip("no evaluator of Rego: install the extra `test`", allow_module_level=True)
QUICK = INSTALLED["regorus"]

SLOW = "rego-cpp"
"""It reads all data for every request."""

evaluators = pytest.mark.parametrize("make", INSTALLED.values(), ids=INSTALLED)


@evaluators
def test_every_cell_of_the_shop_equals_the_reference(make: Make) -> None:
    bundle = bundle_of(shop.catalog(), shop.AS_OF)
    if make is INSTALLED.get(SLOW):
        assert wrong_fields(make, bundle, shop.catalog(), shop.AS_OF, step=101) == []
        return
    assert wrong_fields(make, bundle, shop.catalog(), shop.AS_OF) == []
    assert wrong_columns(make, bundle, shop.catalog(), shop.AS_OF, step=11) == []
    assert wrong_tables(make, bundle, shop.catalog(), shop.AS_OF) == []
    assert wrong_rows(make, bundle, shop.catalog(), shop.AS_OF) == []


def test_every_table_of_the_example_equals_the_reference() -> None:
    catalog, as_of = load_catalog(EXAMPLE).catalog, date(2026, 6, 30)
    bundle = bundle_of(catalog, as_of)
    assert wrong_fields(QUICK, bundle, catalog, as_of, step=1009) == []
    assert wrong_tables(QUICK, bundle, catalog, as_of, step=61) == []
    assert wrong_rows(QUICK, bundle, catalog, as_of, step=61) == []


@settings(max_examples=15, deadline=None)
@given(catalogs(), AS_OF)
def test_every_cell_of_any_catalog_equals_the_reference(catalog: Catalog, as_of: date | None) -> None:
    bundle = made(catalog, as_of)
    assert wrong_fields(QUICK, bundle, catalog, as_of) == []
    assert wrong_tables(QUICK, bundle, catalog, as_of) == []
    assert wrong_rows(QUICK, bundle, catalog, as_of) == []


@pytest.mark.parametrize("evaluator", INSTALLED)
def test_a_hostile_request_is_denied(evaluator: str) -> None:
    bundle = bundle_of(shop.catalog(), shop.AS_OF)
    assert wrong_hostile(INSTALLED[evaluator], bundle, HOSTILE, evaluator) == []
    assert wrong_parts(INSTALLED[evaluator], bundle) == []


@evaluators
def test_where_data_is_missing_it_is_denied(make: Make) -> None:
    bundle = bundle_of(shop.catalog(), shop.AS_OF)
    pair = {"role": "agent", "purpose": "service", "action": "read"}
    field = {**pair, "field": "customer.email"}
    place = {**pair, "system": "shop", "schema": "", "table": "customers", "columns": ["email"]}
    assert bundle.ask(make, "decision", [field])[0]["effect"] == "allow"
    needed = ("outcomes", "granted", "roles", "purposes", "actions")
    for gone in ({}, *({**bundle.data, name: {}} for name in needed)):
        less = opa.Bundle(bundle.rego, gone)
        assert less.ask(make, "decision", [field])[0]["effect"] == "deny"
        assert {each["effect"] for each in less.ask(make, "table", [place])[0].values()} == {"deny"}
    for name in ("open", "filters"):
        (rows,) = opa.Bundle(bundle.rego, {**bundle.data, name: {}}).ask(make, "row_filters", [place])
        assert rows["rows"] == "none"


@evaluators
def test_a_met_condition_opens_and_an_unmet_one_denies(make: Make) -> None:
    bundle = bundle_of(shop.catalog(), shop.AS_OF)
    asked = {"role": "marketer", "purpose": "news.sms", "action": "read", "field": "customer.email"}
    plain, met, more, unmet = bundle.ask(
        make,
        "decision",
        [asked, *({**asked, "consented": each} for each in (["news.sms"], ["news", "news.sms"], ["news"]))],
    )
    assert plain["effect"] == "allow" and [each["purpose"] for each in plain["conditions"]] == ["news.sms"]
    assert met == more == {**plain, "conditions": []}
    assert unmet["effect"] == "deny" and unmet["reason"] == "no_consent"


def test_the_manifest_and_the_data_say_which_catalog_and_day_they_are_for() -> None:
    files = build_policy(shop.catalog(), shop.AS_OF, ["opa"]).files
    stated = json.loads(files["policy/opa/.manifest"])
    data = json.loads(files["policy/opa/amanat/data.json"])
    assert stated["revision"] == data["catalog"] == f"sha256:{shop.catalog().digest}"
    assert stated["metadata"]["as_of"] == data["as_of"] == shop.AS_OF.isoformat()
    assert stated["roots"] == ["amanat"]


def test_the_answer_in_the_readme_is_the_answer() -> None:
    readme = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    asked, answer = readme.partition('```json\n{"role"')[2].partition("\n```")[0].split("\n")
    bundle = bundle_of(load_catalog(EXAMPLE).catalog, date(2026, 6, 30))
    assert bundle.ask(QUICK, "decision", [json.loads('{"role"' + asked)]) == [json.loads(answer)]
