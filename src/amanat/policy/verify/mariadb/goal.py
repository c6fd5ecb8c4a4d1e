"""Where a plan leads: the privileges, roles and views that a server has once it is as declared.

It is authoritative for the declared tables, for the principals and for the databases of the policy's views.
What others hold elsewhere stays, and so does what reaches further than the policy: grants on whole databases
and on everything are told, with the statement that revokes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from amanat.policy.targets.mariadb.checks import BOOK
from amanat.policy.verify.mariadb.expected import Expected, Layout, role_of
from amanat.policy.verify.mariadb.facts import Live, Member, Relation
from amanat.policy.verify.privileges import PUBLIC, Grant


class Side(NamedTuple):
    """Who may do what, before a plan or after it."""

    grants: frozenset[Grant]
    members: frozenset[Member]
    roles: Mapping[str, tuple[str, str]]


class Goal(NamedTuple):
    """The state to reach, and what is made and dropped on the way."""

    side: Side
    views: tuple[Relation, ...]
    """Views to make, or to make anew."""
    dropped: tuple[Relation, ...]
    rooms: tuple[str, ...]
    """Databases to make."""
    dropped_rooms: tuple[str, ...]
    roles: tuple[str, ...]
    key: bool
    """Whether to make the key of the hashes."""
    blocked: frozenset[Relation]
    """Names of views where something else stands that no plan removes."""


def before(live: Live) -> Side:
    """Who may do what now."""
    return Side(live.grants, live.members, live.roles)


def goal_of(
    live: Live, expected: Expected, layout: Layout, changed: Set[Relation], excepted: Set[str]
) -> Goal:
    """The goal; `changed` are the views that are not as declared, `excepted` the grantees to leave alone."""
    broken = live.broken
    things = {(database, name): kind for kind, database, name in live.things}
    blocked = frozenset(at for at in expected.views if at in things and at not in live.views)
    made = tuple(
        sorted(
            at
            for at in expected.views
            if at not in blocked and (at not in live.views or at in changed - broken)
        )
    )
    dropped = tuple(sorted(at for at in live.views if at not in expected.views and at not in broken))
    gone = {(kind, *at) for at in dropped for kind in ("VIEW",)}
    kept = {database for kind, database, name in live.things if (kind, database, name) not in gone}
    dropped_rooms = tuple(
        sorted(name for name in live.rooms if name not in expected.rooms and name not in kept)
    )
    grants = {
        grant
        for grant in live.grants
        if grant in expected.grants
        or grant.grantee in excepted
        or is_reader(grant, expected)
        or not reachable(grant, live, expected, layout)
    } | {grant for grant in expected.grants if grant.thing[1:3] not in blocked}
    names = set(expected.principals)
    return Goal(
        Side(
            frozenset(grants),
            frozenset(
                each for each in live.members if role_of(each.member) in excepted and each.member not in names
            ),
            {**dict.fromkeys(names - live.roles.keys(), ("1", "0")), **live.roles},
        ),
        made,
        dropped,
        tuple(name for name in expected.rooms if name not in live.rooms),
        dropped_rooms,
        tuple(sorted(names - live.roles.keys())),
        expected.key and ("BASE TABLE", *layout.key) not in live.things,
        blocked,
    )


def is_reader(grant: Grant, expected: Expected) -> bool:
    """Whether the grant only lets somebody see which policies are applied, as verify needs it."""
    book = grant.thing.schema == BOOK and grant.thing.name in ("policy", "principal")
    others = grant.grantee not in (PUBLIC, *map(role_of, expected.principals))
    return book and grant.privilege == "SELECT" and others


def reachable(grant: Grant, live: Live, expected: Expected, layout: Layout) -> bool:
    """Whether a plan can revoke a grant and an inverse give it again: what it is on has to be there. A grant
    outlives what it is on, and no statement gives it again then."""
    thing = grant.thing
    if thing.kind != "table":
        return True
    at = (thing.schema, thing.name)
    if at in live.broken or (grant.grantee, at) in expected.waiting:
        return False
    if at in live.columns:
        return not thing.column or thing.column in live.columns[at]
    if at in expected.views:
        shown = expected.views[at].view.columns
        return not thing.column or thing.column in {each.column.name for each in shown}
    return (
        not thing.column and thing.schema == BOOK and (at != layout.key or ("BASE TABLE", *at) in live.things)
    )
