"""Rules about what customers have of it, and what only widens the use of their data: PU114 to PU117."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import FieldId, PurposeId, Status
from amanat.policy.cover import is_special
from amanat.policy.readers import unseen
from amanat.rules.gate import Planned, waiting
from amanat.rules.policy import DECIDED, matrix_of
from amanat.rules.usage import live_purposes, serving
from amanat.rules.uses import collected_already
from amanat.rules.wording import counted, listing

_INTEREST = "legitimate_interest"
IDENTIFIERS = "id"
"""The category of identifiers and of what is below it."""


def _unexpected(ctx: Context) -> Iterator[Finding]:
    for name in sorted(live_purposes(ctx)):
        purpose = ctx.catalog.purposes[name]
        if purpose.expected is not False:
            continue
        balanced = sorted(where for where, basis in purpose.basis.items() if basis == _INTEREST)
        rests = f", and it rests on legitimate interests{_where(balanced)}" if balanced else ""
        yield Finding(
            "PU114",
            f"customers do not expect `{name}`{rests}",
            purpose.place.at("expected"),
            name,
            severity=Severity.WARNING if balanced else None,
            fix=Fix(
                "tell customers before it begins, in words that they see",
                (
                    "rest it on consent",
                    "keep it to what they expect, and set `expected: true` when it is so",
                ),
            ),
            data={"jurisdictions": balanced},
        )


def _where(jurisdictions: list[str]) -> str:
    return "" if jurisdictions == ["*"] else f" ({', '.join(jurisdictions)})"


class Spread(NamedTuple):
    """An identifier that serves purposes with nothing above them in common; `roots` are the top ones,
    sorted."""

    field: Field
    roots: tuple[str, ...]


def spread(fields: Iterable[Field], serving: Mapping[FieldId, Iterable[PurposeId]]) -> Iterator[Spread]:
    """The identifiers among the fields that serve unrelated purposes; `serving` has the purposes of each."""
    for field in fields:
        if is_identifier(field):
            roots = {str(name).partition(".")[0] for name in serving[field.id]}
            if len(roots) > 1:
                yield Spread(field, tuple(sorted(roots)))


def is_identifier(field: Field) -> bool:
    """Whether the field's category is that of identifiers or below it."""
    return (field.category or "").partition(".")[0] == IDENTIFIERS


def _unrelated(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable:
        return
    fields = [one for one in ctx.catalog.fields.values() if one.status is Status.LIVE and is_identifier(one)]
    for field, roots in spread(fields, {one.id: serving(ctx, one) for one in fields}):
        yield Finding(
            "PU115",
            f"`{field.id}` identifies people for {counted(len(roots), 'purpose')} with nothing above them in "
            f"common: {listing(roots)}",
            field.place_of("purposes"),
            field.id,
            fix=Fix(
                "give each purpose a key of its own, derived from this one, so that they cannot be joined",
                ("leave only the purposes that must join what others know",),
            ),
            data={"purposes": list(roots)},
        )


def _widening(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if catalog.unreadable:
        return
    table = matrix_of(ctx)
    for name, fields in unseen(table, sorted(live_purposes(ctx))):
        purpose = catalog.purposes[name]
        if not fields or purpose.broken or len(fields) == len(table.listing(name)):
            continue  # where nobody reads anything, it is not these fields that are too much
        live = [one for one in fields if _is_too_much(catalog, catalog.fields[one], purpose)]
        if live:
            first = catalog.fields[live[0]]
            yield Finding(
                "PU116",
                f"no role may read {'a field' if len(live) == 1 else f'{len(live)} fields'} for `{name}`: "
                f"{listing(live)}",
                purpose.place,
                name,
                related=(Related(f"`{first.id}` lists it", first.place_of("purposes")),),
                fix=Fix(
                    f"take `{name}` out of `purposes` where it is not needed",
                    ("grant it to a role whose clearance reaches them, or give them a `mask`",),
                ),
                data={"fields": live},
            )


def _is_too_much(catalog: Catalog, field: Field, purpose: Purpose) -> bool:
    """Whether a field that nobody reads lists the purpose itself, is live, and known as it was meant: what is
    wrong in the catalog is denied too, and has a finding of its own."""
    return (
        purpose.id in field.purposes
        and field.status is Status.LIVE
        and not field.broken
        and field.classification in catalog.classifications
        and (is_special(catalog, field) is False or purpose.condition is not None)
    )


def _held_at_gate(ctx: Context) -> Iterator[Finding]:
    for one in waiting(ctx.catalog, ctx.as_of, ()):
        if one.missing and not _went_round(ctx.catalog, one):
            first = one.missing[0]
            more = len(one.missing) - 1
            others = f" (and {counted(more, 'other')})" if more else ""
            yield Finding(
                "PU117",
                f"`{one.id}` is planned and would not pass the gate: {first.message} "
                f"({first.code} {first.name}){others}",
                one.place,
                one.id,
                fix=Fix("settle it before it goes live; `amanat benefit` lists what is missing of each"),
                detail=one.kind,
                data={"missing": [missing.code for missing in one.missing]},
            )


def _went_round(catalog: Catalog, planned: Planned) -> bool:
    """Whether data of a planned field is there already: then it no longer waits (PU113)."""
    field = catalog.fields.get(FieldId(planned.id)) if planned.kind == "fields" else None
    return field is not None and any(collected_already(catalog, field))


_OFFERS = """\
purposes:
  offers:
    label: Offers
    reason: To recommend what goes with what was bought
    basis: consent
    consent: {mode: opt_in, recorded_in: shop.customers.offers_ok, granted: true}
    benefit: Finds what fits
    expected: false
    roles: {agent: [read]}
fields:
  customer.offers_ok:
    label: Wants offers
    definition: Whether the customer asked for offers
    category: preference
    owner: sales
    subject: customer
    retention: account
    purposes: [offers]
    sources: {shop.customers.offers_ok: }
"""

_KEYS = """\
purposes:
  offers:
    label: Offers
    reason: To recommend what goes with what was bought
    basis: consent
    consent: {mode: opt_in, recorded_in: shop.customers.offers_ok, granted: true}
    benefit: Finds what fits
    roles: {agent: [read]}
fields:
  customer.card_no:
    label: Card number
    definition: What the till reads when the customer collects points
    category: id.internal
    owner: sales
    subject: customer
    retention: account
    classification: internal
    purposes: [orders, offers]
    sources: {shop.customers.card_no: }
"""

_CARE = """\
purposes:
  care:
    label: Care
    reason: To answer customers who write
    basis: contract
    benefit: Answers come fast
    roles: {agent: [read]}
denials:
  no_birthdays: {purpose: care, field: customer.birthday, reason: Nobody needs it to answer}
fields:
  customer.birthday:
    label: Birthday
    definition: Day on which the customer was born
    category: demographic
    owner: sales
    subject: customer
    retention: account
    purposes: [orders, care]
    sources: {shop.customers.birthday: }
  customer.question:
    label: Question
    definition: What the customer wants to know
    category: preference
    owner: sales
    subject: customer
    retention: account
    purposes: [care]
    sources: {crm.contacts.question: }
"""

_PLANNED = """\
fields:
  customer.points:
    label: Points
    definition: Number of points that the customer has collected
    category: purchase
    subject: customer
    retention: account
    purposes: [orders]
    owner: sales
    status: planned
    sources: {}
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="PU114",
        name="unexpected-purpose",
        severity=Severity.INFO,
        since="0.1",
        summary="uses data in a way that customers do not expect (a warning on legitimate interests)",
        rationale=(
            "What people do not expect has to be told before it begins. Where it rests on legitimate "
            "interests, their own interests may override them the more easily the less they expect it. Only "
            "`expected: false` is found; of how many purposes nobody said it, `amanat benefit` tells."
        ),
        source="GDPR Recital 47, Art. 5(1)(a)",
        profiles=("core", "gdpr"),
        help="tell customers before it begins, or keep the purpose to what they expect",
        example=Example(bad=_OFFERS, good=_OFFERS.replace("expected: false", "expected: true"), at=(8, 15)),
        check=_unexpected,
    ),
    Rule(
        code="PU115",
        name="unrelated-uses",
        severity=Severity.INFO,
        since="0.1",
        summary="lets one identifier serve purposes that have nothing above them in common",
        rationale=(
            "An identifier that stands in the data of every purpose lets anybody who holds two of them join "
            "what was given apart. Where a purpose gets a key of its own, that takes a table that can be "
            "guarded."
        ),
        source="GDPR Art. 5(1)(b), 25; ISO/IEC 29100",
        profiles=("core", "gdpr"),
        help="derive a key for each purpose, or leave only the purposes that must join",
        example=Example(bad=_KEYS, good=_KEYS.replace("[orders, offers]", "[offers]"), at=(18, 5)),
        check=_unrelated,
        sees=keys("purposes", "status", "category"),
    ),
    Rule(
        code="PU116",
        name="widening-field",
        severity=Severity.INFO,
        since="0.1",
        summary="lists a purpose for a field that no role may read for it",
        rationale=(
            "Data must be limited to what a purpose needs. A field that nobody can read for it, by the "
            "policy that is generated, only widens what the record of processing says. PU109 finds what "
            "nobody reads for any purpose."
        ),
        source="GDPR Art. 5(1)(c)",
        profiles=("core", "gdpr"),
        help="take the purpose out of the field, or grant it to a role that reaches the field",
        example=Example(bad=_CARE, good=_CARE.replace("[orders, care]", "[orders]"), at=(2, 3)),
        check=_widening,
        sees=DECIDED,
    ),
    Rule(
        code="PU117",
        name="held-at-gate",
        severity=Severity.INFO,
        since="0.1",
        summary="plans something that would not pass the privacy-by-design gate as it is",
        rationale=(
            "What is planned is not yet judged as what is live. Before it goes live, purpose, basis, "
            "retention, class, owner and sources have to be settled; this rule lets the other rules judge "
            "the catalog as if all that is planned were live, and tells the errors that they would find."
        ),
        source="GDPR Art. 25",
        profiles=("core", "gdpr"),
        help="settle what is missing before it goes live",
        example=Example(bad=_PLANNED, good=_PLANNED.replace("{}", "{crm.contacts.points: }"), at=(2, 3)),
        check=_held_at_gate,
    ),
)
