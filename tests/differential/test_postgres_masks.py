"""The masks in a real PostgreSQL show exactly what the table of values says, whatever the session's zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from amanat.load.entries import mask_of
from amanat.model.values import SourceId
from amanat.policy.plan import Column
from amanat.policy.targets.postgres.checks import MAKE_KEY
from amanat.policy.targets.postgres.masks import expression
from amanat.policy.targets.quoting import literal
from tests.differential.postgres import Database
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
KINDS = {"integer": "integer", "bigint": "integer", "numeric": "decimal", "double precision": "float"}
KINDS |= {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp"}
ZONED = {"timestamp": False, "timestamptz": True}


@pytest.fixture(scope="module")
def keyed(postgres_url: str) -> Iterator[Database]:
    database = Database.create(postgres_url)
    database.run(f'SET search_path = pg_catalog; CREATE SCHEMA "amanat"; {MAKE_KEY}', mask_key=KEY.hex())
    yield database
    database.drop()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/Los_Angeles"])
def test_every_value_of_the_table(keyed: Database, zone: str) -> None:
    keyed.connection.execute(f"SET TIME ZONE {literal(zone)}".encode())
    wrong = []
    for case in MASK_CASES:
        kind = case["type"]
        column = Column("v", SourceId("s.t.v"), (), KINDS.get(kind, "text"), ZONED.get(kind))
        # Not `literal`: the values hold control characters, which policy never does.
        given = {"v": case["value"]}
        shown = expression(mask_of(case["mask"]), 't."v"', column).replace("%", "%%")
        query = f'SELECT ({shown})::text FROM (SELECT %(v)s::{kind} AS "v") AS t'
        ((got,),) = keyed.connection.execute(query.encode(), given).fetchall()
        if got != case["shows"]:
            wrong.append((case, got))
    assert wrong == []


def test_a_null_mask_keeps_the_type_of_its_column(keyed: Database) -> None:
    column = Column("v", SourceId("s.t.v"), (), "integer", None)
    shown = expression(mask_of("null"), 't."v"', column)
    assert keyed.rows(f"SELECT pg_typeof({shown})::text FROM (SELECT 17 AS v) AS t") == [("integer",)]


def test_without_a_key_of_the_users_own_the_database_makes_a_random_one(postgres_url: str) -> None:
    pads = []
    for _ in range(2):
        database = Database.create(postgres_url)
        database.run(f'SET search_path = pg_catalog; CREATE SCHEMA "amanat"; {MAKE_KEY}')
        ((inner, outer),) = database.rows("SELECT inner_pad, outer_pad FROM amanat.mask_key")
        assert bytes(byte ^ 0x36 ^ 0x5C for byte in inner) == outer
        pads.append(inner)
        database.drop()
    assert pads[0] != pads[1]


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_key_of_any_length_is_used_as_the_standard_says(postgres_url: str, length: int) -> None:
    from amanat.policy.masks import apply

    key = bytes(at % 251 for at in range(length))
    database = Database.create(postgres_url)
    database.run(f'SET search_path = pg_catalog; CREATE SCHEMA "amanat"; {MAKE_KEY}', mask_key=key.hex())
    column = Column("v", SourceId("s.t.v"), (), "text", None)
    shown = expression(mask_of("hash"), 't."v"', column)
    assert database.rows(f"SELECT {shown} FROM (SELECT 'anna'::text AS v) AS t") == [
        (apply(mask_of("hash"), "anna", key),)
    ]
    database.drop()
