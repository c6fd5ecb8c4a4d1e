"""A million rows measured in one pass, against a query of the same checks written by hand: seconds of medians, in
turns. With pyspark installed the same code runs on Spark, over the same rows as Parquet.

    python -m tests.benchmarks.measure --rows 1000000
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from amanat.connect.asking import Asker, opened
from amanat.load import Loaded
from amanat.measure.run import SystemMeasured, measure_system
from amanat.measure.wanted import wanted_of
from amanat.model.values import SystemId
from tests.support import catalog_of

DAY = date(2026, 6, 30)
SYSTEM = SystemId("shop")
CATALOG = """\
systems: {shop: {label: Shop, kind: commerce}}
fields:
  customer.id: {label: x, format: uuid, quality: {complete: 100%, unique: 100%, valid: 100%}, sources: {shop.users.id: }}
  customer.email: {label: x, format: email, length: 254, normal: lower, quality: {complete: 95%, unique: 90%, valid: 95%}, sources: {shop.users.email: }}
  customer.phone: {label: x, format: e164, quality: {complete: 50%, valid: 90%}, sources: {shop.users.phone: {empty: ['-']}}}
  customer.country: {label: x, format: iso_3166_1_alpha_2, codes: {DE: a, IR: b, FR: c, AT: d}, quality: {in_code_list: 100%}, sources: {shop.users.country: }}
  customer.born: {label: x, type: date, quality: {complete: 50%, in_range: 1900-01-01..today}, sources: {shop.users.born: }}
  customer.spent: {label: x, quality: {in_range: 99% within 0..5000, fresh: 50% within P1Y}, sources: {shop.users.spent: {changed_at: updated_at}}}
  customer.referrer: {label: x, quality: {referential: 99%}, sources: {shop.users.referrer: {refers_to: users.id}}}
"""
ROWS = """
SELECT CAST(md5(CAST(i AS VARCHAR)) AS UUID)::VARCHAR AS id,
  CASE WHEN i % 31 = 0 THEN NULL WHEN i % 37 = 0 THEN 'nobody at shop' ELSE 'User' || (i % 970000) || '@shop.example' END AS email,
  CASE WHEN i % 3 = 0 THEN '-' WHEN i % 29 = 0 THEN '030 ' || i ELSE '+4930' || (1000000 + i) END AS phone,
  ['DE', 'IR', 'FR', 'AT', 'Germany'][1 + CAST(i % 41 < 40 AS INT) * (i % 4) + CAST(i % 41 = 40 AS INT) * 4] AS country,
  DATE '1930-01-01' + CAST(i % 36000 AS INT) AS born,
  CAST((i * 7919) % 600000 AS DECIMAL(12, 2)) / 100 AS spent,
  TIMESTAMP '2024-01-01' + INTERVAL (i % 900) DAY AS updated_at,
  CASE WHEN i % 5 = 0 THEN CAST(md5(CAST(i // 5 AS VARCHAR)) AS UUID)::VARCHAR END AS referrer
FROM range({rows}) AS r(i)
"""
BY_HAND = """
SELECT count(*),
  count(*) FILTER (trim(id) <> ''), count(DISTINCT id) FILTER (trim(id) <> ''),
  count(*) FILTER (regexp_full_match(id, '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}')),
  count(*) FILTER (trim(email) <> ''), count(DISTINCT lower(email)) FILTER (trim(email) <> ''),
  count(*) FILTER (trim(email) <> '' AND regexp_full_match(email, '[^@ ]+@[^@ .]+([.][^@ .]+)+') AND length(email) <= 254),
  count(*) FILTER (trim(phone) NOT IN ('', '-')),
  count(*) FILTER (trim(phone) NOT IN ('', '-') AND regexp_full_match(phone, '[+][1-9][0-9]{6,14}')),
  count(*) FILTER (trim(country) <> ''), count(*) FILTER (country IN ('DE', 'IR', 'FR', 'AT')),
  count(born), count(*) FILTER (born BETWEEN DATE '1900-01-01' AND DATE '2026-06-30'),
  count(spent), count(*) FILTER (spent BETWEEN 0 AND 5000),
  count(updated_at), count(*) FILTER (updated_at >= DATE '2025-06-30'), max(updated_at),
  count(*) FILTER (trim(referrer) <> ''), count(known.k)
FROM users LEFT JOIN (SELECT DISTINCT id FROM users) AS known(k) ON users.referrer = known.k
"""
IN_ORDER = (
    *((0, 1), (1, 2), (1, 3)),  # customer.id: complete, unique, valid
    *((0, 4), (4, 5), (4, 6)),
    *((0, 7), (7, 8)),
    (9, 10),
    *((0, 11), (11, 12)),
    (13, 14),
    (15, 16),
    (18, 19),
)
"""Which two counts of the query by hand are a check, in the order of the catalog."""


def catalog() -> Loaded:
    return catalog_of({"a.yaml": CATALOG})


def measured(asker: Asker) -> SystemMeasured:
    return measure_system(asker, SYSTEM, wanted_of(catalog().catalog, SYSTEM), DAY)


def timed(ask: Callable[[], object]) -> float:
    before = time.perf_counter()
    ask()
    return time.perf_counter() - before


def same(found: SystemMeasured, row: tuple[object, ...]) -> None:
    """Raises `AssertionError` where the two do not count alike."""
    ours = sorted((one.counted, one.met) for one in found.measures)
    theirs = sorted((row[a], row[b]) for a, b in IN_ORDER)
    assert ours == theirs, (ours, theirs)
    assert [table.queries for table in found.tables] == [1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, parquet = Path(folder) / "shop.duckdb", Path(folder) / "users.parquet"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"CREATE TABLE users AS {ROWS.format(rows=asked.rows)}")
            connection.table("users").write_parquet(str(parquet))
        by_hand, by_us = [], []
        with opened(SYSTEM, "the benchmark", str(path), 600) as asker:
            (row,) = list(asker.rows(BY_HAND))
            same(measured(asker), row)
            for _ in range(asked.turns):
                by_hand.append(timed(lambda: list(asker.rows(BY_HAND))))
                by_us.append(timed(lambda: measured(asker)))
        hand, us = statistics.median(by_hand), statistics.median(by_us)
        print(f"{asked.rows:,} rows, {len(IN_ORDER)} checks, one query")
        print(f"DuckDB, by hand {hand:.2f} s; amanat measure {us:.2f} s: {us / hand:.2f} x")
        with opened(SYSTEM, "the benchmark", str(parquet), 600) as asker:
            same(measured(asker), row)
            print(f"DuckDB over Parquet {timed(lambda: measured(asker)):.2f} s")
        if importlib.util.find_spec("pyspark") is None:
            print("Spark: pyspark is not installed")
            return
        with opened(SYSTEM, "the benchmark", f"spark://{folder}", 600) as asker:
            same(measured(asker), row)
            print(f"Spark over the same Parquet, started before, {timed(lambda: measured(asker)):.1f} s")


if __name__ == "__main__":
    main()
