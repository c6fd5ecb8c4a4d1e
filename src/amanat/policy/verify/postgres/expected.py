"""What should stand in a PostgreSQL: the privileges and views that the generator writes, as they are read.

Both are made from the same `Privileges`, so what is written and what is looked for cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amanat.policy.targets.postgres.script import (
    by_principal,
    create_view,
    hashes,
    is_checked,
    place,
    view_name,
    view_query,
)
from amanat.policy.targets.quoting import qualified
from amanat.policy.targets.relational import Privileges
from amanat.policy.verify.postgres.facts import ROOM, Live, Relation
from amanat.policy.verify.privileges import Grant, Thing


class ExpectedView(NamedTuple):
    """A view as it should be. `options` are sorted; `table` is what it shows."""

    query: str
    options: tuple[str, ...]
    create: str
    table: Relation
    columns: tuple[str, ...]
    """The columns of the table that it needs."""


class Expected(NamedTuple):
    """What should be there. Grants are by the owner of each thing; those on tables or columns that are not
    there are left out, and `absent` has them (schema, table, column or "")."""

    principals: tuple[str, ...]
    grants: frozenset[Grant]
    views: Mapping[Relation, ExpectedView]
    rooms: tuple[str, ...]
    """The schemas of the policy."""
    key: bool
    """Whether there has to be a key for hashes."""
    absent: frozenset[tuple[str, str, str]]
    keeper: str
    """Who owns the policy's schemas and views."""


def expect(
    privileges: Sequence[Privileges], live: Live, columns: Mapping[Relation, frozenset[str]]
) -> Expected:
    """What should be there; `columns` are those that the tables have."""
    named = by_principal(privileges)
    keeper = _keeper(live)
    views: dict[Relation, ExpectedView] = {}
    grants: set[Grant] = set()
    absent: set[tuple[str, str, str]] = set()
    for name, given in named.items():
        for each in given:
            there = columns.get(place(each))
            lost = _absent(each, there)
            absent |= lost
            if there is None:
                continue
            grants |= _on_table(name, each, there, live)
            if each.view and not lost:
                views[name, view_name(each.table)] = _view(name, each)
                grants |= _on_view(name, each, keeper)
        if any(schema == name for schema, _ in views):
            grants.add(_usage(name, name, live.rooms[name].owner if name in live.rooms else keeper))
    rooms = (ROOM, *sorted({schema for schema, _ in views}))
    key = hashes(privileges)
    return Expected(tuple(named), frozenset(grants), views, rooms, key, frozenset(absent), keeper)


def _keeper(live: Live) -> str:
    """The owner of the policy's own schema; before there is one, the owner of most of the tables."""
    if ROOM in live.rooms:
        return live.rooms[ROOM].owner
    owners = [table.owner for table in live.tables.values() if not table.of]
    return max(sorted(set(owners)), key=owners.count, default="")


def _absent(each: Privileges, there: frozenset[str] | None) -> set[tuple[str, str, str]]:
    if there is None:
        return {(*place(each), "")}
    needed = {name for given in each.on_table.values() for name in given}
    if each.view:
        needed |= {shown.column.name for shown in each.view.columns}
    return {(*place(each), name) for name in needed - there}


def _on_table(name: str, each: Privileges, there: frozenset[str], live: Live) -> set[Grant]:
    schema, table = place(each)
    found = {
        Grant(Thing("table", schema, table, column), name, privilege, live.tables[schema, table].owner)
        for privilege, columns in each.on_table.items()
        for column in (columns or ("",))
        if not column or column in there
    }
    if each.on_table:
        found.add(_usage(schema, name, live.owners[Thing("schema", "", schema)]))
    if "INSERT" in each.on_table or "INSERT" in each.on_view:
        found |= {
            Grant(numbers, name, "USAGE", live.owners[numbers])
            for numbers in live.sequences.get((schema, table), ())
        }
    return found


def _on_view(name: str, each: Privileges, keeper: str) -> set[Grant]:
    return {
        Grant(Thing("table", name, view_name(each.table), column), name, privilege, keeper)
        for privilege, columns in each.on_view.items()
        for column in (columns or ("",))
    }


def _usage(schema: str, name: str, owner: str) -> Grant:
    return Grant(Thing("schema", "", schema), name, "USAGE", owner)


def _view(name: str, each: Privileges) -> ExpectedView:
    assert each.view is not None
    checked = is_checked(each, each.view)
    query = view_query(each, each.view)
    options = ("security_barrier=true",)
    return ExpectedView(
        query,
        (*(("check_option=cascaded",) if checked else ()), *options),
        create_view(qualified(name, view_name(each.table)), query, checked),
        place(each),
        tuple(shown.column.name for shown in each.view.columns),
    )
