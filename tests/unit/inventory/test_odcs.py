"""Data contracts: valid by the standard's own schema, and nothing of the catalog missing from them."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import open_data_contract_standard
import yaml
from jsonschema_rs import Draft201909Validator

from amanat.conflicts import compare
from amanat.inventory.columns import Absent
from amanat.inventory.odcs import API_VERSION, contracts
from amanat.inventory.odcs.custom import named
from amanat.inventory.register import register
from amanat.load import Loaded, load_catalog
from amanat.load.yamlwrite import to_yaml
from amanat.model.values import SystemId
from amanat.rules.base import base_files
from tests.support import catalog_of

EXAMPLE = Path(__file__).parents[3] / "catalog"


@cache
def validator() -> Draft201909Validator:
    text = resources.files(open_data_contract_standard).joinpath("schema.json").read_text(encoding="utf-8")
    return Draft201909Validator(json.loads(text))


@cache
def example() -> tuple[Loaded, dict[SystemId, Any]]:
    loaded = load_catalog(EXAMPLE)
    report = compare(loaded.catalog, None)
    return loaded, contracts(loaded.catalog, report, loaded.spans, None, tuple(loaded.catalog.systems))


def faults(contract: object) -> list[str]:
    return [f"{one.instance_path}: {one.message}" for one in validator().iter_errors(contract)]


def of_base(more: str = "") -> dict[SystemId, Any]:
    loaded = catalog_of({**base_files(), "more.yaml": more} if more else base_files())
    report = compare(loaded.catalog, None)
    return contracts(loaded.catalog, report, loaded.spans, None, tuple(loaded.catalog.systems))


def customs(entry: Any) -> dict[str, Any]:
    return {one["property"]: one["value"] for one in entry.get("customProperties", ())}


def test_the_standards_schema_says_yes_to_every_contract_of_the_example() -> None:
    text = resources.files(open_data_contract_standard).joinpath("schema.json").read_text(encoding="utf-8")
    assert API_VERSION in json.loads(text)["properties"]["apiVersion"]["enum"]
    _, made = example()
    assert len(made) == 7
    assert {name: faults(one) for name, one in made.items()} == {name: [] for name in made}


def test_the_schema_would_say_no() -> None:
    _, made = example()
    contract = json.loads(json.dumps(made[SystemId("lago")]))
    contract["schema"][0]["properties"][0]["owner"] = "crm"
    assert faults(contract)


def test_every_column_that_holds_customer_data_is_there_with_every_cell_of_the_inventory() -> None:
    loaded, made = example()
    report = compare(loaded.catalog, None)
    columns = {
        (system, f"{table['name']}.{one['name']}"): one
        for system, contract in made.items()
        for table in contract["schema"]
        for one in table["properties"]
    }
    slots = {
        "classification": "classification",
        "critical": "criticalDataElement",
        "observed_type": "physicalType",
        "label_en": "businessName",
        "definition_en": "description",
    }
    elsewhere = {"source", "schema", "table", "column", "quality"}
    seen = 0
    for row in register(loaded.catalog, report, loaded.spans).rows():
        if isinstance(row["source"], Absent):
            continue
        where = str(row["source"]).removeprefix(f"{row['system']}.")
        one = columns[SystemId(str(row["system"])), where]
        more = customs(one)
        if more["field"] != row["field"]:
            more = {
                named(name): value
                for name, value in next(
                    also for also in more["alsoHolds"] if also["field"] == row["field"]
                ).items()
            }
            one = {}
        for name, cell in row.items():
            if isinstance(cell, Absent) or name in elsewhere or name.startswith(("system", "erase_")):
                continue
            value = list(cell) if isinstance(cell, tuple) else cell
            told = [one.get(slots.get(name, "")), more.get(named(name))]
            assert value in told, (row["source"], name, value)
            seen += 1
    assert seen > 10_000


def test_everything_that_is_said_about_a_system_is_in_its_contract() -> None:
    loaded, made = example()
    there = {"place", "broken", "inherited", "id", "label", "description", "status", "owner", "engine"}
    renamed = {
        "kind": "systemKind",
        "ignore": "columnsIgnored",
        "erase": "eraseMethod",
        "extras": "file",
        "url_env": "file",
    }
    for name, contract in made.items():
        system = loaded.catalog.systems[name]
        more = customs(contract)
        for one in fields(system):
            if one.name not in there and getattr(system, one.name) not in (None, {}, ()):
                assert renamed.get(one.name, named(one.name)) in more, (name, one.name)


def test_types_keys_quality_and_periods_are_in_the_standards_own_words() -> None:
    _, made = example()
    contract = made[SystemId("saleor")]
    (users,) = (one for one in contract["schema"] if one["name"] == "account_user")
    email = next(one for one in users["properties"] if one["name"] == "email")
    assert (email["logicalType"], email["physicalType"], email["required"]) == ("string", "varchar", True)
    assert email["logicalTypeOptions"] == {"maxLength": 254, "format": "email"}
    assert email["unique"] is True
    by_name = {one["name"]: one for one in email["quality"]}
    assert by_name["complete"] == {
        "name": "complete",
        "dimension": "completeness",
        "type": "library",
        "metric": "missingValues",
        "arguments": {"missingValues": [None]},
        "mustBeLessOrEqualTo": 1,
        "unit": "percent",
    }
    assert by_name["unique"]["metric"] == "duplicateValues"
    assert by_name["valid"]["type"] == "text"
    kept = next(one for one in contract["slaProperties"] if one["element"] == "account_user.email")
    assert (kept["property"], kept["value"], kept["unit"]) == ("retention", 3, "y")
    assert all(one["access"] and customs(one)["purposes"] for one in contract["roles"])


def test_a_denied_role_is_not_in_a_contract() -> None:
    more = "denials:\n  none: {role: agent, reason: Nobody of them.}\n"
    (before, after) = (of_base(), of_base(more))
    assert any(one["role"] == "agent" for one in before[SystemId("shop")]["roles"])
    assert not any(one["role"] == "agent" for one in after[SystemId("shop")].get("roles", ()))


def test_hostile_texts_come_back_from_yaml_as_they_were() -> None:
    for text in (
        "NO",
        "on",
        "1:30",
        "2026-01-31",
        "=cmd()",
        "a: b # c",
        "- x",
        "\x00\x1b[31m\u202e",
        "«سایر»\n\n",
        "'",
        '"',
    ):
        assert yaml.safe_load(to_yaml({"value": text})) == {"value": text}
    same = {"a": [1]}
    assert "&" not in to_yaml([same, same])


def test_the_example_reads_back_from_yaml_as_it_was() -> None:
    _, made = example()
    contract = made[SystemId("lago")]
    assert yaml.load(to_yaml(contract), Loader=yaml.CSafeLoader) == json.loads(json.dumps(contract))
