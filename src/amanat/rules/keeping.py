"""Rules about periods that do not go together, holds, and what must not be kept at all: RT107 to RT111."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from amanat.conflicts.durations import apart, order
from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import ancestors
from amanat.model.resources import Hold, Retention
from amanat.model.values import RetentionId
from amanat.retention.derived import outliving
from amanat.retention.effective import Reckoning, clashes, covers
from amanat.retention.terms import MAXIMUM, MINIMUM, Statement, unordered

CARD_CODE = "payment.card_security_code"
_NONE: frozenset[str] = frozenset()


def _floor_above_ceiling(ctx: Context) -> Iterator[Finding]:
    for policy in ctx.catalog.retention.values():
        for one, other in _in_two_places(ctx, policy):
            least, most = (one, other) if one.kind == MINIMUM else (other, one)
            if (least.kind, most.kind) == (MINIMUM, MAXIMUM) and _longer(least, most):
                yield _clash(
                    policy.id,
                    least,
                    most,
                    f"`{least.jurisdiction}` asks `{policy.id}` to keep for `{least.rule.keep}` at least, "
                    f"`{most.jurisdiction}` for `{most.rule.keep}` at most, and nothing says which law a "
                    f"row is under",
                )
    kinds: dict[RetentionId | None, frozenset[str]] = {
        policy.id: frozenset(
            rule.basis.kind for rule in (policy.rule, *policy.where.values()) if rule.basis is not None
        )
        for policy in ctx.catalog.retention.values()
    }
    told: set[tuple[str, RetentionId | None, str]] = set()
    reckoning = Reckoning(ctx.catalog, ctx.as_of)
    for field in ctx.catalog.fields.values():
        for source in field.sources.values():
            if "retention" not in source.facets or not field.status.held:
                continue
            key = (str(source.facets["retention"]), field.retention, field.id)
            if key in told:
                continue
            if not {MINIMUM, MAXIMUM} <= kinds.get(field.retention, _NONE) | kinds.get(
                RetentionId(key[0]), _NONE
            ):
                continue
            told.add(key)
            for where in reckoning.jurisdictions:
                rule = reckoning.of(field, source.system, where)
                for least, most in clashes(rule.floor, rule.ceiling):
                    yield _clash(
                        field.id,
                        least,
                        most,
                        f"`{field.id}` must be kept for `{least.rule.keep}` by one law and go after "
                        f"`{most.rule.keep}` by another",
                    )
                    break
                else:
                    continue
                break


def _longer(one: Statement, other: Statement) -> bool:
    """Whether the first is longer, though its jurisdiction counts years by another calendar."""
    alike = one.rule.trigger == other.rule.trigger
    return alike and order(one.rule.keep or "", other.rule.keep or "") == 1


def _clash(subject: str, least: Statement, most: Statement, message: str) -> Finding:
    law = most.rule.basis.law if most.rule.basis and most.rule.basis.law else "the legal maximum"
    return Finding(
        "RT107",
        message,
        least.place,
        subject,
        related=(Related(f"{law}: at most `{most.rule.keep}`", most.place),),
        fix=Fix("ask counsel which law goes first, and say so in one policy for each kind of data"),
        detail=f"{least.policy.id}/{most.policy.id}",
    )


def _in_two_places(ctx: Context, policy: Retention) -> Iterator[tuple[Statement, Statement]]:
    """What a policy says in each two of the catalog's jurisdictions."""
    where = ctx.catalog.jurisdictions or ("*",)
    if not policy.where:
        return
    yield from combinations([Statement(policy, name, ()) for name in where], 2)


def _incomparable(ctx: Context) -> Iterator[Finding]:
    for policy in ctx.catalog.retention.values():
        for one, other in _in_two_places(ctx, policy):
            if unordered(one, other) and _both_periods(one, other):
                yield _unordered(policy.id, one, other)
                break
    for field in ctx.catalog.fields.values():
        for pair in outliving(ctx.catalog, field) if field.derived_from else ():
            policies = (ctx.catalog.retention[each.retention] for each in (pair.derived, pair.origin))  # type: ignore[index]
            mine, theirs = (Statement(policy, pair.jurisdiction, ()) for policy in policies)
            if pair.longer is None and unordered(mine, theirs) and _both_periods(mine, theirs):
                yield _unordered(field.id, mine, theirs)
                break


def _both_periods(one: Statement, other: Statement) -> bool:
    return apart(one.rule.keep or "", other.rule.keep or "") is not None


def _unordered(subject: str, one: Statement, other: Statement) -> Finding:
    difference = apart(one.rule.keep or "", other.rule.keep or "")
    days = max(1, difference.days) if difference is not None else 1
    within = "a day" if days == 1 else f"{days} days"
    return Finding(
        "RT108",
        f"`{one.rule.keep}` and `{other.rule.keep}` cannot be ordered; they are within {within}",
        one.place,
        subject,
        related=(Related(f"`{other.rule.keep}`", other.place),),
        fix=Fix("write both in the same units, such as years"),
        detail=other.policy.id,
    )


def _hold_overdue(ctx: Context) -> Iterator[Finding]:
    for hold in ctx.catalog.holds.values():
        faults = list(_faults(ctx, hold))
        if faults:
            what, key, fix = faults[0]
            place = hold.place.at(key) if key else hold.place
            more = "".join(f"; it also {each[0]}" for each in faults[1:])
            yield Finding("RT109", f"`{hold.id}` {what}{more}", place, hold.id, fix=Fix(fix))


def _faults(ctx: Context, hold: Hold) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a hold: the end of a sentence, the key it is in, and the way out. What is
    missing and
    required was found when loading."""
    if not hold.fields and not hold.systems and not {"fields", "systems"} & hold.broken:
        yield "names neither fields nor systems, so nothing at all may be deleted", "", "name its `fields`"
    elif not any(
        covers(hold, field, source.system)
        for field in ctx.catalog.fields.values()
        for source in field.sources.values()
    ):
        key = "fields" if hold.fields else "systems"
        yield "holds nothing: none of its fields is in its systems", key, "mend its `fields` and `systems`"
    start, review = _day(hold.start), _day(hold.review)
    if start is not None and review is not None and review < start:
        yield (
            f"was to be reviewed on {review}, before it begins on {start}",
            "review",
            "mend `review` or `from`",
        )
    elif review is not None and ctx.as_of is not None and review < ctx.as_of:
        fix = "decide whether it is still needed; end it, or set the day of the next `review`"
        yield f"was to be reviewed by {review}", "review", fix


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _card_code_kept(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if field.category is None or CARD_CODE not in ancestors(field.category):
            continue
        if not field.status.held or not field.sources:
            continue
        policies = [field.retention, *(one.facets.get("retention") for one in field.sources.values())]
        names = dict.fromkeys(RetentionId(str(name)) for name in policies if name)
        known = [ctx.catalog.retention[name] for name in names if name in ctx.catalog.retention]
        if known and all(_goes_at_once(policy) for policy in known):
            continue
        yield Finding(
            "RT110",
            f"`{field.id}` is a card's security code, which nobody may keep after authorisation",
            field.place_of("category"),
            field.id,
            related=tuple(
                Related(f"kept here for `{policy.rule.keep}`", policy.place)
                for policy in known
                if not _goes_at_once(policy)
            ),
            fix=Fix(
                "do not store it; where it waits for authorisation, keep it less than a day and delete it"
            ),
        )


def _goes_at_once(policy: Retention) -> bool:
    """Whether the code is deleted within a day in every jurisdiction: it only waits for authorisation."""
    rules = (policy.rule, *policy.where.values())
    return all(rule.then == "delete" and order(rule.keep or "", "P1D") == -1 for rule in rules)


def _derived_outlives(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if not field.derived_from or not field.status.held:
            continue
        for pair in outliving(ctx.catalog, field):
            if not pair.longer or pair.reasoned:
                continue
            mine, theirs = (
                Statement(ctx.catalog.retention[each.retention], pair.jurisdiction, ())  # type: ignore[index]
                for each in (pair.derived, pair.origin)
            )
            yield Finding(
                "RT111",
                f"`{field.id}` is kept for `{mine.rule.keep}`, longer than `{pair.origin.id}`, which it "
                f"is made "
                f"from (`{theirs.rule.keep}`)",
                field.place_of("retention"),
                field.id,
                related=(Related(f"`{pair.origin.id}` goes after `{theirs.rule.keep}`", theirs.place),),
                fix=Fix(
                    f"let it follow `{theirs.policy.id}`, or give its policy a law or a contract to stand on"
                ),
                detail=pair.origin.id,
            )


_TWO_LAWS = """\
catalog:
  name: Example
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU, IR]
  defaults: {origin: given}
rules:
  profiles: [core, gdpr, ir, ccpa, pci, style]
"""

_INVOICES = """\
retention:
  invoices:
    label: Invoices
    keep: P10Y
    from: order_completed
    proved_by: shop.invoices.issued_on
    then: delete
    basis: {kind: legal_minimum, law: "§ 147 AO"}
    where:
      IR:
        keep: KEEP
        basis: {kind: KIND, law: Commercial Code Art. 13}
"""

_HOLD = """\
holds:
  dispute:
    reason: The parcels of May are before the court
    fields: [customer.id]
    by: privacy_office
    from: 2026-05-04
    review: 2026-06-01
"""

_CARD = """\
fields:
  card.code:
    label: Security code
    definition: Digits on the back of the card that prove that it is at hand.
    category: payment.card_security_code
    owner: sales
    subject: customer
    purposes: [payment]
    retention: waiting
    sources: {shop.payments.cvc: }
retention:
  waiting:
    label: Until authorised
    keep: KEEP
    from: collected
    proved_by: shop.payments.created_at
    then: delete
    basis: {kind: contract, why: The bank asks for it once}
roles:
  cashier: {label: Cashier, clearance: restricted, people: 0}
purposes:
  payment:
    label: Payment
    reason: To have the bank authorise what the customer pays
    basis: contract
    benefit: The order is paid for
    roles: {cashier: [read]}
"""

_SCORE = """\
fields:
  customer.value:
    label: Worth of the customer
    definition: Expected turnover of the customer within a year.
    category: inference
    owner: sales
    subject: customer
    purposes: [orders]
    retention: score
    origin: inferred
    derived_from: [customer.id]
    logic: Turnover of last year
    unit: points
    sources: {shop.scores.value: }
retention:
  score:
    label: Scores
    keep: KEEP
    from: account_closed
    proved_by: shop.customers.closed_at
    then: delete
    basis: {kind: business, why: Offers are planned by it}
"""


def _invoices(keep: str, kind: str) -> str:
    return _INVOICES.replace("KEEP", keep).replace("KIND", kind)


RULES: tuple[Rule, ...] = (
    Rule(
        code="RT107",
        name="floor-above-ceiling",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a legal minimum that is longer than the legal maximum",
        rationale=(
            "One law forbids to delete what another one forbids to keep. No computation resolves that; until "
            "counsel has said which goes first, no plan deletes the data and none says that it may stay."
        ),
        source="GDPR Art. 17(3)(b), 5(1)(e)",
        help="ask counsel which law goes first, and say so in one policy for each kind of data",
        example=Example(
            bad=_invoices("P5Y", "legal_maximum"),
            good=_invoices("P10Y", "legal_maximum"),
            at=(4, 11),
            files={"amanat.yaml": _TWO_LAWS},
        ),
        check=_floor_above_ceiling,
        sees=keys("retention", "sources", "purposes", "status"),
    ),
    Rule(
        code="RT108",
        name="incomparable-durations",
        severity=Severity.INFO,
        since="0.1",
        summary="mixes periods that cannot be ordered, such as `P3Y` and `P1095D`",
        rationale=(
            "Three years have 1095 days or 1096, a month has 28 to 31. Which of two such periods is longer "
            "depends on the day of the event, so neither is called the floor, the ceiling or the longer "
            "copy. "
            "Field and copy are compared by CF125; this rule compares jurisdictions, and fields with what "
            "they "
            "are made from."
        ),
        source="ISO 8601-1; XML Schema Part 2, 3.2.6.2",
        help="write both in the same units",
        example=Example(
            bad=_invoices("P3652D", "legal_minimum"),
            good=_invoices("P12Y", "legal_minimum"),
            at=(4, 11),
            files={"amanat.yaml": _TWO_LAWS},
        ),
        check=_incomparable,
        sees=keys("retention", "derived_from"),
    ),
    Rule(
        code="RT109",
        name="hold-overdue",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a hold past its review, without a scope, or with one that holds nothing",
        rationale=(
            "A hold keeps what would be deleted. One that nobody looks at again keeps it for good; one "
            "without a "
            "scope stops every deletion; and one whose fields are not in its systems protects nothing, while "
            "people believe that it does."
        ),
        source="GDPR Art. 17(3)(e)",
        help="review it: end it, or set the next `review`, and name the `fields` and `systems` it is about",
        example=Example(
            bad=_HOLD, good=_HOLD.replace("2026-06-01", "2026-12-01"), at=(7, 13), as_of="2026-06-30"
        ),
        check=_hold_overdue,
        sees=keys("sources"),
    ),
    Rule(
        code="RT110",
        name="card-code-kept",
        severity=Severity.ERROR,
        since="0.1",
        summary="keeps a card's security code after authorisation",
        rationale=(
            "The code proves that the card is at hand. Once the payment is authorised nobody has a use "
            "for it "
            "but a thief; card schemes forbid to store it even encrypted."
        ),
        source="PCI DSS 4.0 3.3.1",
        profiles=("core", "pci"),
        help="do not store it; where it waits for authorisation, keep it less than a day",
        example=Example(bad=_CARD.replace("KEEP", "P30D"), good=_CARD.replace("KEEP", "PT1H"), at=(5, 15)),
        check=_card_code_kept,
        sees=keys("category", "retention", "sources", "status"),
    ),
    Rule(
        code="RT111",
        name="derived-outlives-source",
        severity=Severity.WARNING,
        since="0.1",
        summary="keeps what is made from a field longer than the field, without a basis of its own",
        rationale=(
            "A score that outlives what it was computed from still tells it, and can no longer be checked or "
            "explained. Longer is judged in every jurisdiction of the catalog, for periods from one event."
        ),
        source="GDPR Art. 5(1)(e)",
        profiles=("core", "gdpr"),
        help="shorten its retention, or give its policy a law or a contract to stand on",
        example=Example(bad=_SCORE.replace("KEEP", "P5Y"), good=_SCORE.replace("KEEP", "P2Y"), at=(9, 16)),
        check=_derived_outlives,
        sees=keys("retention", "derived_from", "status"),
    ),
)
