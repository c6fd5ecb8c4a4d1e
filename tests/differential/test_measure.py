"""`amanat measure` counts alike on every engine, and as plain Python does."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from amanat.connect.asking import opened
from amanat.measure.run import SystemMeasured, measure_system
from amanat.measure.wanted import wanted_of
from amanat.model.values import SystemId
from tests.differential import mariadb, verifying_mariadb
from tests.differential.measuring import DAY, expected, parquet, script, shop, tables, told
from tests.differential.postgres import Database
from tests.differential.verifying import url_of

SEEDS = (1, 2)


def measured(url: str) -> SystemMeasured:
    with opened("shop", "the URL", url, 60) as asker:
        return measure_system(asker, "shop", wanted_of(shop().catalog, SystemId("shop")), DAY)


@pytest.mark.parametrize("seed", SEEDS)
def test_duckdb(tmp_path: Path, seed: int) -> None:
    made = tables(seed)
    path = tmp_path / "sh'op.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(script("duckdb", made))
    found = measured(f"duckdb://{path}")
    assert told(found.measures) == expected(made)
    assert [table.queries for table in found.tables] == [1, 1, 1]
    assert not found.partial


def test_parquet(tmp_path: Path) -> None:
    made = tables(3)
    assert told(measured(str(parquet(tmp_path, made))).measures) == expected(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_postgresql(database: Database, seed: int) -> None:
    made = tables(seed)
    database.run(script("postgres", made))
    found = measured(url_of(database))
    assert told(found.measures) == expected(made)
    assert [table.queries for table in found.tables] == [1, 1, 1]


@pytest.mark.parametrize("seed", SEEDS)
def test_mariadb(maria: mariadb.Database, seed: int) -> None:
    made = tables(seed)
    maria.run(script("mysql", made))
    found = measured(verifying_mariadb.url_of(maria))
    assert told(found.measures) == expected(made)
    assert [table.queries for table in found.tables] == [1, 1, 1]


def test_spark(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is missing, so no Spark ran: install the extra `spark`")
    made = tables(1)
    found = measured(f"spark://{parquet(tmp_path, made)}")
    assert told(found.measures) == expected(made)
    assert [table.queries for table in found.tables] == [1, 1, 1]
