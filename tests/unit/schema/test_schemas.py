"""The published schemas are the ones that the tool uses, complete enough for an editor."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from amanat.schema import INPUT_SCHEMAS, check, load_schema, schema_files, schema_names
from amanat.schema.check import faults

PUBLISHED = Path(__file__).parents[3] / "schemas"


def test_published_schemas_are_those_of_the_package() -> None:
    assert {path.name: path.read_bytes() for path in PUBLISHED.glob("*.json")} == schema_files()


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_valid_json_schema_2020_12(name: str) -> None:
    schema = load_schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def _properties(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            for key, value in properties.items():
                yield f"{path}/{key}", value
        for key, value in node.items():
            yield from _properties(value, f"{path}/{key}")
    elif isinstance(node, list):
        for n, value in enumerate(node):
            yield from _properties(value, f"{path}/{n}")


@pytest.mark.parametrize("name", INPUT_SCHEMAS)
def test_every_key_that_people_write_has_a_meaning_an_editor_can_show(name: str) -> None:
    schema = load_schema(name)
    silent = []
    for path, value in _properties(schema):
        reference = value.get("$ref", "").rpartition("/")[2] if isinstance(value, dict) else ""
        meaning = value.get("description") or schema["$defs"].get(reference, {}).get("description")
        if not meaning and reference not in ("actions", "request", "selector"):
            silent.append(path)
    assert [path for path in silent if "/request/" not in path and "/denial/" not in path] == []


@pytest.mark.parametrize("name", INPUT_SCHEMAS)
def test_schemas_refuse_unknown_keys_everywhere(name: str) -> None:
    schema = load_schema(name)
    for entry in [schema, *schema["$defs"].values()]:
        if "properties" in entry:
            assert entry.get("additionalProperties") is False, entry.get("description")


def test_the_fast_gate_and_the_reference_agree_on_clean_and_faulty_data() -> None:
    clean = {"teams": {"crm": {"label": "CRM", "contact": "crm@shop.example"}}}
    faulty: list[Any] = [
        {"teams": {"crm": {"label": "CRM"}}},
        {"teams": {"crm": {"label": "CRM", "contact": 1}}},
        {"team": {}},
        [],
        {"fields": {"a.b": {"mask": {"partial": 0}}}},
    ]
    reference = jsonschema.Draft202012Validator(load_schema("catalog-file"))
    assert faults("catalog-file", clean) == [] and reference.is_valid(clean)
    for data in faulty:
        assert faults("catalog-file", data) and not reference.is_valid(data)


def test_one_fault_makes_one_message_with_the_nearest_word() -> None:
    (fault,) = faults("catalog-file", {"systems": {"s": {"label": "S", "kind": "comerce", "country": "DE"}}})
    assert fault.code == "SC102"
    assert fault.path == ("systems", "s", "kind")
    assert fault.help.startswith("did you mean `commerce`?")


def test_check_output_schema_matches_its_contract() -> None:
    required = load_schema("check")["$defs"]["diagnostic"]["required"]
    assert {
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "fingerprint",
        "related",
        "data",
        "fix",
    } <= set(required)
    assert json.loads(schema_files()["check.schema.json"]) == load_schema("check")


def test_without_the_accelerator_the_same_faults_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"teams": {"crm": {"label": "CRM", "contcat": 1}}, "systems": []}
    expected = faults("catalog-file", data)
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    check._gate.cache_clear()
    try:
        assert faults("catalog-file", data) == expected
        assert isinstance(check._gate("catalog-file"), jsonschema.Draft202012Validator)
    finally:
        check._gate.cache_clear()
