"""Who has to be called, and in which order: those who can stop it, those who answer for it, those who are
concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from amanat.breach.lineage import Downstream
from amanat.breach.reached import Receives
from amanat.breach.target import Kind, Target
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Recipient, System, Team
from amanat.text import Place


class Why(StrEnum):
    """Why somebody is called, in the order of the calls."""

    BREACHED = "breached"
    ADMIN = "admin"
    OWNER = "owner"
    RUNS = "runs"
    DPO = "dpo"
    CONTROLLER = "controller"
    FIELDS = "fields"
    DOWNSTREAM = "downstream"
    SENT = "sent"


class Call(NamedTuple):
    """Somebody to call: an entry (a team, a recipient) or a name of the catalog's root, and how to reach it;
    None: nobody said. `about` are the systems it is about; `number` counts fields."""

    why: Why
    who: Team | Recipient | str
    contact: str | None
    about: tuple[str, ...]
    number: int
    place: Place


def calls(
    catalog: Catalog,
    target: Target,
    struck: Iterable[System],
    fields: Iterable[Field],
    received: Iterable[Receives],
    beyond: Iterable[Downstream],
) -> tuple[Call, ...]:
    """Everybody to call, those first who can stop it. One who is called for several reasons is called for the
    first."""
    called: set[object] = set()
    made = []
    for call in _all(catalog, target, list(struck), list(fields), list(received), list(beyond)):
        who = call.who if isinstance(call.who, str) else (type(call.who).__name__, call.who.id)
        if who not in called:
            called.add(who)
            made.append(call)
    return tuple(made)


def _all(
    catalog: Catalog,
    target: Target,
    struck: list[System],
    fields: list[Field],
    received: list[Receives],
    beyond: list[Downstream],
) -> Iterator[Call]:
    if isinstance(target.entry, Recipient):
        its = target.entry
        yield Call(Why.BREACHED, its, its.contact, (), len(fields), its.place.at("contact"))
    for system in struck:
        if system.admin:
            yield Call(Why.ADMIN, system.admin, system.admin, (system.id,), 0, system.place.at("admin"))
    yield from _owners(catalog, Why.OWNER, struck)
    if target.kind is Kind.FIELD:
        yield from _of_fields(catalog, fields)
    for one in received:
        if one.runs:
            yield Call(
                Why.RUNS, one.recipient, one.recipient.contact, one.runs, one.fields,
                one.recipient.place.at("contact"),
            )  # fmt: skip
    if catalog.dpo:
        place = catalog.place.at("dpo")
        yield Call(Why.DPO, catalog.dpo.name, catalog.dpo.contact, (), 0, place)
    if catalog.controller:
        place = catalog.place.at("controller")
        yield Call(Why.CONTROLLER, catalog.controller.name, catalog.controller.contact, (), 0, place)
    yield from _of_fields(catalog, fields)
    yield from _owners(catalog, Why.DOWNSTREAM, [one.system for one in beyond])
    for one in received:
        if not one.runs:
            yield Call(
                Why.SENT,
                one.recipient,
                one.recipient.contact,
                (),
                one.fields,
                one.recipient.place.at("contact"),
            )


def _owners(catalog: Catalog, why: Why, systems: list[System]) -> Iterator[Call]:
    """The teams that own systems, with all their systems."""
    owned: dict[str, list[str]] = {}
    for system in systems:
        if system.owner is not None:
            owned.setdefault(system.owner, []).append(system.id)
    for name, about in owned.items():
        team = catalog.teams.get(name)  # type: ignore[call-overload]
        if team is not None:
            yield Call(why, team, team.contact, tuple(about), 0, team.place.at("contact"))


def _of_fields(catalog: Catalog, fields: list[Field]) -> Iterator[Call]:
    owned: dict[str, int] = {}
    for field in fields:
        if field.owner is not None:
            owned[field.owner] = owned.get(field.owner, 0) + 1
    for name, number in sorted(owned.items(), key=lambda item: (-item[1], item[0])):
        team = catalog.teams.get(name)  # type: ignore[call-overload]
        if team is not None:
            yield Call(Why.FIELDS, team, team.contact, (), number, team.place.at("contact"))
