"""The statements of an erasure, run on databases made from the real systems' DDL: of the person nothing is left
outside the stated exceptions, every proof finds nothing, and no row of anybody else has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from amanat.identity.person import PersonWays
from amanat.model.catalog import Catalog
from amanat.rights.access import access_plan
from amanat.rights.dialects import DUCKDB, Dialect
from amanat.rights.erasing import erasure_plan
from amanat.rights.erasure import Do, ErasurePlan, Fate, SystemErasure
from tests.differential.people import Planted, Server, everybody, identity
from tests.differential.test_access_request import (
    CUSTOMER,
    catalog,
    collected,
    systems,
    values,
    ways,
)

__all__ = ["catalog", "systems", "ways"]
ON = date(2026, 11, 27)
Dump = dict[tuple[str, tuple[str, ...]], dict[str, str]]


def dump(server: Server, system: SystemErasure) -> Dump:
    """Every row of the system's tables: table and key to column to text."""
    found: Dump = {}
    for table in system.tables:
        name = table.rows.table
        columns = [str(row[0]) for row in server.rows(_COLUMNS, [name])]
        for row in server.rows(f'SELECT * FROM "{name}"'):
            shown = dict(zip(columns, map(str, row), strict=True))
            found[name, tuple(shown[one].strip() for one in table.rows.key)] = shown
    return found


_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND table_name = $1 ORDER BY ordinal_position"
)


def erase(server: Server, system: SystemErasure, value: str) -> Iterator[tuple[str, str]]:
    """Run a system's plan in its order; give each table's proof."""
    for table in system.tables:
        assert table.collect is not None
        server.rows(table.make)
        server.rows(table.collect.text, [value] * table.collect.parameters)
    for statement in system.cut:
        server.rows(statement)
    for table in system.tables:
        for statement in table.erase:
            server.rows(statement)
    for table in system.tables:
        if table.proof:
            yield table.rows.table, table.proof


def plan_of(catalog: Catalog, dialect: Dialect, methods: Mapping[str, str]) -> ErasurePlan:
    from dataclasses import replace

    changed = {
        name: replace(one, erase=replace(one.erase, method=methods.get(name, one.erase.method)))
        for name, one in catalog.systems.items()
        if one.erase is not None
    }
    return erasure_plan(replace(catalog, systems=changed), CUSTOMER, ON, None, dialect)


METHODS: list[dict[str, str]] = [
    {},
    {
        "saleor": "delete", "lago": "delete", "killbill": "delete", "suitecrm": "delete", "chatwoot": "delete",
        "matomo": "anonymise", "mautic": "overwrite",
    },
]  # fmt: skip


@pytest.mark.parametrize("methods", METHODS, ids=["as declared", "the other way"])
def test_nothing_is_left_and_nobody_else_is_touched(
    catalog: Catalog,
    ways: PersonWays,
    systems: tuple[Dialect, Mapping[str, Server]],
    methods: dict[str, str],
) -> None:
    dialect, servers = systems
    # Rows that two people share are for people to decide about: where keys are enforced, they must be gone.
    planted: Mapping[str, Planted] = everybody(servers, ways, shared=dialect is DUCKDB)
    plan = plan_of(catalog, dialect, methods)
    assert [one.system.id for one in plan.systems][-1] == "saleor" and len(plan.systems) == 7
    known = dict(values(access_plan(catalog, CUSTOMER, dialect), servers, "ana"))
    before = {one.system.id: dump(servers[one.system.id], one) for one in plan.systems}
    others = {p: collected(access_plan(catalog, CUSTOMER, dialect), servers, p) for p in ("bo", "cy")}
    emptied = deleted = 0
    for system in plan.systems:
        server, name = servers[system.system.id], system.system.id
        for emptied_table, proof in list(erase(server, system, known[name])):
            assert server.rows(proof) == [(0,)], (name, emptied_table)
        after = dump(server, system)
        for table in system.tables:
            rows = table.rows
            mine = {tuple(str(row[one]) for one in rows.key) for row in planted[name].of("ana", rows.table)}
            assert mine
            for (owner, key), row in before[name].items():
                if owner != rows.table:
                    continue
                if key not in mine:
                    assert after[rows.table, key] == row, (name, rows.table, key)
                    continue
                if table.do is Do.DELETE:
                    assert (rows.table, key) not in after, (name, rows.table, key)
                    deleted += 1
                    continue
                left = after[rows.table, key]
                for column in table.columns:
                    kept = column.fate in (Fate.KEPT, Fate.KEY)
                    assert column.fate is not Fate.STUCK
                    if kept:
                        assert left[column.name] == row[column.name]
                    elif "ana" in row[column.name]:
                        assert "ana" not in left[column.name], (name, rows.table, column.name)
                        emptied += 1
    assert deleted > 20 and emptied > 100
    for person, held in others.items():  # a row that ana shared with bo leads to bo alone now, if to anybody
        for place, found in collected(access_plan(catalog, CUSTOMER, dialect), servers, person).items():
            more = [row for row in found if row not in held[place]]
            assert [row for row in found if row in held[place]] == held[place]
            assert person == "bo" or not more
            assert len(more) <= len(planted[place[0]].shared.get(place[1], ()))


def test_afterwards_an_access_request_finds_only_what_is_kept(
    catalog: Catalog, ways: PersonWays, systems: tuple[Dialect, Mapping[str, Server]]
) -> None:
    dialect, servers = systems
    everybody(servers, ways, shared=False)
    plan = plan_of(catalog, dialect, {})
    asked = access_plan(catalog, CUSTOMER, dialect)
    known = dict(values(asked, servers, "ana"))
    for system in plan.systems:
        server = servers[system.system.id]
        assert all(
            server.rows(proof) == [(0,)] for _, proof in erase(server, system, known[system.system.id])
        )
    keeping = {one.system.id for one in plan.systems if one.kept}
    for one in asked.systems:
        for read in one.reads:
            assert read.query is not None
            found = servers[one.system.id].rows(read.query.text, [known[one.system.id]])
            assert not found or one.system.id in keeping, (one.system.id, read.rows.table)
    query = 'SELECT count(*) FROM "account_user" WHERE "external_reference" = $1'
    assert servers["saleor"].rows(query, [identity("ana")]) == [(1,)]  # it leads to what is kept
