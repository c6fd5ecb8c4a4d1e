"""What an access request collects from databases made from the real systems' DDL is exactly what was planted of
the person, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from amanat.identity.person import PersonWays, person_ways
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import SubjectId
from amanat.rights.access import AccessPlan, access_plan
from amanat.rights.dialects import DUCKDB, POSTGRES, Dialect
from tests.differential.people import (
    PEOPLE,
    DuckServer,
    Planted,
    PostgresServer,
    Server,
    everybody,
    identity,
    load_ddl,
)
from tests.differential.postgres import Database

CUSTOMER = SubjectId("customer")
EXAMPLE = Path(__file__).parents[2] / "catalog"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(EXAMPLE).catalog


@pytest.fixture(scope="module")
def ways(catalog: Catalog) -> PersonWays:
    (found,) = person_ways(catalog, (CUSTOMER,))
    return found


@pytest.fixture(params=["duckdb", "postgres"])
def systems(
    request: pytest.FixtureRequest, ways: PersonWays, new_database: Callable[[], Database]
) -> Iterator[tuple[Dialect, Mapping[str, Server]]]:
    """The seven systems, each with its tables."""
    servers: dict[str, Server] = {}
    with ExitStack() as stack:
        database = new_database() if request.param == "postgres" else None
        for system in ways.systems:
            if database is None:
                servers[system.system] = DuckServer()
            else:
                server = PostgresServer(database.url, database.name, system.system)
                stack.callback(server.close)
                servers[system.system] = server
            load_ddl(servers[system.system], system.system, database is None)
        yield (DUCKDB if database is None else POSTGRES), servers


def values(plan: AccessPlan, servers: Mapping[str, Server], person: str) -> Iterator[tuple[str, str]]:
    """System by system the value by which it knows a person, as the plan says to find it."""
    for system in plan.systems:
        value = identity(person)
        if system.find is not None and system.found_in is not None:
            ((value,),) = servers[system.found_in.id].rows(system.find.text, [value] * system.find.parameters)
        yield system.system.id, value


def collected(
    plan: AccessPlan, servers: Mapping[str, Server], person: str
) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """What the plan's queries give."""
    known = dict(values(plan, servers, person))
    return {
        (system.system.id, read.rows.table): sorted(
            tuple(map(str, row))
            for row in servers[system.system.id].rows(
                read.query.text, [known[system.system.id]] * read.query.parameters
            )
        )
        for system in plan.systems
        for read in system.reads
        if read.query is not None
    }


def test_the_collected_set_is_what_was_planted(
    catalog: Catalog, ways: PersonWays, systems: tuple[Dialect, Mapping[str, Server]]
) -> None:
    dialect, servers = systems
    planted = everybody(servers, ways)
    plan = access_plan(catalog, CUSTOMER, dialect)
    assert len(plan.systems) == 7
    tables = [(system, read) for system in plan.systems for read in system.reads]
    assert len(tables) > 90 and all(read.query for _, read in tables)
    for person in PEOPLE:
        found = collected(plan, servers, person)
        for system, read in tables:
            rows = planted[system.system.id].of(person, read.rows.table)
            assert rows, (system.system.id, read.rows.table)
            expected = _as_stored(
                servers[system.system.id], read.rows.table, read.rows.key, rows, _given(read)
            )
            assert found[system.system.id, read.rows.table] == expected, (
                person,
                system.system.id,
                read.rows.table,
            )


def _given(read: object) -> list[str]:
    return [one.name for one in read.columns if not one.withheld]  # type: ignore[attr-defined]


def _as_stored(
    server: Server, table: str, key: tuple[str, ...], rows: list[dict[str, object]], columns: list[str]
) -> list[tuple[str, ...]]:
    """Planted rows as the engine shows their columns, looked up one by one by their keys."""
    names = ", ".join(f'"{one}"' for one in columns)
    where = " AND ".join(f'"{one}" = ${at}' for at, one in enumerate(key, 1))
    found = []
    for row in rows:
        (one,) = server.rows(f'SELECT {names} FROM "{table}" WHERE {where}', [row[name] for name in key])
        found.append(tuple(map(str, one)))
    return sorted(found)


def test_rows_of_two_people_are_counted_and_not_collected(
    catalog: Catalog, ways: PersonWays, systems: tuple[Dialect, Mapping[str, Server]]
) -> None:
    dialect, servers = systems
    planted: Mapping[str, Planted] = everybody(servers, ways)
    plan = access_plan(catalog, CUSTOMER, dialect)
    shared = 0
    for person, factor in (("ana", 1), ("bo", 1), ("cy", 0)):
        known = dict(values(plan, servers, person))
        for system in plan.systems:
            for read in system.reads:
                expected = len(planted[system.system.id].shared.get(read.rows.table, ())) * factor
                if read.disputed is None:
                    assert not expected
                    continue
                ((count,),) = servers[system.system.id].rows(
                    read.disputed.text, [known[system.system.id]] * read.disputed.parameters
                )
                assert count == expected, (person, system.system.id, read.rows.table)
                shared += count
    assert shared > 40


def test_a_stranger_gets_nothing(
    catalog: Catalog, ways: PersonWays, systems: tuple[Dialect, Mapping[str, Server]]
) -> None:
    dialect, servers = systems
    everybody(servers, ways)
    for system in access_plan(catalog, CUSTOMER, dialect).systems:
        for read in system.reads:
            assert read.query is not None
            assert servers[system.system.id].rows(read.query.text, ["nobody@example.com"]) == []
