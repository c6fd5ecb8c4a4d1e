"""What a policy rests on in a PostgreSQL, as one query whose rows are facts.

The same query is read by `verify` and
stands in the plan, which so knows whether the database is still as it was when the plan was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from amanat.policy.targets.postgres.checks import PRINCIPAL_MARK
from amanat.policy.targets.quoting import literal, texts
from amanat.policy.verify.digest import Fact
from amanat.policy.verify.privileges import Grant, Thing

PRIVILEGES = ("default", "grant", "member", "role")
"""Kinds of fact that say who may do what. What a plan leaves of them is known beforehand."""

KINDS = (*PRIVILEGES, "owner", "right", "room", "sequence", "table", "view")
"""Kinds of fact that a plan rests on: all but `age`, which only says in which order views were made."""

Relation = tuple[str, str]
"""Schema and name of a table or view."""

ROOM = "amanat"
"""The schema that holds the key of the hashes and says which policy is applied."""


class Scope(NamedTuple):
    """What to look at: the declared tables (schema, name) and the names of the principals. `version` is the
    server's, as a number."""

    tables: Sequence[Relation]
    principals: Sequence[str]
    version: int


def facts_query(scope: Scope) -> str:
    """The query: one column, of texts."""
    schemas = texts([schema for schema, _ in scope.tables])
    names = texts([name for _, name in scope.tables])
    options = (
        ("m.inherit_option", "m.set_option")
        if scope.version >= 160000
        else ("(SELECT rolinherit FROM pg_roles WHERE oid = m.member)", "true")
    )
    return _query().format(
        schemas=schemas,
        names=names,
        principals=texts(list(scope.principals)),
        mark=literal(PRINCIPAL_MARK),
        room=literal(ROOM),
        inherit=options[0],
        set=options[1],
    )


def digest_query(scope: Scope) -> str:
    """A query for the digest of the facts whose kinds are in its parameter, an array of texts."""
    return (
        "SELECT encode(sha256(convert_to(coalesce(string_agg(line, chr(10) ORDER BY line COLLATE \"C\"), ''),"
        " 'UTF8')), 'hex')\n"
        f"FROM (SELECT DISTINCT array_to_string(fact, chr(31)) AS line FROM (\n{facts_query(scope)}\n)"
        " AS facts (fact) WHERE fact[1] = ANY ($1)) AS lines"
    )


class Member(NamedTuple):
    """That a role may act as another, with the options that matter."""

    role: str
    member: str
    grantor: str
    admin: bool
    inherit: bool
    set: bool


class Default(NamedTuple):
    """What is granted on what a role will create; `schema` is "" for everywhere."""

    owner: str
    schema: str
    objects: str
    grantee: str
    privilege: str
    option: bool


class Role(NamedTuple):
    """A principal as it is: the attributes that it has, of `ATTRIBUTES`; and whether a policy made it."""

    name: str
    attributes: tuple[str, ...]
    marked: bool


ATTRIBUTES = ("SUPERUSER", "INHERIT", "LOGIN", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
"""What a principal is not."""


class LiveView(NamedTuple):
    """A relation in a schema of the policy. `extras` are the statements that make its further rules and its
    triggers; `age` sorts older ones first."""

    schema: str
    name: str
    kind: str
    owner: str
    options: tuple[str, ...]
    definition: str
    extras: str
    comment: str
    age: int


class LiveTable(NamedTuple):
    """A declared table, or with `of` a part of one."""

    schema: str
    name: str
    kind: str
    owner: str
    row_security: bool
    of: str


class Room(NamedTuple):
    """A schema of the policy: its owner, its comment, and how many things stand in it that are no tables or
    views."""

    owner: str
    comment: str
    others: int


class Live(NamedTuple):
    """The facts, by kind."""

    facts: frozenset[Fact]
    tables: Mapping[Relation, LiveTable]
    owners: Mapping[Thing, str]
    """Who owns what grants are on."""
    sequences: Mapping[Relation, tuple[Thing, ...]]
    """The sequences that number the rows of a declared table."""
    grants: frozenset[Grant]
    members: frozenset[Member]
    defaults: frozenset[Default]
    roles: Mapping[str, Role]
    views: Mapping[Relation, LiveView]
    rooms: Mapping[str, Room]
    """Schemas of the policy."""
    rights: tuple[tuple[str, str, str], ...]
    """Rights of principals that no plan deals with: principal, what it is, on what."""


def read_facts(rows: Iterable[Sequence[str]]) -> Live:
    """The facts that a database gave."""
    facts = frozenset(tuple(row) for row in rows)
    by_kind: dict[str, list[Fact]] = {}
    for kind, *rest in sorted(facts):
        by_kind.setdefault(kind, []).append(tuple(rest))
    sequences: dict[Relation, list[Thing]] = {}
    for schema, table, own_schema, own_name in by_kind.get("sequence", ()):
        sequences.setdefault((schema, table), []).append(Thing("sequence", own_schema, own_name))
    ages = {(schema, name): int(age) for schema, name, age in by_kind.get("age", ())}
    views = [_view(fact, ages) for fact in by_kind.get("view", ())]
    return Live(
        facts,
        {
            (schema, name): LiveTable(schema, name, kind, owner, secured == "true", of)
            for schema, name, kind, owner, secured, of in by_kind.get("table", ())
        },
        {Thing(kind, schema, name): owner for kind, schema, name, owner in by_kind.get("owner", ())},
        {table: tuple(found) for table, found in sequences.items()},
        frozenset(grant for fact in by_kind.get("grant", ()) for grant in _grants(fact)),
        frozenset(
            Member(role, member, grantor, admin == "true", inherit == "true", switch == "true")
            for role, member, grantor, admin, inherit, switch in by_kind.get("member", ())
        ),
        frozenset(
            Default(owner, schema, objects, grantee, privilege, option == "true")
            for owner, schema, objects, grantee, privilege, option in by_kind.get("default", ())
        ),
        {
            name: Role(name, tuple(attributes.split()), marked == "true")
            for name, attributes, marked in by_kind.get("role", ())
        },
        {(view.schema, view.name): view for view in views},
        {name: Room(owner, comment, int(others)) for name, owner, comment, others in by_kind.get("room", ())},
        tuple((name, kind, what) for name, kind, what in by_kind.get("right", ())),
    )


def _view(fact: Fact, ages: Mapping[Relation, int]) -> LiveView:
    schema, name, kind, owner, options, definition, extras, comment = fact
    parts = tuple(options.split("\x1e")) if options else ()
    age = ages.get((schema, name), 0)
    return LiveView(schema, name, kind, owner, parts, definition, extras, comment, age)


def _grants(fact: Sequence[str]) -> list[Grant]:
    kind, schema, name, grantee, privilege, grantor, option, *columns = fact
    options = (False, True) if option == "true" else (False,)
    return [
        Grant(Thing(kind, schema, name, column), grantee, privilege, grantor, handed_on)
        for column in columns
        for handed_on in options
    ]


def privilege_facts(
    grants: Iterable[Grant], members: Iterable[Member], defaults: Iterable[Default], roles: Iterable[Role]
) -> set[Fact]:
    """The facts of the kinds `PRIVILEGES` that these are."""
    held = set(grants)
    options = {grant._replace(option=False) for grant in held if grant.option}
    columns: dict[Fact, list[str]] = {}
    for grant in held:
        if not grant.option:
            (kind, schema, name, column), grantee, privilege, grantor, _ = grant
            key = ("grant", kind, schema, name, grantee, privilege, grantor, _text(grant in options))
            columns.setdefault(key, []).append(column)
    found: set[Fact] = {(*key, *sorted(names)) for key, names in columns.items()}
    found |= {("member", *each[:3], *map(_text, each[3:])) for each in members}
    found |= {("default", *each[:5], _text(each.option)) for each in defaults}
    found |= {("role", each.name, " ".join(each.attributes), _text(each.marked)) for each in roles}
    return found


def _text(value: object) -> str:
    return "true" if value else "false"


@cache
def _query() -> str:
    return resources.files(__package__).joinpath("facts.sql").read_text(encoding="utf-8").strip()
