"""Columns from a data contract and from a dbt project."""

from __future__ import annotations

import pytest

from amanat.observe.column import Column, Unread
from amanat.observe.contracts import of_contract, of_manifest, of_properties

CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "schema": [
        {
            "name": "people",
            "physicalName": "crm_people",
            "properties": [
                {"name": "id", "physicalType": "uuid", "primaryKey": True},
                {
                    "name": "mail",
                    "logicalType": "string",
                    "required": False,
                    "unique": True,
                    "description": "An\naddress",
                },
                {"name": "kind", "logicalTypeOptions": {"enum": ["b", "a"]}, "required": True},
                {
                    "name": "address",
                    "logicalType": "object",
                    "properties": [{"name": "city", "physicalType": "text"}],
                },
            ],
        }
    ],
}
MANIFEST = {
    "sources": {
        "source.shop.crm.people": {
            "name": "people",
            "identifier": "crm_people",
            "columns": {
                "id": {"name": "id", "data_type": "uuid", "constraints": [{"type": "primary_key"}]},
                "kind": {"name": "kind", "description": "Which kind"},
            },
        }
    },
    "nodes": {
        "model.shop.m": {"resource_type": "model", "name": "m", "columns": {"x": {"name": "x"}}},
        "test.shop.t": {
            "resource_type": "test",
            "test_metadata": {
                "name": "accepted_values",
                "kwargs": {"column_name": "kind", "values": ["b", "a"]},
            },
            "depends_on": {"nodes": ["source.shop.crm.people"]},
        },
    },
}


def test_a_contract_tells_tables_columns_keys_and_codes() -> None:
    assert of_contract(CONTRACT) == [
        Column("crm_people", "address", "object", "", "", "", "", ""),
        Column("crm_people", "address.city", "text", "", "", "", "", ""),
        Column("crm_people", "id", "uuid", "no", "", "", "PK", ""),
        Column("crm_people", "kind", "", "no", "", "a|b", "", ""),
        Column("crm_people", "mail", "string", "yes", "", "", "UQ", "An address"),
    ]


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"kind": "Other"}, {"kind": "DataContract", "schema": [{"properties": []}]}],
)
def test_what_is_no_contract_is_refused(data: object) -> None:
    with pytest.raises(Unread):
        of_contract(data)


def test_a_manifest_of_dbt_tells_its_sources_with_what_its_tests_say() -> None:
    assert of_manifest(MANIFEST) == [
        Column("crm_people", "id", "uuid", "no", "", "", "PK", ""),
        Column("crm_people", "kind", "", "", "", "a|b", "", "Which kind"),
    ]
    assert of_manifest({**MANIFEST, "sources": {}}) == [Column("m", "x", "", "", "", "", "", "")]
    with pytest.raises(Unread):
        of_manifest({"nodes": 3})


def test_property_files_of_dbt_tell_the_same() -> None:
    tests = ["not_null", "unique", {"accepted_values": {"arguments": {"values": ["b", "a"]}}}]
    table = {"name": "people", "identifier": "crm_people", "columns": [{"name": "kind", "data_tests": tests}]}
    model = {"name": "m", "columns": [{"name": "x", "tests": ["not_null"]}]}
    files = [None, {"models": [model]}, {"version": 2, "sources": [{"name": "crm", "tables": [table]}]}]
    assert of_properties(files) == [Column("crm_people", "kind", "", "no", "", "a|b", "UQ", "")]
    assert of_properties(files[:2]) == [Column("m", "x", "", "no", "", "", "", "")]
    assert of_properties([]) == []
