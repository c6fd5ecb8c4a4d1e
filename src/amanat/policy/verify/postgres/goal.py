"""Where a plan leads: the privileges, roles and views that a database has once it is as declared.

It is authoritative for the declared tables, for the principals and for the policy's own schemas. What others
hold elsewhere stays, and so does what cannot be taken back exactly: no role and no key is ever dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from amanat.policy.verify.postgres.expected import Expected
from amanat.policy.verify.postgres.facts import ROOM, Default, Live, LiveView, Member, Relation, Role
from amanat.policy.verify.privileges import PUBLIC, Grant

KEY = (ROOM, "mask_key")
"""The table with the key of the hashes."""


class Side(NamedTuple):
    """Who may do what, before a plan or after it."""

    grants: frozenset[Grant]
    members: frozenset[Member]
    defaults: frozenset[Default]
    roles: frozenset[Role]


class Difference(NamedTuple):
    """In what a view is not as declared; `rebuild` is whether more than its options has to change."""

    message: str
    rebuild: bool


class Goal(NamedTuple):
    """The state to reach, and what is made and dropped on the way."""

    side: Side
    views: tuple[Relation, ...]
    """Views to make: missing ones and, after dropping them, changed ones."""
    altered: tuple[Relation, ...]
    """Views whose options alone are to be changed."""
    dropped: tuple[LiveView, ...]
    rooms: tuple[str, ...]
    """Schemas to make."""
    dropped_rooms: tuple[str, ...]
    roles: tuple[str, ...]
    """Roles to make."""
    key: bool
    """Whether to make the key of the hashes."""
    blocked: frozenset[Relation]
    """Names of views where something else stands that no plan removes."""


def before(live: Live) -> Side:
    """Who may do what now."""
    return Side(live.grants, live.members, live.defaults, frozenset(live.roles.values()))


def goal_of(
    live: Live,
    expected: Expected,
    changed: Mapping[Relation, Difference],
    excepted: Set[str],
    version: int,
) -> Goal:
    """The goal; `changed` names the views that are not as declared, `excepted` the roles to leave alone."""
    principals = {*live.roles, *expected.principals}
    blocked = frozenset(key for key in expected.views if key in live.views and live.views[key].kind != "v")
    dropped = tuple(
        sorted(
            (
                view
                for key, view in live.views.items()
                if view.kind == "v"
                and view.schema != ROOM
                and (key not in expected.views or (key in changed and changed[key].rebuild))
            ),
            key=lambda view: view.age,
        )
    )
    gone = {(view.schema, view.name) for view in dropped}
    made = tuple(
        sorted(key for key in expected.views if key not in blocked and (key not in live.views or key in gone))
    )
    rooms = {name for name in live.rooms if name != ROOM and name not in expected.rooms}
    kept = {view.schema for key, view in live.views.items() if key not in gone}
    dropped_rooms = tuple(sorted(name for name in rooms - kept if live.rooms[name].others == 0))
    grants = {
        grant
        for grant in live.grants
        if not _is_dropped(grant, gone, dropped_rooms)
        and (grant in expected.grants or grant.grantee in excepted or _is_reader(grant, principals))
    } | {grant for grant in expected.grants if (grant.thing.schema, grant.thing.name) not in blocked}
    names = set(expected.principals)
    return Goal(
        Side(
            frozenset(grants),
            frozenset(
                _member(each, principals, excepted, version)
                for each in live.members
                if each.member not in principals
            ),
            frozenset(each for each in live.defaults if each.grantee not in principals | {PUBLIC}),
            frozenset(
                {role._replace(attributes=()) if role.name in names else role for role in live.roles.values()}
                | {Role(name, (), True) for name in names - live.roles.keys()}
            ),
        ),
        made,
        tuple(sorted(key for key, difference in changed.items() if not difference.rebuild)),
        dropped,
        tuple(name for name in expected.rooms if name not in live.rooms),
        dropped_rooms,
        tuple(sorted(names - live.roles.keys())),
        expected.key and KEY not in live.views,
        blocked,
    )


def _is_dropped(grant: Grant, views: Set[Relation], rooms: tuple[str, ...]) -> bool:
    thing = grant.thing
    return (thing.schema, thing.name) in views or (thing.kind == "schema" and thing.name in rooms)


def _is_reader(grant: Grant, principals: Set[str]) -> bool:
    """Whether the grant only lets somebody see the names in the policy's own schema, as verify needs it."""
    usage = grant.thing.kind == "schema" and grant.thing.name == ROOM and grant.privilege == "USAGE"
    return usage and grant.grantee not in principals and grant.grantee != PUBLIC


def _member(each: Member, principals: Set[str], excepted: Set[str], version: int) -> Member:
    """A membership in a principal as it should be: to switch to, not to have its rights all the time. Before
    version 16 that is an attribute of the member, which is outside what a plan changes."""
    if each.role in principals and each.inherit and version >= 160000 and each.member not in excepted:
        return each._replace(inherit=False, set=True)
    return each
