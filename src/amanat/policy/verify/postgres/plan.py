"""The plan: one transaction from what is there to what is declared, and one that leads back exactly.

Both are the same walk between two states, so the way back cannot forget a step of the way there. Each first
looks whether the state is still the one that it starts from, and at last whether it has reached its end;
else it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from amanat.policy.targets.postgres import checks
from amanat.policy.targets.postgres.masks import KEY_TABLE
from amanat.policy.targets.quoting import body, comment, identifier, literal, qualified, texts
from amanat.policy.verify.digest import whole
from amanat.policy.verify.finding import Change
from amanat.policy.verify.postgres import write
from amanat.policy.verify.postgres.expected import Expected
from amanat.policy.verify.postgres.facts import (
    ATTRIBUTES,
    KINDS,
    PRIVILEGES,
    ROOM,
    Default,
    Live,
    Relation,
    Scope,
    digest_query,
    privilege_facts,
)
from amanat.policy.verify.postgres.goal import KEY, Goal, Side, before
from amanat.policy.verify.privileges import Grant, Thing, given, taken


class Planned(NamedTuple):
    """What a plan is made from; `marker` is the comment of the policy's schema."""

    system: str
    database: str
    catalog: str
    scope: Scope
    live: Live
    expected: Expected
    goal: Goal

    @property
    def marker(self) -> str:
        """The comment that says which policy is applied."""
        return checks.marker(self.system, self.catalog)


def is_needed(plan: Planned) -> bool:
    """Whether anything is to be changed."""
    goal, live = plan.goal, plan.live
    return (
        goal.side != before(live)
        or bool(goal.views or goal.altered or goal.dropped or goal.rooms or goal.dropped_rooms or goal.key)
        or live.rooms[ROOM].comment != plan.marker
    )


def make(plan: Planned) -> Change:
    """The plan and its inverse."""
    return Change("\n".join(_there(plan)) + "\n", "\n".join(_back(plan)) + "\n")


def _there(plan: Planned) -> Iterator[str]:
    goal, live = plan.goal, plan.live
    start, end = before(live), goal.side
    views = {(view.schema, view.name) for view in goal.dropped}
    yield from _opening(
        plan,
        f"Brings system {plan.system} from the privileges that amanat found to those of the catalog.",
        "What was there comes back with the undo that was written beside it.",
    )
    yield _expect_state(
        KINDS,
        whole(live.facts, KINDS),
        "has changed since this plan was made",
        "make a new plan",
    )
    left = _without(start.grants, views, goal.dropped_rooms)
    revokes, grants = _changes(left, end.grants, _owner_after(plan))
    yield from revokes
    yield from _roles(start, end, plan.scope.version)
    if goal.dropped:
        yield f"DROP VIEW {', '.join(qualified(view.schema, view.name) for view in goal.dropped)};"
    yield from (f"DROP SCHEMA {identifier(name)};" for name in goal.dropped_rooms)
    if goal.roles:
        yield checks.make_principals(goal.roles)
    for name in goal.rooms:
        yield f"CREATE SCHEMA {identifier(name)} AUTHORIZATION {identifier(plan.expected.keeper)};"
    if ROOM not in live.rooms or live.rooms[ROOM].comment != plan.marker:
        yield f"COMMENT ON SCHEMA {identifier(ROOM)} IS {literal(plan.marker)};"
    if goal.key:
        yield checks.MAKE_KEY
        yield f"ALTER TABLE {KEY_TABLE} OWNER TO {identifier(plan.expected.keeper)};"
    for key in goal.altered:
        yield from write.options(key, live.views[key].options, plan.expected.views[key].options)
    for key in goal.views:
        yield plan.expected.views[key].create
        yield f"ALTER VIEW {qualified(*key)} OWNER TO {identifier(plan.expected.keeper)};"
    yield from _closed(end.defaults, goal.rooms, [*([KEY] if goal.key else []), *goal.views])
    yield from grants
    yield from _closing(plan, end)


def _back(plan: Planned) -> Iterator[str]:
    goal, live = plan.goal, plan.live
    start, end = goal.side, before(live)
    yield from _opening(
        plan, f"Takes back a plan for system {plan.system}: the privileges are again those that amanat found."
    )
    yield _expect_state(
        PRIVILEGES,
        whole(_facts(start), PRIVILEGES),
        "is not as the plan left it",
        "take back by hand what was changed since, or make a new plan",
    )
    left = _without(start.grants, set(goal.views), goal.rooms)
    revokes, grants = _changes(left, end.grants, _owner_before(plan))
    yield from revokes
    if goal.views:
        yield f"DROP VIEW {', '.join(qualified(*key) for key in goal.views)};"
    if goal.key:
        yield f"DROP TABLE {KEY_TABLE};"
    yield from (f"DROP SCHEMA {identifier(name)};" for name in reversed(goal.rooms))
    yield from (f"DROP ROLE {identifier(name)};" for name in goal.roles)
    for name in goal.dropped_rooms:
        yield f"CREATE SCHEMA {identifier(name)} AUTHORIZATION {identifier(live.rooms[name].owner)};"
        if live.rooms[name].comment:
            yield f"COMMENT ON SCHEMA {identifier(name)} IS {literal(live.rooms[name].comment)};"
    if ROOM in live.rooms and live.rooms[ROOM].comment != plan.marker:
        yield f"COMMENT ON SCHEMA {identifier(ROOM)} IS {literal(live.rooms[ROOM].comment)};"
    for key in goal.altered:
        yield from write.options(key, plan.expected.views[key].options, live.views[key].options)
    for view in goal.dropped:
        yield from write.view_again(view)
    yield from _closed(
        start.defaults, goal.dropped_rooms, [(view.schema, view.name) for view in goal.dropped]
    )
    # last: restored default privileges are not for what was just made again
    yield from _roles(start, end, plan.scope.version)
    yield from grants
    yield from _closing(plan, end)


def _opening(plan: Planned, *title: str) -> Iterator[str]:
    yield from map(
        comment,
        (
            *title,
            f"Database {plan.database}, catalog sha256:{plan.catalog}. Made by amanat policy verify --plan.",
            "",
            "Run it with psql -v ON_ERROR_STOP=1 as the owner of the tables, who may create roles, or as a",
            "superuser, which it takes to revoke in others' names. One transaction: all or nothing.",
        ),
    )
    yield from ("BEGIN;", "SET LOCAL search_path = pg_catalog;")
    yield "SELECT pg_advisory_xact_lock(hashtext('amanat policy'));"
    yield "-- The facts that the policy rests on: their digest tells whether this is the state planned for."
    yield f"SELECT set_config('amanat.facts', {body(digest_query(plan.scope))}, true) IS NOT NULL AS facts;"
    yield _do(f"""
  IF current_database() <> {literal(plan.database)} THEN
    RAISE EXCEPTION 'amanat: this is for another database: %', {literal(plan.database)};
  END IF;""")


def _closing(plan: Planned, end: Side) -> Iterator[str]:
    yield _expect_state(
        PRIVILEGES,
        whole(_facts(end), PRIVILEGES),
        "does not come out as planned, so nothing was changed",
        "default privileges or an event trigger may interfere, or the role lacks rights; make a new plan",
    )
    yield "COMMIT;"


def _expect_state(kinds: Sequence[str], wanted: str, complaint: str, hint: str) -> str:
    return f"""DO {
        body(f'''DECLARE
  found text;
BEGIN
  EXECUTE current_setting('amanat.facts') INTO found USING {texts(list(kinds))};
  IF found <> {literal(wanted)} THEN
    RAISE EXCEPTION 'amanat: the database {complaint}' USING HINT = {literal(hint)};
  END IF;
END''')
    };"""


def _do(code: str) -> str:
    return f"DO {body(f'BEGIN{code}{chr(10)}END')};"


def _without(grants: frozenset[Grant], views: set[Relation], rooms: Sequence[str]) -> frozenset[Grant]:
    """Grants without those that go along with what is dropped."""
    return frozenset(
        grant
        for grant in grants
        if (grant.thing.schema, grant.thing.name) not in views
        and not (grant.thing.kind == "schema" and grant.thing.name in rooms)
    )


def _changes(
    live: frozenset[Grant], goal: frozenset[Grant], owner: Callable[[Thing], str]
) -> tuple[list[str], list[str]]:
    """The statements that revoke and those that grant, each said by its grantor. Revoking comes first:
    nobody ever holds both what they had and what they get."""
    return (
        [write.said_by(step.grantor, owner(step.thing), write.revoke(step)) for step in taken(live, goal)],
        [write.said_by(step.grantor, owner(step.thing), write.grant(step)) for step in given(live, goal)],
    )


def _owner_after(plan: Planned) -> Callable[[Thing], str]:
    """Who owns what: views and schemas that the plan makes belong to the policy's keeper."""
    made = set(plan.goal.views)

    def owner(thing: Thing) -> str:
        anew = (thing.schema, thing.name) in made
        return plan.expected.keeper if anew else _owner_before(plan)(thing)

    return owner


def _owner_before(plan: Planned) -> Callable[[Thing], str]:
    return lambda thing: plan.live.owners.get(thing, plan.expected.keeper)


def _closed(
    defaults: frozenset[Default], rooms: Sequence[str], relations: Sequence[Relation]
) -> Iterator[str]:
    """What default privileges open of things that were just made is closed again."""
    for objects, things in (
        ("n", [Thing("schema", "", name) for name in rooms]),
        ("r", [Thing("table", *relation) for relation in relations]),
    ):
        grantees = sorted({write.role_name(each.grantee) for each in defaults if each.objects == objects})
        if grantees:
            yield from (
                f"REVOKE ALL ON {write.on_thing(thing)} FROM {', '.join(grantees)};" for thing in things
            )


def _roles(start: Side, end: Side, version: int) -> Iterator[str]:
    """Memberships, default privileges and attributes from one side to the other."""
    kept = {(each.role, each.member, each.grantor) for each in end.members}
    for each in sorted(start.members - end.members):
        if (each.role, each.member, each.grantor) not in kept:
            yield write.no_member(each, version)
    yield from (write.member(each, version) for each in sorted(end.members - start.members))
    yield from (write.default(each, "REVOKE") for each in sorted(start.defaults - end.defaults))
    yield from (write.default(each, "GRANT") for each in sorted(end.defaults - start.defaults))
    had = {role.name: set(role.attributes) for role in start.roles}
    for role in sorted(end.roles):
        if role.name in had and had[role.name] != set(role.attributes):
            words = (
                word if word in role.attributes else f"NO{word}"
                for word in ATTRIBUTES
                if (word in role.attributes) != (word in had[role.name])
            )
            yield f"ALTER ROLE {identifier(role.name)} {' '.join(words)};"


def _facts(side: Side) -> set[tuple[str, ...]]:
    return privilege_facts(side.grants, side.members, side.defaults, side.roles)
