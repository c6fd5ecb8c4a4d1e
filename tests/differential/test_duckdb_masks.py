"""The masks in DuckDB show exactly what the table of values says, whatever the session's zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from amanat.load.entries import mask_of
from amanat.model.values import SourceId
from amanat.policy.masks import apply
from amanat.policy.plan import Column
from amanat.policy.targets.duckdb.masks import expression
from amanat.policy.targets.duckdb.script import MAKE_PADS
from amanat.policy.targets.quoting import literal
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

duckdb = pytest.importorskip("duckdb", reason="duckdb is missing: install the extra `test`")

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
KINDS = {"integer": "integer", "bigint": "integer", "numeric": "decimal", "double precision": "float"}
KINDS |= {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp"}
TYPES = {"jsonb": "json", "bytea": "blob"}
SPELLED = {"\\x": "", "0044-03-15 BC": "0044-03-15 (BC)"}
"""How DuckDB reads what PostgreSQL spells otherwise."""
NOT_HERE = ("NaN", "Infinity", "-Infinity")
"""Values that a decimal of DuckDB does not have."""


def column(kind: str) -> Column:
    return Column("v", SourceId("s.t.v"), (), KINDS.get(kind, "text"), None)


@pytest.fixture
def connection() -> Iterator[Any]:
    with duckdb.connect(":memory:") as made:
        made.execute(f"SET VARIABLE amanat_mask_key = '{KEY.hex()}'")
        made.execute(MAKE_PADS)
        yield made


def _cases() -> list[dict[str, Any]]:
    return [case for case in MASK_CASES if not (case["type"] == "numeric" and case["value"] in NOT_HERE)]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/Los_Angeles"])
def test_every_value_of_the_table(connection: Any, zone: str) -> None:
    connection.execute(f"SET TimeZone = {literal(zone)}")
    wrong = []
    for case in _cases():
        value, kind = case["value"], TYPES.get(case["type"], case["type"])
        if kind == "numeric":
            kind = f"decimal(38, {len(value.partition('.')[2])})"
        shown = expression(mask_of(case["mask"]), 't."v"', column(case["type"]))
        query = f'SELECT CAST({shown} AS VARCHAR) FROM (SELECT CAST($1 AS {kind}) AS "v") AS t'
        try:
            ((got,),) = connection.execute(query, [SPELLED.get(value, value)]).fetchall()
        except duckdb.ConversionException as error:
            got = f"{type(error).__name__}: {error}"
        if got != case["shows"]:
            wrong.append((case, got))
    assert wrong == []


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_key_of_any_length_is_used_as_the_standard_says(length: int) -> None:
    key = bytes(at % 251 for at in range(length))
    with duckdb.connect(":memory:") as made:
        made.execute(f"SET VARIABLE amanat_mask_key = '{key.hex()}'")
        made.execute(MAKE_PADS)
        shown = expression(mask_of("hash"), "'anna'", column("text"))
        assert made.execute(f"SELECT {shown}").fetchall() == [(apply(mask_of("hash"), "anna", key),)]


@pytest.mark.parametrize("set_key", ["", "SET VARIABLE amanat_mask_key = '00ff';"])
def test_a_key_that_is_missing_or_too_short_is_refused(set_key: str) -> None:
    with (
        duckdb.connect(":memory:") as made,
        pytest.raises(duckdb.InvalidInputException, match="shorter than 32"),
    ):
        made.execute(set_key + MAKE_PADS)
