"""Whom exposed data reaches in daily work: the roles that may read it, and the recipients that are sent
it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from amanat.breach.target import Kind, Target
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Recipient, Role, System
from amanat.model.values import FieldId, PurposeId, SystemId
from amanat.policy.readings import Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """A role that may read some of the fields: how many for at least one purpose in the clear, and how many
    only behind a mask."""

    role: Role
    purposes: tuple[PurposeId, ...]
    clear: int
    masked: int


@dataclass(frozen=True, slots=True)
class Receives:
    """A recipient that the data reaches: it runs systems that hold it, or purposes name it. `fields` counts
    the exposed fields that it receives."""

    recipient: Recipient
    runs: tuple[SystemId, ...]
    purposes: tuple[PurposeId, ...]
    fields: int


def readers(
    catalog: Catalog, readings: Mapping[FieldId, tuple[Reading, ...]], fields: Iterable[Field]
) -> Iterator[Reader]:
    """The roles that the policy lets read some of the fields, sorted by id."""
    clear: dict[str, set[FieldId]] = {}
    masked: dict[str, set[FieldId]] = {}
    purposes: dict[str, set[PurposeId]] = {}
    for field in fields:
        for reading in readings.get(field.id, ()):
            if reading.effect != "deny":
                seen = clear if reading.effect == "allow" else masked
                seen.setdefault(reading.role, set()).add(field.id)
                purposes.setdefault(reading.role, set()).add(reading.purpose)
    for role in catalog.roles.values():
        if role.id in purposes:
            open_ones = clear.get(role.id, set())
            hidden = masked.get(role.id, set()) - open_ones
            yield Reader(role, tuple(sorted(purposes[role.id])), len(open_ones), len(hidden))


def receivers(
    catalog: Catalog, fields: Iterable[Field], struck: Iterable[System], target: Target
) -> Iterator[Receives]:
    """The recipients that the fields reach, sorted by id, without the one that is breached itself."""
    fields = list(fields)
    names = {system.id for system in struck}
    for recipient in catalog.recipients.values():
        if target.kind is Kind.RECIPIENT and target.id == recipient.id:
            continue
        runs = tuple(
            one.id for one in catalog.systems.values() if one.recipient == recipient.id and one.id in names
        )
        named = [p for p in catalog.purposes.values() if recipient.id in p.recipients and p.status.held]
        above = {one.id: set(ancestors(one.id)) for one in named}
        sent: dict[PurposeId, None] = {}
        number = 0
        for field in fields:
            its = [one.id for one in named if not above[one.id].isdisjoint(field.purposes)]
            sent.update(dict.fromkeys(its))
            held = any(source.system in runs for source in field.sources.values())
            number += bool(its) or held
        if number or runs:
            yield Receives(recipient, runs, tuple(sorted(sent)), number)
