"""The register as CSV and JSON: harmless, complete, the same on every run, valid against its schema."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from amanat.inventory import contract
from amanat.inventory.columns import Absent
from amanat.inventory.csv import harmless, to_csv, written
from amanat.inventory.json import to_json
from amanat.inventory.register import Register, register
from tests.unit.inventory.samples import sample


def _register(by: Any = "source") -> Register:
    loaded, report = sample()
    return register(loaded.catalog, report, loaded.spans, by)


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"),
        ("  =1", "'  =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u200f=1", "'\u200f=1"),
        ('"=1"', '\'"=1"'),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("first line\n=1+1", "first line\n'=1+1"),
        ("'=1", "''=1"),
        ("E-mail = address", "E-mail = address"),
        ("'s Gravenhage", "'s Gravenhage"),
        ("نشانی", "نشانی"),
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str, made: str) -> None:
    assert harmless(text) == made


@pytest.mark.parametrize(
    ("cell", "made"),
    [
        (Absent.UNKNOWN, "unknown"),
        (Absent.NOT_APPLICABLE, "n/a"),
        ((), "none"),
        ("unknown", '"unknown"'),
        ("none", '"none"'),
        ("", '""'),
        (True, "yes"),
        (0, "0"),
        (-3, "'-3"),
        (("a|b", "c\\"), "a\\|b | c\\\\"),
    ],
)
def test_no_cell_is_blank_or_taken_for_another(cell: Any, made: str) -> None:
    assert written(cell) == made


def test_csv_has_a_row_for_every_row_and_gives_the_same_bytes_twice() -> None:
    text = "".join(to_csv(_register()))
    rows = _read(text)
    assert len(rows) == 4
    assert all(all(row.values()) for row in rows)
    assert rows[0]["x_ticket"] == '\'=HYPERLINK("http://bad.example")'
    assert rows[2]["label_en"] == '"unknown"'
    assert rows[2]["definition_en"] == "'- how often | they \\ come"
    assert "\r" not in text
    assert text == "".join(to_csv(_register()))


def test_json_and_csv_hold_the_same_cells() -> None:
    made = _register()
    parsed = json.loads("".join(to_json(made)))
    table = _read("".join(to_csv(made)))
    names = [column["name"] for column in parsed["columns"]]
    assert names == list(table[0])
    assert len(parsed["rows"]) == parsed["total"] == len(table)
    for of_json, of_csv in zip(parsed["rows"], table, strict=True):
        for name in names:
            value = of_json[name]
            # A text stands in JSON with its quotes already, so only what a spreadsheet runs is left to do.
            again = harmless(value) if isinstance(value, str) else written(_cell(value))
            assert of_csv[name] == again


def _cell(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("by", ["source", "field"])
def test_json_is_valid_against_its_schema_and_says_where_it_comes_from(by: str) -> None:
    made = _register(by)
    parsed = json.loads("".join(to_json(made)))
    jsonschema.Draft202012Validator(contract.document()).validate(parsed)
    assert parsed["by"] == by
    assert parsed["catalog"]["digest"] == made.catalog.digest
    assert parsed["filters"] == {}


def test_a_row_with_a_missing_or_foreign_column_is_not_valid() -> None:
    parsed = json.loads("".join(to_json(_register())))
    validator = jsonschema.Draft202012Validator(contract.document())
    del parsed["rows"][0]["owner"]
    assert not validator.is_valid(parsed)
    parsed = json.loads("".join(to_json(_register())))
    parsed["rows"][0]["colour"] = "red"
    assert not validator.is_valid(parsed)


def test_the_published_schema_is_the_one_that_the_columns_make() -> None:
    published = resources.files("amanat.schema").joinpath("inventory.schema.json").read_text(encoding="utf-8")
    assert published == contract.text(contract.document())
