"""Rules about what fields are for and why: PU101, PU102, PU107. The law behind purposes is in `lawfulness`,
their use in `uses`; PU108 compares the claims of sources and stands beside the conflict rules."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.values import Status
from amanat.rules.usage import (
    answerable,
    lacking,
    live_purposes,
    may_inherit,
)
from amanat.rules.wording import listing, without
from amanat.text import Place


def _field_without_purpose(ctx: Context) -> Iterator[Finding]:
    live, declared = live_purposes(ctx), ctx.catalog.purposes
    for field in ctx.catalog.fields.values():
        if field.status is not Status.LIVE or "purposes" in field.broken:
            continue
        if not field.purposes and may_inherit(ctx, field):
            continue
        if not field.purposes:
            yield Finding(
                "PU101",
                f"nothing says what `{field.id}` is for",
                field.place,
                field.id,
                fix=Fix("name its purposes in `purposes`; if there is none, stop collecting it"),
            )
        elif live.isdisjoint(field.purposes) and all(name in declared for name in field.purposes):
            yield Finding(
                "PU101",
                f"`{field.id}` is live, but serves no live purpose: {listing(field.purposes)} "
                f"{'is' if len(field.purposes) == 1 else 'are'} not live",
                field.place_of("purposes"),
                field.id,
                fix=Fix("name a live purpose, or give the field the status of its purposes"),
            )


def _vague_purpose(ctx: Context) -> Iterator[Finding]:
    from amanat.rules.vague import is_vague

    yield from lacking(
        ctx,
        lambda purpose: not purpose.reason and "reason" not in purpose.broken,
        "PU102",
        "nothing says why `{}` is done",
        "write the `reason` in a sentence that a customer understands",
    )
    seen: set[Place] = set()
    for purpose in answerable(ctx):
        place = purpose.place_of("reason")
        vague = next((text for text in purpose.reason.values() if is_vague(text)), None)
        if vague is not None and place not in seen:
            seen.add(place)
            yield Finding(
                "PU102",
                f"the reason of `{place.path[1]}` would fit any purpose: `{vague}`",
                place,
                str(place.path[1]),
                fix=Fix("say what is done, for whom, and what for"),
                severity=Severity.WARNING,
                detail="vague",
            )


def _missing_benefit(ctx: Context) -> Iterator[Finding]:
    return lacking(
        ctx,
        lambda purpose: not purpose.benefit and "benefit" not in purpose.broken,
        "PU107",
        "nothing says what the customer gains from `{}`",
        "write the `benefit`; if there is none, think again about the purpose",
    )


_TOP = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
"""

_PHONE = (
    _TOP
    + """\
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    purposes: [orders]
    sources: {shop.customers.phone: }
"""
)

_NEWS = (
    _TOP
    + """\
purposes:
  news:
    label: Newsletter
    reason: To send the monthly letter about new tea to people who asked for it
    basis: consent
    consent: {mode: opt_in, recorded_in: shop.customers.wants_news, granted: true}
    benefit: News about tea, and nothing else
    roles: {agent: [read]}
fields:
  customer.news_address:
    label: Address for the newsletter
    definition: Address to which the newsletter is sent
    category: contact.email
    purposes: [news]
    sources: {shop.customers.news_address: }
"""
)

RULES: tuple[Rule, ...] = (
    Rule(
        code="PU101",
        name="field-without-purpose",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a live field with no live purpose",
        rationale=(
            "Data may be collected for specified purposes only. A field that serves none must not be there "
            "at all, and nobody can be allowed to read it. A planned field may wait for its purpose."
        ),
        source="GDPR Art. 5(1)(b); ISO/IEC 27701 7.2.1",
        profiles=("core", "gdpr", "ir", "ccpa"),
        help=(
            "name the purposes in `purposes`, on the field or in `defaults`; if there is none, stop "
            "collecting it"
        ),
        example=Example(
            bad=without(_PHONE.replace(", purposes: [orders]", ""), "purposes"), good=_PHONE, at=(3, 3)
        ),
        check=_field_without_purpose,
        sees=keys("purposes", "status", "category"),
    ),
    Rule(
        code="PU102",
        name="vague-purpose",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a purpose without a reason (error), or with one that would fit any purpose (warning)",
        rationale=(
            "A purpose must be specified and explicit, so that a customer can tell what will be done and "
            "what will not. `Business purposes` and `to improve services` rule nothing out. A reason is "
            "called vague when none of its words, English or Persian, says what is done."
        ),
        source="GDPR Art. 5(1)(b); WP203, III.1.1; IR ECL 59",
        profiles=("core", "gdpr", "ir"),
        help="say in a sentence what is done, for whom, and what for",
        example=Example(bad=without(_NEWS, "reason"), good=_NEWS, at=(3, 3)),
        check=_vague_purpose,
        sees=keys("purposes", "status"),
    ),
    Rule(
        code="PU107",
        name="missing-benefit",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a purpose without a benefit to the customer",
        rationale=(
            "Data entrusted by customers should work for them too, not only for price and targeting. "
            "Writing the benefit down shows which purposes have none, and is what a notice can honestly "
            "say."
        ),
        help="write what the customer gains in `benefit`, here or on the purpose above",
        example=Example(bad=without(_NEWS, "benefit"), good=_NEWS, at=(3, 3)),
        check=_missing_benefit,
        sees=keys("purposes", "status"),
    ),
)
