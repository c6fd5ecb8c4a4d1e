"""The masks in MariaDB show exactly what the table of values says, whatever the reader's session is set to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from amanat.load.entries import mask_of
from amanat.model.values import SourceId
from amanat.policy.masks import apply
from amanat.policy.plan import Column
from amanat.policy.targets.mariadb import checks
from amanat.policy.targets.mariadb.masks import expression
from tests.differential.mariadb import Acting, Database, insert
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
KINDS = {"integer": "integer", "bigint": "integer", "numeric": "decimal", "double precision": "float"}
KINDS |= {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp"}
TYPES = {"text": "longtext", "integer": "int", "double precision": "double", "jsonb": "json", "bytea": "blob"}
TYPES |= {"timestamp": "datetime(6)", "timestamptz": "timestamp(6) NULL"}
NOT_HERE = ("NaN", "Infinity", "-Infinity", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01")
"""Values that MariaDB's types do not have."""
SETTINGS = {
    "defaults": (),
    "old characters": (
        "SET NAMES latin1 COLLATE latin1_german1_ci, character_set_results = utf8mb4",
        "SET time_zone = '+03:30'",
    ),
    "other expressions": (
        "SET default_regex_flags = 'MULTILINE,EXTENDED,DOTALL'",
        "SET time_zone = '-08:00'",
    ),
    "other modes": (
        "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,TIME_ROUND_FRACTIONAL'",
        "SET collation_connection = utf8mb4_unicode_ci, div_precision_increment = 0",
    ),
}
TABLE = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"


def column(kind: str) -> Column:
    zoned = {"timestamptz": True, "timestamp": False}.get(kind)
    return Column("v", SourceId("s.t.v"), (), KINDS.get(kind, "text"), zoned)


def make_key(database: Database, key: bytes) -> None:
    script = f"DELIMITER //\nBEGIN NOT ATOMIC\n{checks.make_key('the_key')}\nEND//\n"
    database.run(script, key=key)


def shown(case: dict[str, Any]) -> str:
    mask, kind = mask_of(case["mask"]), case["type"]
    return expression(mask, "t.`v`", column(kind), "the_key")


def put(case: dict[str, Any]) -> object:
    value = case["value"]
    if value is None or case["type"] not in ("timestamptz", "bytea", "boolean"):
        return value
    if case["type"] == "timestamptz":
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return {"\\x": b"", "false": 0}[value]


def readers(database: Database) -> dict[str, Acting]:
    made = {}
    for name, settings in SETTINGS.items():
        made[name] = Acting(database.server.connect())
        for statement in (f"USE {database.name}", *settings):
            made[name].ask(statement)
    return made


def test_every_value_of_the_table(maria: Database) -> None:
    make_key(maria, KEY)
    sessions = readers(maria)
    maria.root.ask(checks.OPENING.partition(";")[0])
    maria.root.ask("SET time_zone = '+00:00'")
    wrong, seen = [], 0
    for case in MASK_CASES:
        if case["value"] in NOT_HERE:
            continue
        kind = TYPES.get(case["type"], case["type"])
        if kind == "numeric":
            kind = f"decimal(65,{len((case['value'] or '').partition('.')[2])})"
        maria.root.ask(f"CREATE OR REPLACE TABLE one (v {kind}) {TABLE}")
        maria.root.ask(f"CREATE OR REPLACE VIEW shown AS SELECT {shown(case)} AS v FROM one AS t")
        insert(maria, "one", ["v"], [[put(case)]])
        for name, session in sessions.items():
            ((got,),) = session.ask("SELECT CONVERT(v USING utf8mb4) FROM shown")
            seen += 1
            if got != case["shows"]:
                wrong.append((name, case, got))
    assert wrong == []
    assert seen > 300
    for session in sessions.values():
        session.connection.close()


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_key_of_any_length_is_used_as_the_standard_says(maria: Database, length: int) -> None:
    key = bytes(at % 251 for at in range(length))
    make_key(maria, key)
    hashed = expression(mask_of("hash"), "'anna'", column("text"), "the_key")
    assert maria.root.ask(f"SELECT {hashed}") == [(apply(mask_of("hash"), "anna", key),)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("date", "0000-00-00"), ("date", "2024-00-10"), ("date", "2024-02-31"), ("timestamp", "0000-00-00")],
)
@pytest.mark.parametrize("mask", ["year", "month"])
def test_what_is_no_day_shows_nothing(maria: Database, kind: str, value: str, mask: str) -> None:
    maria.root.ask("SET sql_mode = 'ALLOW_INVALID_DATES'")
    of = column("timestamptz" if kind == "timestamp" else kind)
    maria.root.ask(f"CREATE TABLE one (v {kind} NOT NULL)")
    insert(maria, "one", ["v"], [[value]])
    assert maria.root.ask(f"SELECT {expression(mask_of(mask), 't.v', of, '')} FROM one AS t") == [(None,)]


def test_numbers_filled_with_zeros_are_hashed_as_numbers(maria: Database) -> None:
    make_key(maria, KEY)
    maria.root.ask("CREATE TABLE one (v INT(8) ZEROFILL)")
    insert(maria, "one", ["v"], [[17]])
    hashed = expression(mask_of("hash"), "t.v", column("integer"), "the_key")
    assert maria.root.ask(f"SELECT {hashed} FROM one AS t") == [(apply(mask_of("hash"), 17, KEY),)]
