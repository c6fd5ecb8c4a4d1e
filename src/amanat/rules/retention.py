"""Rules about how long data is kept: RT101 to RT105. RT106 compares sources and stands beside the conflict
rules."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.resources import Retention, RetentionRule
from amanat.rules.durations import is_endless
from amanat.rules.usage import is_held, may_inherit
from amanat.rules.wording import without
from amanat.text import Place


def _rules_of(policy: Retention) -> Iterator[tuple[Place, str, RetentionRule]]:
    """The base rule of a policy and those of its jurisdictions, each with the place of its keys and a word
    that tells them apart. What a jurisdiction takes from the base is judged there."""
    yield policy.place, "", policy.rule
    for jurisdiction, rule in policy.where.items():
        yield policy.place.at("where", jurisdiction), jurisdiction, rule


def _missing_retention(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if field.retention is None and is_held(field.status) and "retention" not in field.broken:
            if may_inherit(ctx, field):
                continue
            yield Finding(
                "RT101",
                f"nothing says how long `{field.id}` is kept",
                field.place,
                field.id,
                fix=Fix("name a retention policy in `retention`, here, on its category or in `defaults`"),
            )
    for policy in ctx.catalog.retention.values():
        if policy.rule.keep is None and "keep" not in policy.broken:
            yield Finding(
                "RT101",
                f"`{policy.id}` has no period, so data is kept forever",
                policy.place,
                policy.id,
                fix=Fix("set `keep` to an ISO 8601 period, such as `P3Y`"),
            )
        for place, where, rule in _rules_of(policy):
            if (
                rule.keep is not None
                and is_endless(rule.keep)
                and (not where or rule.keep != policy.rule.keep)
            ):
                yield Finding(
                    "RT101",
                    f"`{policy.id}` keeps data forever: `{rule.keep}`",
                    place.at("keep"),
                    policy.id,
                    fix=Fix(
                        "set `keep` to a period that ends; an event can start it, such as `account_closed`"
                    ),
                    detail=where,
                )


def _bad_duration(ctx: Context) -> Iterator[Finding]:
    from amanat.load.values import is_duration

    for policy in ctx.catalog.retention.values():
        for place, where, rule in _rules_of(policy):
            if rule.keep is None or (where and rule.keep == policy.rule.keep):
                continue
            if not is_endless(rule.keep) and not is_duration(rule.keep):
                yield Finding(
                    "RT102",
                    f"`{rule.keep}` is not a period of ISO 8601",
                    place.at("keep"),
                    policy.id,
                    fix=Fix("write `P3Y` for three years, `P18M` for 18 months, `P30D` for 30 days"),
                    detail=where,
                )


def _no_trigger(ctx: Context) -> Iterator[Finding]:
    for policy in ctx.catalog.retention.values():
        if policy.rule.trigger is None and "from" not in policy.broken:
            yield Finding(
                "RT103",
                f"nothing says from when `{policy.id}` counts",
                policy.place,
                policy.id,
                fix=Fix("name the event in `from`, such as `account_closed`, and its column in `proved_by`"),
                detail="from",
            )
        elif not policy.rule.proved_by and "proved_by" not in policy.broken:
            yield Finding(
                "RT103",
                f"nothing proves `{policy.rule.trigger}`, from which `{policy.id}` counts",
                policy.place.at("from"),
                policy.id,
                fix=Fix("name the column that records the event in `proved_by`"),
                detail="proved_by",
            )


def _no_action(ctx: Context) -> Iterator[Finding]:
    for policy in ctx.catalog.retention.values():
        if policy.rule.then is None and "then" not in policy.broken:
            yield Finding(
                "RT104",
                f"nothing says what happens when the period of `{policy.id}` is over",
                policy.place,
                policy.id,
                fix=Fix("set `then` to `delete`, `anonymise`, `pseudonymise`, `aggregate` or `archive`"),
            )
        for place, where, rule in _rules_of(policy):
            if rule.then == "review" and (not where or rule.then != policy.rule.then):
                yield Finding(
                    "RT104",
                    f"when the period of `{policy.id}` is over, data is only reviewed",
                    place.at("then"),
                    policy.id,
                    fix=Fix("say what happens unless the review decides otherwise, such as `then: delete`"),
                    detail=where,
                )


def _no_retention_basis(ctx: Context) -> Iterator[Finding]:
    for policy in ctx.catalog.retention.values():
        if "basis" in policy.broken:
            continue
        for place, where, rule in _rules_of(policy):
            if where and rule.basis == policy.rule.basis:
                continue
            what = _unfounded(rule)
            if what:
                yield Finding(
                    "RT105",
                    f"`{policy.id}` {what}",
                    place.at("basis") if rule.basis else place,
                    policy.id,
                    fix=Fix("name the law in `basis: {kind: legal_minimum, law: …}`, or the reason in `why`"),
                    detail=where,
                )


def _unfounded(rule: RetentionRule) -> str | None:
    """What is missing of the basis of a period, as the end of a sentence."""
    if rule.basis is None:
        return "has a period, but no law or reason for it"
    if rule.basis.law or rule.basis.why:
        return None
    if rule.basis.kind.startswith("legal_"):
        return "rests on a law, but names none"
    return f"rests on {rule.basis.kind} reasons, but gives none"


_INVOICES = """\
retention:
  invoices:
    label: Invoices
    keep: P10Y
    from: fiscal_year_end
    proved_by: shop.invoices.issued_on
    then: delete
    basis: {kind: legal_minimum, law: "§ 147 AO"}
"""

_FIELD = """\
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    purposes: [orders]
    retention: account
    sources: {shop.customers.phone: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="RT101",
        name="missing-retention",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a field without retention, or with one that never ends",
        rationale=(
            "Data that identifies people may be kept no longer than its purposes need. Where nothing is "
            "declared, nothing is ever deleted; that is an error here and never read as forever."
        ),
        source="GDPR Art. 5(1)(e); Cal. Civ. Code 1798.100(a)(3); PCI DSS 4.0 3.2.1",
        profiles=("core", "gdpr", "ccpa", "pci"),
        help="name a retention policy in `retention`, and give every policy a period that ends",
        example=Example(bad=without(_FIELD, "retention"), good=_FIELD, at=(2, 3)),
        check=_missing_retention,
        sees=keys("retention", "status"),
    ),
    Rule(
        code="RT102",
        name="bad-duration",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a period that is not an ISO 8601 duration",
        rationale=(
            "`3 years` and `a while` cannot be compared or computed with: nobody can tell whether a copy "
            "outlives the field, or which rows are due."
        ),
        source="ISO 8601-1",
        help="write `P3Y` for three years, `P18M` for 18 months, `P30D` for 30 days",
        example=Example(bad=_INVOICES.replace("P10Y", "10 years"), good=_INVOICES, at=(4, 11)),
        check=_bad_duration,
    ),
    Rule(
        code="RT103",
        name="no-trigger",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a period without the event that starts it, or an event that nothing proves",
        rationale=(
            "`Keep three years` is no rule until it says from when. The event must be recorded in a "
            "column, or nobody can find the rows that are due."
        ),
        source="ISO/IEC 27555",
        help="name the event in `from` and the column that records it in `proved_by`",
        example=Example(bad=without(_INVOICES, "proved_by"), good=_INVOICES, at=(5, 11)),
        check=_no_trigger,
    ),
    Rule(
        code="RT104",
        name="no-action",
        severity=Severity.ERROR,
        since="0.1",
        summary="says nothing about what happens when a period is over, or only `review`",
        rationale=(
            "A period without an outcome ends in nothing, and a review that nobody holds keeps data for "
            "good. What happens by itself must be one that ends the matter."
        ),
        source="ISO/IEC 27555; GDPR Art. 5(1)(e)",
        help="set `then` to `delete`, `anonymise`, `pseudonymise`, `aggregate` or `archive`",
        example=Example(bad=_INVOICES.replace("delete", "review"), good=_INVOICES, at=(7, 11)),
        check=_no_action,
    ),
    Rule(
        code="RT105",
        name="no-retention-basis",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a period without law or reason",
        rationale=(
            "A period somebody once chose is defended by nobody: it is neither shortened when the reason "
            "ends nor kept when a law asks for it. People must be told the criteria by which it was set."
        ),
        source="GDPR Art. 13(2)(a)",
        help="name the law in `basis: {kind: legal_minimum, law: …}`, or the reason in `why`",
        example=Example(bad=without(_INVOICES, "basis"), good=_INVOICES, at=(2, 3)),
        check=_no_retention_basis,
    ),
)
