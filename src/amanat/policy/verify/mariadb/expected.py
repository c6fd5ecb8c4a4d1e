"""What should stand in a MariaDB: the privileges and views that the generator writes, as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amanat.policy.plan import Table
from amanat.policy.rows import RowFilter
from amanat.policy.targets.mariadb.checks import BOOK
from amanat.policy.targets.mariadb.quoting import qualified
from amanat.policy.targets.mariadb.script import (
    algorithm,
    by_principal,
    create_view,
    hashes,
    key_name,
    key_table,
    view_database,
    view_name,
    view_query,
)
from amanat.policy.targets.relational import Privileges, View
from amanat.policy.verify.mariadb.facts import Live, Relation
from amanat.policy.verify.privileges import Grant, Thing

PADS = frozenset(("one", "inner_pad", "outer_pad"))
"""The columns of the table with the key of hashes."""


class ExpectedView(NamedTuple):
    """A view as it should be. `table` is what it shows; `columns` what it needs, by table."""

    query: str
    algorithm: str
    view: View
    table: Relation
    columns: Mapping[Relation, frozenset[str]]


class Layout(NamedTuple):
    """Where a system's policy stands. `place` is the system's own database, `keys` the key of its hashes."""

    system: str
    place: str

    @property
    def key(self) -> Relation:
        """The table with the key of the hashes."""
        return BOOK, key_name(self.system)

    def table(self, table: Table) -> Relation:
        """Where a table stands."""
        return table.schema or self.place, table.name

    def room(self, principal: str) -> str:
        """The database with a principal's views."""
        return view_database(self.system, principal)


class Expected(NamedTuple):
    """What should be there. Grants on tables or columns that are not there are left out, and `absent` has
    them (database, table, column or "")."""

    principals: tuple[str, ...]
    grants: frozenset[Grant]
    views: Mapping[Relation, ExpectedView]
    rooms: tuple[str, ...]
    key: bool
    absent: frozenset[tuple[str, str, str]]
    waiting: frozenset[tuple[str, Relation]]
    """What principals get on tables and views once what is absent is there: grantee and relation."""
    keeper: str
    """The account in whose name views read, as `user@host`; "" for whoever applies the policy."""


def expect(privileges: Sequence[Privileges], layout: Layout, live: Live) -> Expected:
    """What should be there, in a database that is as `live` says."""
    named = by_principal(privileges)
    views: dict[Relation, ExpectedView] = {}
    grants: set[Grant] = set()
    absent: set[tuple[str, str, str]] = set()
    waiting: set[tuple[str, Relation]] = set()
    for name, given in named.items():
        role, room = role_of(name), layout.room(name)
        for each in given:
            place = layout.table(each.table)
            there = live.columns.get(place)
            lost = _absent(each, place, there)
            absent |= lost
            if lost:
                waiting |= {(role, place), (role, (room, view_name(each.table)))}
            if there is None:
                continue
            grants |= {
                Grant(Thing("table", *place, column), role, privilege, "")
                for privilege, columns in each.on_table.items()
                for column in (columns or ("",))
                if not column or column in there
            }
            if each.view and not lost:
                at = (room, view_name(each.table))
                views[at] = _view(each, each.view, layout)
                grants |= {
                    Grant(Thing("table", *at, column), role, privilege, "")
                    for privilege, columns in each.on_view.items()
                    for column in (columns or ("",))
                }
    rooms = tuple(sorted({room for room, _ in views}))
    key = hashes(privileges)
    return Expected(
        tuple(named),
        frozenset(grants),
        views,
        rooms,
        key,
        frozenset(absent),
        frozenset(waiting),
        _keeper(live, views),
    )


def role_of(name: str) -> str:
    """A role as a grantee."""
    return f"'{name}'@''"


def _keeper(live: Live, views: Mapping[Relation, ExpectedView]) -> str:
    """The definer of most of the policy's views."""
    found = Counter(view.definer for at, view in sorted(live.views.items()) if at in views)
    return found.most_common(1)[0][0] if found else ""


def _absent(each: Privileges, place: Relation, there: frozenset[str] | None) -> set[tuple[str, str, str]]:
    if there is None:
        return {(*place, "")}
    needed = {name for given in each.on_table.values() for name in given}
    if each.view:
        needed |= {shown.column.name for shown in each.view.columns}
    return {(*place, name) for name in needed - there}


def _view(each: Privileges, view: View, layout: Layout) -> ExpectedView:
    placed = view._replace(rows=tuple(_placed(rows, layout) for rows in view.rows))
    table = layout.table(each.table)
    columns: dict[Relation, set[str]] = {table: {shown.column.name for shown in view.columns}}
    for rows in placed.rows:
        at = table
        needs: list[tuple[Relation, str]] = []
        for hop in rows.hops:
            needs += [(at, hop.column), ((hop.schema, hop.table), hop.key)]
            at = (hop.schema, hop.table)
        needs.append((at, rows.column))
        for where, column in needs:
            columns.setdefault(where, set()).add(column)
    if any(shown.mask and shown.mask.kind == "hash" for shown in view.columns):
        columns[layout.key] = set(PADS)
    moved = each.table._replace(schema=layout.place) if not each.table.schema else each.table
    return ExpectedView(
        view_query(moved, placed, key_table(layout.system)),
        algorithm(view),
        placed,
        table,
        {at: frozenset(names) for at, names in columns.items()},
    )


def _placed(rows: RowFilter, layout: Layout) -> RowFilter:
    hops = tuple(hop._replace(schema=hop.schema or layout.place) for hop in rows.hops)
    return rows._replace(hops=hops)


def statement(at: Relation, view: ExpectedView, definer: str) -> str:
    """The statement that makes a view, or makes it anew."""
    return create_view(qualified(*at), view.query, view.view, definer, "CREATE OR REPLACE")
