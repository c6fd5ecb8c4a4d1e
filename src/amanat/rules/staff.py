"""Rules about the people who work with the data: SE104 and SE105, and what a role's training stands at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from amanat.conflicts.durations import after
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.catalog import Catalog
from amanat.model.resources import Role


class Trained(StrEnum):
    """What the training of a role stands at. Of one that is `done` nobody can say whether it is due again
    without a day to judge by."""

    NOBODY = "nobody"
    MISSING = "missing"
    NEVER = "never"
    NO_PERIOD = "no_period"
    DONE = "done"
    DUE = "due"
    LAPSED = "lapsed"


class Training(NamedTuple):
    """How a role's training stands, and the last day on which it holds (None: there is none, or nobody can
    know)."""

    stands: Trained
    until: date | None


SOON = "P30D"
"""How long before its end training is due."""


def training_of(role: Role, as_of: date | None) -> Training:
    """How a role's training stands on a day (None: unknown). A role without people needs none."""
    if role.people == 0:
        return Training(Trained.NOBODY, None)
    training = role.training
    if training is None:
        return Training(Trained.MISSING, None)
    last = _day(training.last)
    if last is None:
        return Training(Trained.NEVER, None)
    until = after(last, training.every) if training.every else None
    if until is None:
        return Training(Trained.NO_PERIOD, None)
    if as_of is None:
        return Training(Trained.DONE, until)
    if until < as_of:
        return Training(Trained.LAPSED, until)
    soon = after(as_of, SOON)
    return Training(Trained.DUE if soon is not None and until <= soon else Trained.DONE, until)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def working_roles(catalog: Catalog) -> frozenset[str]:
    """The roles that a live or retiring purpose lets do something."""
    return frozenset(
        role
        for purpose in catalog.purposes.values()
        if purpose.status.held
        for role, actions in purpose.roles.items()
        if actions
    )


_SAID = {
    Trained.MISSING: ("has no training", "say in `training` which course the role needs and how often"),
    Trained.NEVER: (
        "has not had its training yet",
        "train the people, then write `training.last`",
    ),
    Trained.NO_PERIOD: ("has training that never has to be repeated", "say in `training.every` how often"),
    Trained.LAPSED: ("has training that lapsed", "train the people, then write `training.last`"),
}


def _training_due(ctx: Context) -> Iterator[Finding]:
    working = working_roles(ctx.catalog)
    for role in ctx.catalog.roles.values():
        if role.id not in working or "training" in role.broken or "people" in role.broken:
            continue
        found = training_of(role, ctx.as_of)
        if found.stands in _SAID:
            words, mend = _SAID[found.stands]
            when = f" on {found.until}" if found.stands is Trained.LAPSED else ""
            place = role.place if role.training is None else role.place.at("training")
            yield Finding(
                "SE104",
                f"`{role.id}` {words}{when}",
                place,
                role.id,
                fix=Fix(mend),
                data={
                    "stands": found.stands.value,
                    "until": found.until.isoformat() if found.until else None,
                },
            )


def _too_many_users(ctx: Context) -> Iterator[Finding]:
    for system in ctx.catalog.systems.values():
        if not system.status.held or {"users", "users_max"} & system.broken:
            continue
        if system.users is None:
            yield Finding(
                "SE105",
                f"nobody said how many people have access to `{system.id}`",
                system.place,
                system.id,
                fix=Fix(
                    "count the accounts and write the number in `users`, the most there may be in `users_max`"
                ),
            )
        elif system.users_max is not None and system.users > system.users_max:
            yield Finding(
                "SE105",
                f"{system.users} people have access to `{system.id}`, {system.users - system.users_max} more "
                f"than the {system.users_max} allowed",
                system.place.at("users"),
                system.id,
                fix=Fix("take access away, or raise `users_max` and have it approved"),
                data={"users": system.users, "users_max": system.users_max},
            )


_CLERK = """\
roles:
  clerk:
    label: Clerk
    clearance: confidential
    people: 4
    training: {course: Orders, every: P1Y, last: 2026-01-10}
purposes:
  packing:
    label: Packing
    reason: To put what was ordered into a parcel
    basis: contract
    benefit: The right things arrive
    roles: {clerk: [read]}
fields:
  customer.parcel:
    label: Parcel
    definition: What is put into the customer's parcel
    category: purchase
    owner: sales
    subject: customer
    retention: account
    purposes: [packing]
    sources: {shop.customers.parcel: }
"""
_SURVEYS = """\
systems:
  surveys:
    label: Surveys
    kind: survey
    owner: sales
    country: DE
    customer_id: surveys.answers.customer_no
    users: 9
    users_max: 10
    security: [encryption_at_rest]
    erase: {method: delete, backups: P30D}
fields:
  customer.answer:
    label: Answer
    definition: What the customer answered to the yearly survey
    category: feedback
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    caveats: Only one customer in ten answers
    mask: redact
    sources: {surveys.answers.text: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="SE104",
        name="training-due",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a role whose training is missing or lapsed",
        rationale=(
            "Whoever works with customer data has to know what it means and what it may be used for. What "
            "was learned once is forgotten, and data changes. A role that no purpose names, and one of "
            "programs (`people: 0`), need no training."
        ),
        source="ISO/IEC 27001:2022 A.6.3; GDPR Art. 39(1)(b)",
        help="train the role, and write course, period and day in its `training`",
        example=Example(
            bad=_CLERK.replace("2026-01-10", "2025-01-10"), good=_CLERK, at=(6, 5), as_of="2026-06-30"
        ),
        check=_training_due,
    ),
    Rule(
        code="SE105",
        name="too-many-users",
        severity=Severity.WARNING,
        since="0.1",
        summary="does not know a system's users, or has more than allowed",
        rationale=(
            "Each account is a way to the data, and one that nobody needs is watched by nobody. A number "
            "that nobody knows cannot be kept small."
        ),
        source="GDPR Art. 25(2), 32(4); ISO/IEC 27001:2022 A.5.18",
        help="count the accounts, write `users` and `users_max`, and take access away where it is not needed",
        example=Example(bad=_SURVEYS.replace("users: 9", "users: 11"), good=_SURVEYS, at=(8, 12)),
        check=_too_many_users,
    ),
)
