"""The guard's masks show exactly what the table of values says, on values as SQLite stores them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from amanat.conflicts.native import read_type
from amanat.load.entries import mask_of
from amanat.model.values import SourceId
from amanat.policy.plan import Column
from amanat.policy.targets.relational import Shown, View
from amanat.policy.targets.sqlite.guard import Guard
from amanat.policy.targets.sqlite.script import query
from tests.differential.sqlite import open_file
from tests.unit.policy.support import CASES
from tests.unit.policy.test_masks import KEY

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
TYPES = {"jsonb": "TEXT", "bytea": "BLOB", "double precision": "REAL", "timestamptz": "TIMESTAMP"}
NOT_HERE = ("9.99999999999999999999999999999999", "123456789012345678901234567890.5")
"""Numbers of which SQLite keeps the first 15 digits or so."""

Show = Callable[[str, str, Any, object], object]


@pytest.fixture
def show(tmp_path: Path) -> Show:
    """Shows a value of a type (as declared) under a mask (as in YAML)."""
    file = tmp_path / "masks.db"

    def shown(declared: str, stored: str, mask: Any, value: object) -> object:
        family = read_type("sqlite", declared, None, None, None).family
        kind = {"uuid": "text"}.get(family or "", family)
        column = Column("v", SourceId("s.t.v"), (), kind, None)
        with open_file(file) as source:
            source.execute("PRAGMA synchronous=OFF")
            source.execute("DROP TABLE IF EXISTS t")
            source.execute(f"CREATE TABLE t (v {stored})")
            source.execute("INSERT INTO t VALUES (?)", [value])
        sql = query("t", View((Shown(column, mask_of(mask), True),), ()))
        view = {"name": "t", "columns": ["v"], "some_rows": False, "sql": sql}
        pair = {"role": "r", "purpose": "p", "needs_key": True, "tables": [], "views": [view]}
        with Guard(file, {"version": 1, "target": "sqlite", "pairs": [pair]}, "r", "p", KEY) as guard:
            ((got,),) = guard.execute("SELECT v FROM t").rows
        return got

    return shown


def test_every_value_of_the_table(show: Show) -> None:
    wrong = []
    for case in MASK_CASES:
        if case["value"] in NOT_HERE:
            continue
        declared = TYPES.get(case["type"], case["type"])
        got = show(declared, declared, case["mask"], case["value"])
        if (None if got is None else str(got)) != case["shows"]:
            wrong.append((case, got))
    assert wrong == []


@pytest.mark.parametrize(
    ("declared", "mask", "value", "shows"),
    [
        # stored otherwise than the type says: nothing
        ("TEXT", {"partial": 2}, 1234567, None),
        ("TEXT", {"prefix": 2}, b"1234567", None),
        ("TEXT", "email_domain", b"anna@shop.example", None),
        ("TEXT", "hash", 17, None),
        ("TEXT", "hash", b"anna", None),
        ("INTEGER", "hash", "anna", None),
        ("INTEGER", "hash", 17.5, None),
        ("INTEGER", {"bucket": 10}, "17", None),
        ("INTEGER", {"bucket": 10}, 17.5, None),
        ("DECIMAL", {"bucket": 10}, "19.99", None),
        ("DECIMAL", {"bucket": 10}, b"19", None),
        ("DECIMAL", {"bucket": 10}, 17, 10),
        ("REAL", {"bucket": 10}, 1e15, None),
        ("DATE", "year", 2024, None),
        ("DATE", "year", 2460310.5, None),
        ("TIMESTAMP", "month", 1704067200, None),
        ("DATE", "redact", 2024, "***"),
        # the forms of a date and time that SQLite itself knows
        ("TIMESTAMP", "month", "2024-12-31T23:59", "2024-12"),
        ("TIMESTAMP", "month", "2024-12-31 23:59:59.123456789", "2024-12"),
        ("TIMESTAMP", "year", "2024-12-31 20:00:00.5 -05:00", "2025"),
        ("TIMESTAMP", "year", "2024-12-31T23:59:59Z", "2024"),
        ("DATE", "year", "2024-12-31 20:00-05:00", "2025"),
        # and none that has to be guessed
        ("DATE", "year", "31.12.2024", None),
        ("DATE", "year", "20241231", None),
        ("DATE", "year", "2024-W52-2", None),
        ("DATE", "year", "2024-366", None),
        ("DATE", "year", "2024-02-30", None),
        ("DATE", "year", " 2024-12-31", None),
        ("DATE", "year", "2024-12-31\n", None),
        ("DATE", "year", "۲۰۲۴-۱۲-۳۱", None),
        ("DATE", "year", "now", None),
        ("TIMESTAMP", "year", "2024-12-31 24:00", None),
        ("TIMESTAMP", "year", "0001-01-01 00:00+12:00", None),
        ("TIMESTAMP", "year", "9999-12-31 23:00-12:00", None),
        ("TEXT", {"partial": 2}, "ab\0cd", "***cd"),
    ],
)
def test_what_sqlite_stores(show: Show, declared: str, mask: Any, value: object, shows: object) -> None:
    assert show(declared, "BLOB", mask, value) == shows  # a column of BLOBs leaves values as they are
