"""Privileges as a server holds them, and the fewest steps from some to others. No engine's language yet.

A privilege with the right to hand it on is two grants: the privilege, and the option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

PUBLIC = ""
"""The grantee that is everybody."""


class Thing(NamedTuple):
    """What a privilege is on: a table (or view), with `column` a column of it; a sequence, schema, function
    or database. `schema` is "" for what stands in none."""

    kind: str
    schema: str
    name: str
    column: str = ""

    @property
    def whole(self) -> Thing:
        """The table that a column is of, else the thing itself."""
        return self._replace(column="")


class Grant(NamedTuple):
    """A privilege that somebody holds, or with `option` the right to hand it on."""

    thing: Thing
    grantee: str
    privilege: str
    grantor: str
    option: bool = False


class Step(NamedTuple):
    """One kind of GRANT or REVOKE on one thing; `columns` is empty for the whole of it."""

    thing: Thing
    grantee: str
    privilege: str
    grantor: str
    option: bool
    columns: tuple[str, ...]


def taken(live: Set[Grant], goal: Set[Grant]) -> list[Step]:
    """What to revoke. What was handed on goes before what it was handed on from."""
    gone = live - goal
    whole = {grant for grant in gone if not grant.thing.column}
    needed = {
        grant
        for grant in gone
        if not (grant.option and grant._replace(option=False) in gone)
        and not (grant.thing.column and _covers(whole, grant))
    }
    depths = _depths(live)
    return sorted(
        _steps(needed), key=lambda step: (-depths.get((step.thing, step.grantor), 0), not step.option, step)
    )


def given(live: Set[Grant], goal: Set[Grant]) -> list[Step]:
    """What to grant once `taken` is revoked. Revoking from a whole table takes it from each of its columns
    too, so what a column is to keep is granted again."""
    gone = {grant for grant in live - goal if not grant.thing.column}
    kept = {grant for grant in live & goal if grant.thing.column and _covers(gone, grant)}
    missing = (goal - live) | kept
    needed = {
        grant for grant in missing if grant.option or grant._replace(option=True) not in missing
    }  # granting with the option grants both
    depths = _depths(goal)
    return sorted(_steps(needed), key=lambda step: (depths.get((step.thing, step.grantor), 0), step))


def told(grants: Set[Grant]) -> list[Step]:
    """Grants as people are told them: columns together, and what can be handed on once."""
    return _steps(grant for grant in grants if grant.option or grant._replace(option=True) not in grants)


def _covers(whole: Set[Grant], grant: Grant) -> bool:
    """Whether what is revoked from a whole table takes a grant on a column of it along."""
    above = grant._replace(thing=grant.thing.whole, option=False)
    return above in whole or (grant.option and above._replace(option=True) in whole)


def _steps(grants: Iterable[Grant]) -> list[Step]:
    columns: dict[Grant, list[str]] = {}
    for grant in sorted(grants):
        key = grant._replace(thing=grant.thing._replace(column="*" if grant.thing.column else ""))
        columns.setdefault(key, []).append(grant.thing.column)
    return [
        Step(key.thing.whole, *key[1:], tuple(name for name in names if name))
        for key, names in columns.items()
    ]


def _depths(grants: Set[Grant]) -> Mapping[tuple[Thing, str], int]:
    """How many hands a right went through before somebody could hand it on, on each thing. Whoever holds no
    option there is its owner: none."""
    holders: dict[tuple[Thing, str], set[str]] = {}
    for grant in grants:
        if grant.option:
            holders.setdefault((grant.thing.whole, grant.grantee), set()).add(grant.grantor)
    depths: dict[tuple[Thing, str], int] = {}
    for _ in range(len(holders)):
        before = dict(depths)
        for (thing, holder), grantors in holders.items():
            depths[thing, holder] = 1 + min(before.get((thing, grantor), 0) for grantor in grantors)
        if depths == before:
            break
    return depths
