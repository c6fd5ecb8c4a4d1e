"""Which roles read a field unmasked, and how many of them its class allows (ISO/IEC 27001:2022, A.8.11); and
which fields no role reads for a purpose that may use them (GDPR Art. 5(1)(c))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from amanat.model.catalog import Catalog
from amanat.model.resources import Classification
from amanat.model.values import Action, FieldId, PurposeId, RoleId
from amanat.policy.matrix import Matrix, matrix_of
from amanat.policy.request import Effect

MOST = 3
"""How many roles the most sensitive class allows where it does not say so itself."""


class Readers(NamedTuple):
    """A field, and the roles that read it unmasked, sorted, each with the first purpose for which it does."""

    field: FieldId
    roles: dict[RoleId, PurposeId]


def roles_allowed(catalog: Catalog, classification: Classification) -> int | None:
    """How many roles may read a field of a class unmasked; None where there is no limit, or what is said
    cannot be read. Only the most sensitive of several classes has a limit that nobody stated."""
    if classification.roles_max is not None or "roles_max" in classification.broken:
        return classification.roles_max
    others = len(catalog.classifications) - 1
    return MOST if others and classification.rank == others else None


def widely_read(catalog: Catalog, as_of: date | None) -> Iterator[Readers]:
    """The fields that more roles read unmasked than their class allows, sorted by id. Reading is every action
    that shows values (read, export, share), for whatever purpose the policy grants it."""
    limits = {name: roles_allowed(catalog, one) for name, one in catalog.classifications.items()}
    limited = {name: most for name, most in limits.items() if most is not None}
    watched = {
        field.id: limited[field.classification]
        for field in catalog.fields.values()
        if field.classification in limited
    }
    if not watched:
        return
    table = matrix_of(catalog, as_of, tuple(sorted(watched)))
    readers: list[dict[RoleId, PurposeId]] = [{} for _ in table.fields]
    for role in sorted(catalog.roles):
        for purpose in sorted(catalog.purposes):
            for action in catalog.purposes[purpose].roles.get(role, ()):
                if action.reading:
                    for at in _plain(table, role, purpose, action):
                        readers[at].setdefault(role, purpose)
    for name, roles in zip(table.fields, readers, strict=True):
        if len(roles) > watched[name]:
            yield Readers(name, roles)


def _plain(table: Matrix, role: RoleId, purpose: PurposeId, action: Action) -> Iterator[int]:
    """The positions of the fields that a pair gets unmasked by an action."""
    numbers, examples = table.kinds(role, purpose, action)
    plain = {
        number
        for number in range(len(examples))
        if table.answer(role, purpose, action, number).effect is Effect.ALLOW
    }
    if plain:
        yield from (at for at, number in enumerate(numbers) if number in plain)


def unseen(table: Matrix, purposes: Iterable[PurposeId]) -> Iterator[tuple[PurposeId, tuple[FieldId, ...]]]:
    """For each of these purposes the fields that list it or one above it, and of which no role gets
    anything, not even masked, by an action that shows values; sorted, empty where there are none."""
    for purpose in purposes:
        ways = [
            (role, action)
            for role, actions in sorted(table.catalog.purposes[purpose].roles.items())
            for action in sorted(actions)
            if action.reading and role in table.catalog.roles
        ]
        listed = sorted(table.listing(purpose))
        if ways and listed:
            numbers = table.kinds(ways[0][0], purpose, ways[0][1]).numbers
            seen = {
                number
                for number in {numbers[at] for at in listed}
                if any(_shows(table, role, purpose, action, number) for role, action in ways)
            }
            listed = [at for at in listed if numbers[at] not in seen]
        yield purpose, tuple(table.fields[at] for at in listed)


def _shows(table: Matrix, role: RoleId, purpose: PurposeId, action: Action, number: int) -> bool:
    return table.answer(role, purpose, action, number).effect is not Effect.DENY
