"""All that was read of a server, and how findings write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from amanat.policy.targets.mariadb.quoting import identifier
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.verify.mariadb import write
from amanat.policy.verify.mariadb.expected import Expected, Layout
from amanat.policy.verify.mariadb.facts import Live, Relation
from amanat.policy.verify.mariadb.goal import Goal
from amanat.policy.verify.mariadb.read import Standing
from amanat.policy.verify.privileges import Thing
from amanat.policy.verify.side_doors import Door


class Seen(NamedTuple):
    """All that was read and what it should be. `changed` says of each view that is there and not as declared,
    in what; `looking` is the account that verify looks as, `excepted` those to leave alone."""

    layout: Layout
    live: Live
    expected: Expected
    goal: Goal
    standing: Standing
    doors: Collection[Door]
    changed: Mapping[Relation, str]
    looking: str
    excepted: frozenset[str]


def name_of(*parts: str) -> str:
    """Names as the engine writes them; one that it cannot write, escaped."""
    try:
        return ".".join(identifier(part) for part in parts if part)
    except UnquotableError:
        return ".".join(repr(part) for part in parts if part)


def who(name: str) -> str:
    """A grantee."""
    try:
        return write.grantee(name)
    except UnquotableError:
        return repr(name)


def account(definer: str) -> str:
    """A definer."""
    try:
        return write.account(definer)
    except UnquotableError:
        return repr(definer)


def grantee_of(definer: str) -> str:
    """A definer as a grantee."""
    user, _, host = definer.rpartition("@")
    return f"'{user}'@'{host}'" if user or host else definer


def thing_name(thing: Thing) -> str:
    """What a privilege is on, with its kind where that is not a table."""
    if thing.kind == "database":
        return f"database {name_of(thing.name)}"
    return f"{'' if thing.kind == 'table' else f'{thing.kind} '}{name_of(thing.schema, thing.name)}"


def excepted(asked: Collection[str], standing: Standing) -> frozenset[str]:
    """The accounts and roles that are meant: `app` is the user on any host, `app@%` the one."""
    found = set()
    for name in standing.accounts:
        user, host = write.parts_of(name)
        if user in asked or f"{user}@{host}" in asked:
            found.add(name)
    return frozenset(found)
