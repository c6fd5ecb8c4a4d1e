"""The SQL of the Trino policy by proxy: parsed as Trino's, and run on DuckDB after translation. No Trino server
is asked, so this shows what the expressions mean, not that Trino takes them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp

from amanat.load.entries import mask_of
from amanat.model.values import PurposeId, SourceId
from amanat.policy.request import Condition
from amanat.policy.rows import Hop, RowFilter
from amanat.policy.targets.trino.masks import FAMILIES, forms
from amanat.policy.targets.trino.rows import condition
from tests.differential.test_postgres_masks import KINDS
from tests.differential.trino import generated
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

duckdb = pytest.importorskip(
    "duckdb", reason="duckdb is missing, so no SQL was run: install the extra `test`"
)

MASKS: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
TYPES = {
    "text": ("varchar", "varchar"),
    "varchar(20)": ("varchar", "varchar"),
    "integer": ("whole", "integer"),
    "bigint": ("whole", "bigint"),
    "numeric": ("decimal", "decimal(38, 8)"),
    "double precision": ("real", "double"),
    "date": ("date", "date"),
    "timestamp": ("timestamp", "timestamp"),
}
"""Type of a case → family, and type of DuckDB. Moments with a zone are only parsed: DuckDB without its extension
icu has no zones."""

BEYOND = ("NaN", "-Infinity", "9.99999999999999999999999999999999", "123456789012345678901234567890.5")
"""Numbers that a decimal of Trino cannot hold."""

SHORTENED = {"year": 4, "month": 7}
"""A date is shown as its first day, because a mask keeps the type of its column."""


def in_duckdb(expression: str) -> str:
    """An expression of Trino in the SQL of DuckDB, whose `length` takes no bytes."""
    written = sqlglot.transpile(expression, read="trino", write="duckdb")[0]
    return written.replace('LENGTH("key")', 'octet_length("key")')


@pytest.fixture
def database() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.create_function("hmac_sha256", _hmac, ["BLOB", "BLOB"], "BLOB", null_handling="special")
        connection.execute(
            "ATTACH ':memory:' AS lake; CREATE SCHEMA lake.amanat; CREATE TABLE lake.amanat.mask_key (\"key\" BLOB)"
        )
        connection.execute("INSERT INTO lake.amanat.mask_key VALUES (?)", [KEY])
        yield connection


def _hmac(value: bytes | None, key: bytes | None) -> bytes | None:
    return None if value is None or key is None else hmac.new(key, value, hashlib.sha256).digest()


def test_every_value_of_the_table_that_trino_can_hold(database: Any) -> None:
    wrong, count = [], 0
    for case in MASKS:
        value = case["value"]
        if case["type"] not in TYPES or value in BEYOND or "infinity" in str(value) or "BC" in str(value):
            continue
        family, kind = TYPES[case["type"]]
        mask = mask_of(case["mask"])
        form = forms(mask, "lake", "v").get(family)
        expression = in_duckdb(form.expression) if form else "NULL"
        query = f'SELECT ({expression})::varchar FROM (SELECT CAST($v AS {kind}) AS "v") AS t'
        ((got,),) = database.execute(query, {"v": value}).fetchall()
        shown = case["shows"] if form else None
        got = got[: SHORTENED[mask.kind]] if got and mask.kind in SHORTENED else got
        count += 1
        wrong += [] if got == shown else [(case, got)]
    assert wrong == []
    assert count > 80


@pytest.mark.parametrize("short", [b"", KEY[:31], None])
def test_without_a_whole_key_a_hash_is_null(database: Any, short: bytes | None) -> None:
    database.execute("UPDATE lake.amanat.mask_key SET key = ?", [short])
    expression = in_duckdb(forms(mask_of("hash"), "lake", "v")["varchar"].expression)
    assert database.execute(f"SELECT {expression} FROM (SELECT 'x' AS v) AS t").fetchall() == [(None,)]


def test_every_mask_fits_a_type_of_trino_or_is_told_lost() -> None:
    assert set(KINDS.values()) | {"text", "money"} == set(FAMILIES)


CONSENT = Condition(PurposeId("news"), SourceId("lake.sales.customers.news"), True)
SMS = Condition(PurposeId("sms"), SourceId("lake.sales.consents.sms"), "O'K")
QUIET = Condition(PurposeId("quiet"), SourceId("lake.sales.customers.objected_on"), None)
UP = Hop("customer_id", "sales", "customers", "id")


@pytest.mark.parametrize(
    ("table", "rows", "shown"),
    [
        ("customers", RowFilter(CONSENT, (), "news"), [1, 4]),
        ("customers", RowFilter(QUIET, (), "objected_on"), [1, 3, 5]),
        ("orders", RowFilter(CONSENT, (UP,), "news"), [11, 12, 15]),
        ("customers", RowFilter(SMS, (Hop("id", "sales", "consents", "customer_id"),), "sms"), [1]),
        ("orders", RowFilter(SMS, (UP, Hop("id", "sales", "consents", "customer_id")), "sms"), [11, 12]),
        # a subject with a record that does not say yes is not shown
        ("customers", RowFilter(SMS, (Hop("id", "sales", "log", "customer_id"),), "sms"), [2]),
    ],
)
def test_a_row_filter_shows_the_rows_of_people_who_consented(
    database: Any, table: str, rows: RowFilter, shown: list[int]
) -> None:
    day = date(2026, 1, 1)
    database.execute("CREATE SCHEMA lake.sales; USE lake.sales")
    for name, columns, values in (
        ("customers", "id bigint, news boolean, objected_on date", [(1, True, None), (2, False, day), (3, None, None), (4, True, day), (5, False, None)]),
        ("orders", "id bigint, customer_id bigint", [(11, 1), (12, 1), (13, 2), (14, 3), (15, 4), (16, 99), (17, None)]),
        ("consents", "id bigint, customer_id bigint, sms varchar", [(1, 1, "O'K"), (2, 2, "no"), (3, 3, None), (4, 4, "o'k")]),
        ("log", "customer_id bigint, sms varchar", [(1, "O'K"), (1, "no"), (2, "O'K"), (2, "O'K"), (3, None)]),
    ):  # fmt: skip
        database.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * len(values[0]))
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    where = in_duckdb(condition(rows, "lake"))
    assert database.execute(f"SELECT id FROM {table} WHERE {where} ORDER BY id").fetchall() == [
        (at,) for at in shown
    ]


def test_all_generated_sql_parses_as_trino_and_is_one_expression() -> None:
    data = json.loads(generated()[0]["policy/trino/data.json"])["trino"]
    texts = [text for table in data["tables"] for text in table["filters"]]
    texts += [
        form["expression"]
        for table in data["tables"]
        for mask in table["read"].values()
        for form in (mask or {}).values()
    ]
    assert len(texts) > 20
    for text in texts:
        (statement,) = sqlglot.parse(f"SELECT ({text}) FROM t", dialect="trino")
        assert isinstance(statement, exp.Select) and len(statement.expressions) == 1
        assert isinstance(statement.expressions[0], exp.Paren)
