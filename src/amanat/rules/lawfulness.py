"""Rules about the law behind purposes: PU103 to PU106."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.field import Field
from amanat.model.values import PurposeId
from amanat.rules.usage import above, answerable, fields_by_purpose, is_held, lacking, special_categories
from amanat.rules.wording import joined, listing, without
from amanat.text import Place

_IRANIAN_SPECIAL = ("ethnic", "religion", "politics", "moral", "health", "sexual")
"""What ECL Art. 58 names: origin, belief and religion, moral characteristics, physical, mental and sexual
state; as parts of ids below `special`."""


def _no_legal_basis(ctx: Context) -> Iterator[Finding]:
    jurisdictions = ctx.catalog.jurisdictions
    missing: dict[PurposeId, frozenset[str]] = {}
    seen: set[Place] = set()
    for purpose in answerable(ctx):
        if "basis" in purpose.broken:
            continue
        absent = [name for name in jurisdictions if purpose.basis_in(name) is None]
        if not absent and purpose.basis:
            continue
        missing[purpose.id] = frozenset(absent)
        place = purpose.place_of("basis") if purpose.basis else purpose.place
        known = any(missing[name] >= missing[purpose.id] for name in above(purpose.id) if name in missing)
        if known or place in seen:
            continue
        seen.add(place)
        where = f" in {listing(absent)}" if purpose.basis else ""
        yield Finding(
            "PU103",
            f"`{purpose.id}` has no lawful basis{where}",
            place,
            purpose.id,
            fix=Fix("name the basis in `basis`, for all jurisdictions or for each; without one, stop"),
            data={"jurisdictions": absent},
        )


def _no_special_condition(ctx: Context) -> Iterator[Finding]:
    catalog, special, named = ctx.catalog, special_categories(ctx), fields_by_purpose(ctx)
    iran = "IR" in catalog.jurisdictions
    strict = iran and "ir" in catalog.settings.profiles
    bare: set[PurposeId] = set()
    for purpose in catalog.purposes.values():
        if (
            not is_held(purpose.status)
            or "condition" in purpose.broken
            or purpose.condition == "explicit_consent"
        ):
            continue
        fields = [f for f in named[purpose.id] if f.category in special and (iran or not _is_moral(f))]
        if purpose.condition is not None:
            fields = [field for field in fields if strict and _is_iranian_special(field)]
        if not fields or not bare.isdisjoint(above(purpose.id)):
            continue
        if purpose.condition is None:
            bare.add(purpose.id)
            what, mend = "no condition for it", "name the condition of Art. 9(2) in `condition`"
        else:
            what = f"rests on `{purpose.condition}`, where Iranian law asks for explicit consent"
            mend = "set `condition: explicit_consent` and record it, or leave the field out in Iran"
        yield Finding(
            "PU104",
            f"`{purpose.id}` uses {listing(field.id for field in fields)} of a special category and "
            f"{'has ' if purpose.condition is None else ''}{what}",
            purpose.place if purpose.condition is None else purpose.place_of("condition"),
            purpose.id,
            related=tuple(Related(f"`{f.id}` is `{f.category}`", f.place_of("category")) for f in fields[:3]),
            fix=Fix(mend, (mend, f"take `{purpose.id}` out of the field's `purposes`")),
            data={"fields": [field.id for field in fields]},
        )


def _is_moral(field: Field) -> bool:
    return (field.category or "").split(".")[:2] == ["special", "moral"]


def _is_iranian_special(field: Field) -> bool:
    parts = (field.category or "").split(".")
    return parts[0] == "special" and (len(parts) == 1 or parts[1] in _IRANIAN_SPECIAL)


def _unrecorded_consent(ctx: Context) -> Iterator[Finding]:
    reported: set[PurposeId] = set()
    for purpose in answerable(ctx):
        on_consent = "consent" in purpose.basis.values() or purpose.condition == "explicit_consent"
        if not on_consent or "consent" in purpose.broken:
            continue
        consent = purpose.consent
        absent = [
            key
            for key, known in (
                ("mode", consent is not None and consent.mode is not None),
                ("recorded_in", consent is not None and consent.recorded_in is not None),
                ("granted", consent is not None and consent.has_granted),
            )
            if not known
        ]
        if not absent:
            continue
        reported.add(purpose.id)
        if reported.isdisjoint(above(purpose.id)):
            yield Finding(
                "PU105",
                f"`{purpose.id}` rests on consent, but does not say {joined(_CONSENT[k] for k in absent)}",
                purpose.place_of("consent") if consent is not None else purpose.place,
                purpose.id,
                fix=Fix(
                    "fill in `consent: {mode: opt_in, recorded_in: system.table.column, granted: value}`"
                ),
                data={"missing": absent},
            )


_CONSENT = {
    "mode": "how it is given",
    "recorded_in": "where it is recorded",
    "granted": "which value means granted",
}


def _unassessed_interest(ctx: Context) -> Iterator[Finding]:
    return lacking(
        ctx,
        lambda p: (
            "legitimate_interest" in p.basis.values() and not p.assessment and "assessment" not in p.broken
        ),
        "PU106",
        "`{}` rests on a legitimate interest that nobody weighed",
        "weigh it against the interests of the people concerned, and say in `assessment` where that is kept",
    )


_TOP = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
"""

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

_ADVICE = (
    _TOP
    + """\
purposes:
  advice:
    label: Advice on allergies
    reason: To warn customers of tea that they cannot drink
    basis: consent
    condition: explicit_consent
    consent: {mode: opt_in, recorded_in: shop.customers.wants_advice, granted: true}
    benefit: Nobody drinks what makes them ill
    roles: {agent: [read]}
fields:
  customer.allergies:
    label: Allergies
    definition: What the customer said they cannot drink
    category: special.health
    purposes: [advice]
    mask: "null"
    sources: {shop.customers.allergies: }
"""
)

_FRAUD = (
    _TOP
    + """\
purposes:
  fraud:
    label: Prevention of fraud
    reason: To stop orders that somebody else placed in a customer's name
    basis: legitimate_interest
    assessment: papers/interests-fraud.pdf
    benefit: Nobody pays for what others ordered
    roles: {agent: [read]}
fields:
  customer.address_checked:
    label: Address checked
    definition: Whether the delivery address was found in the postal register
    category: contact.address
    purposes: [fraud]
    sources: {shop.customers.address_checked: }
"""
)


RULES: tuple[Rule, ...] = (
    Rule(
        code="PU103",
        name="no-legal-basis",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a purpose without a basis in one of its jurisdictions",
        rationale=(
            "Processing is lawful only on one of six bases, and the rights of the person depend on which. "
            "Without one every use for the purpose is denied."
        ),
        source="GDPR Art. 6(1)",
        profiles=("gdpr", "ir"),
        help="name the basis in `basis`, for all jurisdictions or for each one",
        example=Example(bad=without(_NEWS, "basis", "consent"), good=_NEWS, at=(3, 3)),
        check=_no_legal_basis,
        sees=keys("purposes", "status"),
    ),
    Rule(
        code="PU104",
        name="no-special-condition",
        severity=Severity.ERROR,
        since="0.1",
        summary="uses a special category without its condition (in Iran: without explicit consent)",
        rationale=(
            "Health, origin, belief and the like are forbidden to process unless one of the conditions of "
            "Art. 9(2) is met, beside a lawful basis. Iranian law knows one condition, explicit consent, "
            "and adds moral characteristics to the list."
        ),
        source="GDPR Art. 9; IR ECL 58",
        profiles=("gdpr", "ir"),
        help="name the condition in `condition`, or take the purpose out of the field's `purposes`",
        example=Example(bad=without(_ADVICE, "condition"), good=_ADVICE, at=(3, 3)),
        check=_no_special_condition,
        sees=keys("purposes", "status", "category"),
    ),
    Rule(
        code="PU105",
        name="unrecorded-consent",
        severity=Severity.ERROR,
        since="0.1",
        summary="relies on consent without saying where and how it is recorded",
        rationale=(
            "Who relies on consent must be able to prove it, person by person. Policy is made from the "
            "same lines: rows of people who did not agree are left out, and without a record all of them "
            "are."
        ),
        source="GDPR Art. 7(1)",
        profiles=("gdpr", "ir"),
        help="fill in `consent`: the mode, the column that records it, and the value that means granted",
        example=Example(
            bad=_NEWS.replace(", recorded_in: shop.customers.wants_news, granted: true", ""),
            good=_NEWS,
            at=(7, 5),
        ),
        check=_unrecorded_consent,
        sees=keys("purposes", "status"),
    ),
    Rule(
        code="PU106",
        name="unassessed-interest",
        severity=Severity.ERROR,
        since="0.1",
        summary="relies on legitimate interest without an assessment",
        rationale=(
            "An interest of the company counts only where it is not overridden by those of the people "
            "concerned. That has to be weighed and written down, because the person may object and ask."
        ),
        source="GDPR Art. 6(1)(f), 21(1)",
        profiles=("gdpr",),
        help="say in `assessment` where the weighing of interests is kept, or choose another basis",
        example=Example(bad=without(_FRAUD, "assessment"), good=_FRAUD, at=(3, 3)),
        check=_unassessed_interest,
        sees=keys("purposes", "status"),
    ),
)
