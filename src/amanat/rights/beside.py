"""What has to be told beside the copy (GDPR Art. 15(1) and (2)): purposes with the rights that hold for each,
recipients, how long, where the data comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from amanat.inventory.ropa.slots import rights
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose, Recipient, Retention, RetentionRule, Transfer
from amanat.model.values import SystemId
from amanat.retention.governed import fields_by_policy


class Told(NamedTuple):
    """A purpose, its fields, and the articles with the rights that hold under its bases."""

    purpose: Purpose
    fields: tuple[Field, ...]
    articles: tuple[str, ...]


class Sent(NamedTuple):
    """A recipient: the systems that it runs, the purposes that name it, the fields that it receives, and the
    declared transfers to it."""

    recipient: Recipient
    runs: tuple[SystemId, ...]
    purposes: tuple[str, ...]
    fields: tuple[Field, ...]
    transfers: tuple[Transfer, ...]


class Kept(NamedTuple):
    """A rule of a retention policy (`where` `*`: everywhere that has none of its own) and its fields."""

    policy: Retention
    where: str
    rule: RetentionRule
    fields: tuple[Field, ...]


def purposes(catalog: Catalog, fields: Iterable[Field]) -> Iterator[Told]:
    """The purposes in use of the fields, by id."""
    served: dict[str, list[Field]] = {}
    for one in fields:
        for name in one.purposes:
            served.setdefault(name, []).append(one)
    known = rights()
    for purpose in catalog.purposes.values():
        its = [field for name in ancestors(purpose.id) for field in served.get(name, ())]
        if its and purpose.status.held:
            articles = {one for basis in purpose.basis.values() for one in known.get(basis, ())}
            ordered = sorted(articles, key=lambda one: (int(one.split("(")[0]), one))
            yield Told(purpose, tuple({one.id: one for one in its}.values()), tuple(ordered))


def recipients(catalog: Catalog, fields: Iterable[Field], systems: Iterable[SystemId]) -> Iterator[Sent]:
    """Who receives the fields, by id: recipients that purposes name, and those that run the systems."""
    fields, held = list(fields), set(systems)
    above = {one.id: set(ancestors(one.id)) for one in catalog.purposes.values()}
    for recipient in catalog.recipients.values():
        runs = tuple(
            one.id for one in catalog.systems.values() if one.recipient == recipient.id and one.id in held
        )
        named = [p for p in catalog.purposes.values() if recipient.id in p.recipients and p.status.held]
        its: dict[str, Field] = {}
        used: dict[str, None] = {}
        for one in fields:
            serving = [p.id for p in named if not above[p.id].isdisjoint(one.purposes)]
            used.update(dict.fromkeys(serving))
            if serving or any(source.system in runs for source in one.sources.values()):
                its[one.id] = one
        if its or runs:
            transfers = tuple(
                t for t in catalog.transfers.values() if t.recipient == recipient.id or t.system in runs
            )
            yield Sent(recipient, runs, tuple(sorted(used)), tuple(its.values()), transfers)


def kept(catalog: Catalog, fields: Iterable[Field]) -> Iterator[Kept]:
    """The rules by which the fields are kept, by policy and jurisdiction."""
    by_policy = fields_by_policy(catalog, fields)
    for policy in catalog.retention.values():
        its = by_policy.get(policy.id, ())
        rules = {"*": policy.rule, **dict(sorted(policy.where.items()))} if its else {}
        yield from (Kept(policy, where, rule, its) for where, rule in rules.items())
