"""The masks in ClickHouse show exactly what the table of values says, whatever the session's zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from amanat.load.entries import mask_of
from amanat.model.values import SourceId
from amanat.policy.masks import apply
from amanat.policy.plan import Column
from amanat.policy.targets.clickhouse.checks import ENOUGH, MAKE_KEY
from amanat.policy.targets.clickhouse.masks import expression
from tests.differential.clickhouse import Database, QueryError, database, escaped, server, statements
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

pytest.importorskip("chdb", reason="chdb is missing, so no ClickHouse ran: install the extra `clickhouse`")

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
KINDS = {"integer": "integer", "bigint": "integer", "numeric": "decimal", "double precision": "float"}
KINDS |= {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp"}
TYPES = {
    "integer": "Int32",
    "bigint": "Int64",
    "numeric": "Decimal(76, 32)",
    "double precision": "Float64",
    "date": "Date32",
    "timestamp": "DateTime64(6, 'UTC')",
    "timestamptz": "DateTime64(6, 'Asia/Tehran')",
    "boolean": "Bool",
    "uuid": "UUID",
    "char(8)": "FixedString(8)",
}
SPELLED = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
"""How ClickHouse reads what PostgreSQL spells otherwise."""


def not_here(case: dict[str, Any]) -> bool:
    """Values that ClickHouse does not have: a decimal is a number, a day lies between 1900 and 2299."""
    value, kind = str(case["value"]), KINDS.get(case["type"])
    if kind == "decimal":
        return value in SPELLED
    return kind in ("date", "timestamp") and (
        value.endswith(("infinity", "BC")) or not "1900" <= value[:4] <= "2299"
    )


def column(kind: str) -> Column:
    return Column("v", SourceId("s.t.v"), (), KINDS.get(kind, "text"), None)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Database]:
    with server() as started:
        made = database(started)
        made.query("CREATE DATABASE amanat")
        yield made


@pytest.fixture
def keyed(fresh: Database) -> Iterator[Database]:
    set_key(fresh, KEY)
    yield fresh


def set_key(made: Database, key: bytes) -> None:
    made.query("DROP TABLE IF EXISTS amanat.mask_key")
    for statement in statements(ENOUGH + "\n" + MAKE_KEY):
        made.query(statement, params={"amanat_mask_key": key.hex()})


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/Los_Angeles"])
def test_every_value_of_the_table(keyed: Database, zone: str) -> None:
    wrong, tried = [], 0
    for case in MASK_CASES:
        if case["value"] is not None and not_here(case):
            continue
        kind = TYPES.get(case["type"], "String")
        value = "NULL" if case["value"] is None else f"'{escaped(SPELLED.get(case['value'], case['value']))}'"
        if case["type"] == "timestamptz" and case["value"] is not None:
            value = f"parseDateTime64BestEffort({value}, 6, 'Asia/Tehran')"
        shown = expression(mask_of(case["mask"]), "t.v", column(case["type"]))
        query = (
            f"SELECT toString({shown}) FROM (SELECT CAST({value} AS Nullable({kind})) AS v) AS t "
            f"CROSS JOIN amanat.mask_key AS k SETTINGS session_timezone = '{zone}'"
        )
        try:
            ((got,),) = keyed.rows(query)
        except QueryError as error:
            got = str(error)
        tried += 1
        if got != case["shows"]:
            wrong.append((case, got))
    assert wrong == []
    assert tried > len(MASK_CASES) * 0.85


@pytest.mark.parametrize(
    "kind", ["String", "LowCardinality(String)", "FixedString(12)", "Enum8('nadja-anna' = 1)"]
)
def test_every_kind_of_text_and_none_of_its_filling(keyed: Database, kind: str) -> None:
    for mask in ("hash", {"partial": 4}, {"prefix": 2}, "redact"):
        shown = expression(mask_of(mask), "t.v", column("text"))
        query = f"SELECT {shown} FROM (SELECT CAST('nadja-anna' AS {kind}) AS v) AS t CROSS JOIN amanat.mask_key AS k"
        assert keyed.rows(query) == [(apply(mask_of(mask), "nadja-anna", KEY),)]


def test_bytes_that_are_no_text_show_no_more(keyed: Database) -> None:
    shown = expression(mask_of({"partial": 2}), "t.v", column("text"))
    for raw in ("ffffffff", "80808080808080", "c3c3c3"):
        ((got,),) = keyed.rows(f"SELECT hex({shown}) FROM (SELECT unhex('{raw}') AS v) AS t")
        assert len(bytes.fromhex(got)) <= len("***") + 2


def test_an_array_can_be_hidden(keyed: Database) -> None:
    for mask, seen in (("null", None), ("redact", "***")):
        shown = expression(mask_of(mask), "t.v", column("other"))
        assert keyed.rows(f"SELECT {shown} FROM (SELECT [1, 2] AS v) AS t") == [(seen,)]


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_key_of_any_length_is_used_as_the_standard_says(fresh: Database, length: int) -> None:
    key = bytes(at % 251 for at in range(length))
    set_key(fresh, key)
    shown = expression(mask_of("hash"), "'anna'", column("text"))
    assert fresh.rows(f"SELECT {shown} FROM amanat.mask_key AS k") == [(apply(mask_of("hash"), "anna", key),)]


def test_a_key_that_is_too_short_is_refused(fresh: Database) -> None:
    with pytest.raises(QueryError, match="shorter than 32"):
        set_key(fresh, b"short")
