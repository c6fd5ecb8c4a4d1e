"""Masked exports of the hostile case catalog: scripts that run, files that are where they should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amanat.model.values import Action
from amanat.policy.build import build_policy
from amanat.policy.loss import Status
from amanat.policy.plan import Table
from amanat.policy.targets.duckdb.script import file_name
from tests.differential.shop import AS_OF, KEY, ROWS, catalog
from tests.unit.policy.support import changed

duckdb = pytest.importorskip("duckdb", reason="duckdb is missing: install the extra `test`")
TYPES = {"jsonb": "json", "inet": "varchar", "numeric": "decimal(18, 2)"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Any]:
    """The tables of the case catalog with three rows each, and an empty folder as the working one."""
    before = Path.cwd()
    os.chdir(tmp_path)
    tables: dict[str, list[str]] = {}
    for column in catalog().snapshots["shop"].columns.values():  # type: ignore[index]
        kind = TYPES.get(column.type or "", column.type or "varchar")
        tables.setdefault(column.table, []).append(f'"{column.column.replace(chr(34), chr(34) * 2)}" {kind}')
    with duckdb.connect(":memory:") as made:
        made.execute(f"CREATE SCHEMA crm; SET VARIABLE amanat_mask_key = '{KEY.hex()}'")
        for table, columns in tables.items():
            schema, _, name = table.rpartition(".")
            quoted = '"' + name.replace('"', '""') + '"'
            made.execute(f"CREATE TABLE {schema or 'main'}.{quoted} ({', '.join(columns)})")
        for number in (1, 2, 3):
            news = ROWS["customers.news"][number - 1]
            made.execute(
                "INSERT INTO customers (id, number, email, news, secret) VALUES (?, ?, ?, ?, 'secret')",
                [number, f"K-{number}", f"a{number}@shop.example", news],
            )
        yield made
    os.chdir(before)


def scripts() -> dict[str, str]:
    files = build_policy(catalog(), AS_OF, ["duckdb"], ["shop"]).files
    return {Path(name).stem: text for name, text in files.items() if name.endswith(".sql")}


def test_every_script_runs_and_a_pair_gets_what_it_may_read_and_export(shop: Any, tmp_path: Path) -> None:
    for script in scripts().values():
        shop.execute(script)
    made = {path.name for path in tmp_path.iterdir()}
    assert "customers.parquet" in made
    assert all(name.endswith(".parquet") for name in made)
    got = shop.execute("SELECT * FROM 'customers.parquet'")
    assert "secret" not in {column[0] for column in got.description}


def test_who_may_only_read_gets_no_file() -> None:
    (loss,) = build_policy(catalog(), AS_OF, ["duckdb"], ["shop"]).by_target["duckdb"].losses
    assert set(scripts()) == {"agent__service"}  # of the pairs, it alone may export
    told = {(cell.pair.role, cell.status, cell.cause) for cell in loss.cells if cell.action is Action.READ}
    assert ("viewer", Status.NOT_EXPRESSIBLE, "export") in told
    assert ("agent", Status.EXACT, "") in told


def test_without_a_key_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = changed(more=HASHED)
    files = build_policy(loaded.catalog, AS_OF, ["duckdb"], ["shop"]).files
    (text,) = [text for name, text in files.items() if name.endswith("/clerk__service.sql")]
    assert "amanat_inner_pad" in text
    monkeypatch.chdir(tmp_path)
    with duckdb.connect(":memory:") as empty:
        empty.execute("CREATE TABLE customers AS SELECT 'anna' AS nickname, 'a@shop.example' AS email")
        with pytest.raises(duckdb.InvalidInputException, match="shorter than 32 bytes"):
            empty.execute(text)
    assert list(tmp_path.iterdir()) == []


HASHED = """\
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: duckdb}
fields:
  customer.nickname:
    {label: Nickname, definition: How to be called, category: name, classification: internal,
     purposes: [service], mask_for: {service: hash}, sources: {shop.customers.nickname: }}
"""


def test_a_dot_in_a_name_is_not_a_schema() -> None:
    assert file_name(Table("a", "b", ())) == "a.b.parquet" != file_name(Table("", "a.b", ()))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a b",
        "ستون",
        "CON",
        "Orders",
        "x" * 80,
        ".hidden",
        "a/b",
        "a_b",
        "'; --",
    ],
)
def test_the_name_of_a_file_stays_in_its_folder_and_meets_no_other(name: str) -> None:
    written = file_name(Table("", name, ()))
    assert written.endswith(".parquet")
    assert Path(written).name == written
    assert written.isascii()
    assert len(written) <= 80
    others = ("a_b", "orders", "con", "x" * 81, "__", "a/b", "A b", "a b")
    assert all(
        file_name(Table("", other, ())).lower() != written.lower() for other in others if other != name
    )
