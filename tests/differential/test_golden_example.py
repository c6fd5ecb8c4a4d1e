"""Every golden record of the example can be built on tables made as its snapshots say, in both engines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from amanat.conflicts.native import WITH_ZONE, read_type
from amanat.golden.files import Planned, planned, script
from amanat.golden.targets.script import Naming
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.snapshot import ObservedColumn
from amanat.policy.targets.quoting import identifier, literal
from tests.differential.postgres import Database

EXAMPLE = Path(__file__).parents[2] / "catalog"
_TYPES = {
    "integer": ("bigint", "1"),
    "decimal": ("numeric(20,4)", "1.5"),
    "float": ("double precision", "2.5"),
    "boolean": ("boolean", "true"),
    "date": ("date", "2026-01-02"),
    "time": ("time", "10:11:12"),
    "uuid": ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
}


@pytest.fixture(scope="module")
def example() -> tuple[Catalog, tuple[Planned, ...]]:
    catalog = load_catalog(EXAMPLE).catalog
    return catalog, planned(catalog)


def _tables(catalog: Catalog) -> str:
    """The tables of all systems as a warehouse holds them, each with one row."""
    lines: list[str] = []
    for system, snapshot in catalog.snapshots.items():
        lines.append(f"CREATE SCHEMA {identifier(system)};")
        tables: dict[str, list[ObservedColumn]] = {}
        for column in snapshot.columns.values():
            tables.setdefault(column.table, []).append(column)
        for table, columns in tables.items():
            kinds = [_type(catalog.systems[system].engine, column) for column in columns]
            name = f"{identifier(system)}.{identifier(table)}"
            pairs = zip(columns, kinds, strict=True)
            parts = ", ".join(f"{identifier(column.column)} {kind}" for column, (kind, _) in pairs)
            lines.append(f"CREATE TABLE {name} ({parts});")
            lines.append(f"INSERT INTO {name} VALUES ({', '.join(literal(value) for _, value in kinds)});")
    return "\n".join(lines)


def _type(engine: str | None, column: ObservedColumn) -> tuple[str, str]:
    native = read_type(engine, column.type or "", column.length, column.precision, column.scale)
    if native.family == "timestamp":
        return ("timestamptz" if native.zone == WITH_ZONE else "timestamp"), "2026-01-02 10:11:12.5"
    return _TYPES.get(native.family or "", ("text", "x"))


def _queries(plans: tuple[Planned, ...]) -> list[str]:
    return [
        f"SELECT customer_id, value, source, reason FROM golden.{identifier(n)}"
        for _, p, n in plans
        if p.candidates
    ]


def test_duckdb_builds_all_of_them(example: tuple[Catalog, tuple[Planned, ...]]) -> None:
    catalog, plans = example
    with duckdb.connect() as connection:
        connection.execute(_tables(catalog))
        connection.execute(script(plans, "duckdb", Naming(), date(2026, 6, 30)))
        rows = [row for query in _queries(plans) for row in connection.execute(query).fetchall()]
    assert len(rows) > 100
    assert all(reason for *_, reason in rows)


def test_postgres_builds_all_of_them(
    example: tuple[Catalog, tuple[Planned, ...]], database: Database
) -> None:
    catalog, plans = example
    database.run(_tables(catalog))
    database.run(script(plans, "postgres", Naming(), date(2026, 6, 30)))
    database.run(script(plans, "postgres", Naming(), None))  # a second time, over the first
    rows = [row for query in _queries(plans) for row in database.rows(query)]
    assert len(rows) > 100
    assert all(reason for *_, reason in rows)
    assert (
        database.rows(
            "SELECT FROM information_schema.table_privileges WHERE grantee = 'PUBLIC' AND table_schema = 'golden'"
        )
        == []
    )
