"""Rules about who answers for what: OW."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.field import Field
from amanat.model.values import Status
from amanat.rules.usage import may_inherit
from amanat.rules.wording import joined, without


def _missing_owner(ctx: Context) -> Iterator[Finding]:
    for what, entries in (("field", ctx.catalog.fields), ("system", ctx.catalog.systems)):
        for entry in entries.values():
            if entry.owner is None and "owner" not in entry.broken and entry.status is not Status.RETIRED:
                if isinstance(entry, Field) and may_inherit(ctx, entry):
                    continue
                yield Finding(
                    "OW101",
                    f"nobody answers for {what} `{entry.id}`",
                    entry.place,
                    entry.id,
                    fix=Fix("name the team in `owner`, here or in the `defaults` of the file or the catalog"),
                )


def _owner_without_deputy(ctx: Context) -> Iterator[Finding]:
    for team in ctx.catalog.teams.values():
        absent = [key for key in ("lead", "deputy") if getattr(team, key) is None and key not in team.broken]
        if absent:
            yield Finding(
                "OW102",
                f"team `{team.id}` has no {joined(absent)}",
                team.place,
                team.id,
                fix=Fix("name the function, not the person, such as `Head of sales`"),
            )


_SYSTEM = """\
systems:
  billing:
    label: Billing
    kind: billing
    owner: sales
    country: DE
    customer_id: billing.accounts.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
fields:
  customer.debt:
    label: Debt
    definition: What the customer has not paid yet
    category: payment
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    mask: redact
    sources: {billing.accounts.debt: }
"""

_TEAM = """\
teams:
  wholesale:
    label: Wholesale
    contact: wholesale@shop.example
    lead: Head of wholesale
    deputy: Wholesale operations lead
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="OW101",
        name="missing-owner",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a field or system with no owner after inheritance",
        rationale=(
            "Where nobody answers, nobody decides: a conflict stays open, a request for erasure goes round "
            "in circles, a wrong value is everybody's and no one's. Owners are teams, so that they outlast "
            "people."
        ),
        source="ISO/IEC 27001:2022 A.5.9; DCAM",
        help="set `owner` on the entry, on its category, or in the `defaults` of the file or of the catalog",
        example=Example(bad=_SYSTEM.replace("    owner: sales\n", "", 1), good=_SYSTEM, at=(2, 3)),
        check=_missing_owner,
        sees=keys("owner", "status"),
    ),
    Rule(
        code="OW102",
        name="owner-without-deputy",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a team with no lead or deputy",
        rationale=(
            "An owner is asked when something is wrong, and something is wrong in holidays too. A named "
            "function and a stand-in keep decisions from waiting for one person."
        ),
        source="DCAM",
        help="name the functions in `lead` and `deputy`; names of people do not belong in the catalog",
        example=Example(bad=without(_TEAM, "deputy"), good=_TEAM, at=(2, 3)),
        check=_owner_without_deputy,
    ),
)
