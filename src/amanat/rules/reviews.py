"""Rules about what is due for another look, misnamed, sold unsaid, or a figure alone: DF107, PU110, QU104
and QU106."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.rules.usage import answerable, is_held
from amanat.rules.wording import listing, without

_ENDINGS: dict[str, tuple[str, ...]] = {
    "_date": ("date", "timestamp"),
    "_at": ("date", "time", "timestamp"),
    "_on": ("date", "timestamp"),
    "_amount": ("money", "decimal", "integer"),
    "_count": ("integer",),
}
"""What a field of such a name is typed as; `_on` and `_at` say when something happened (ISO 11179-5)."""
_BEGINNINGS: dict[str, tuple[str, ...]] = {"is_": ("boolean",), "has_": ("boolean",)}
_ALL_ENDINGS, _ALL_BEGINNINGS = tuple(_ENDINGS), tuple(_BEGINNINGS)


def _name_contradicts_type(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        kind = field.facets.get("type")
        if not isinstance(kind, str) or not is_held(field.status):
            continue
        name = field.id.rpartition(".")[2]
        if not (name.endswith(_ALL_ENDINGS) or name.startswith(_ALL_BEGINNINGS)):
            continue
        for part, kinds in (*_ENDINGS.items(), *_BEGINNINGS.items()):
            fits = name.endswith(part) if part.startswith("_") else name.startswith(part)
            if fits and kind not in kinds:
                yield Finding(
                    "DF107",
                    f"`{field.id}` is called `{part}` and typed `{kind}`",
                    field.place.at("type"),
                    field.id,
                    fix=Fix(f"type it as {listing(kinds)}, or rename it: `amanat rename {field.id} …`"),
                )
                break


def _undisclosed_sale(ctx: Context) -> Iterator[Finding]:
    for purpose in answerable(ctx):
        for flag, word in (("sold", "sells"), ("shared", "shares")):
            if getattr(purpose, flag) is not True or flag in purpose.inherited:
                continue
            consent = purpose.consent
            lacks = [
                what
                for what, missing in (
                    ("a benefit that the notice can tell", not purpose.benefit),
                    ("a recipient", not purpose.recipients),
                    ("a recorded choice", consent is None or consent.recorded_in is None),
                )
                if missing
            ]
            if lacks:
                yield Finding(
                    "PU110",
                    f"`{purpose.id}` {word} personal data without {', '.join(lacks)}",
                    purpose.place.at(flag),
                    purpose.id,
                    fix=Fix(
                        "say in `recipients` who gets it, and in `consent` where the choice not to is kept"
                    ),
                )


def _lonely_metric(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if field.kind == "metric" and field.narrative is None and is_held(field.status):
            yield Finding(
                "QU104",
                f"nothing tells what is behind the figure `{field.id}`",
                field.place,
                field.id,
                fix=Fix("name in `narrative` the field in which people say it in their own words"),
            )


def _review_overdue(ctx: Context) -> Iterator[Finding]:
    if ctx.as_of is None:
        return
    for field in ctx.catalog.fields.values():
        if field.review_by is None or "review_by" in field.inherited or not is_held(field.status):
            continue
        day = _day(field.review_by)
        if day is not None and day < ctx.as_of:
            yield Finding(
                "QU106",
                f"`{field.id}` was to be reviewed by {field.review_by}",
                field.place_of("review_by"),
                field.id,
                fix=Fix(
                    "look whether it is still right and needed, then write the next day into `review_by`"
                ),
            )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_FIELD = """\
fields:
  customer.first_order_date:
    label: First order
    definition: Day on which the customer first ordered
    category: purchase
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    type: date
    review_by: 2027-01-31
    sources: {shop.customers.first_order: }
"""
_METRIC = """\
fields:
  customer.satisfaction:
    label: Satisfaction
    definition: Mean of the answers about the last three orders
    category: opinion
    kind: metric
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    narrative: customer.story
    caveats: Few answer
    sources: {shop.orders.satisfaction: }
  customer.story:
    label: Story
    definition: What the customer told about an order, in their own words
    category: feedback
    kind: narrative
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    caveats: Told by people who were very glad or very angry
    sources: {shop.orders.story: }
"""
_SALE = """\
recipients:
  ads: {label: Advertising house, role: controller, contract: Contract of 2026-01-01, country: DE}
purposes:
  advertising:
    label: Advertising
    reason: To show the customer what others sell
    basis: consent
    benefit: Offers that fit
    consent: {mode: opt_in, recorded_in: shop.customers.ads_ok, granted: true}
    recipients: [ads]
    roles: {agent: [read]}
    sold: true
fields:
  customer.interest:
    label: Interest
    definition: What the customer has said to like
    category: preference.interest
    owner: sales
    subject: customer
    retention: account
    purposes: [advertising]
    sources: {shop.customers.interest: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="DF107",
        name="name-contradicts-type",
        severity=Severity.WARNING,
        since="0.1",
        summary="names a field `…_date`, `…_at`, `is_…`, `…_count`, `…_amount` and types it otherwise",
        rationale=(
            "A name is read a hundred times as often as a type. Who reads `is_blocked` compares it with true,"
            " and who finds a text there decides wrongly about a person."
        ),
        source="ISO 11179-5",
        help="type it as its name says, or rename it",
        example=Example(bad=_FIELD.replace("type: date", "type: text"), good=_FIELD, at=(10, 11)),
        check=_name_contradicts_type,
        alone=True,
    ),
    Rule(
        code="PU110",
        name="undisclosed-sale",
        severity=Severity.ERROR,
        since="0.1",
        summary="sells or shares personal data without saying to whom and where the choice is kept",
        rationale=(
            "People may say no to the sale and sharing of their data, and have to be told before. A purpose "
            "that sells without a recorded choice cannot honour it."
        ),
        source="Cal. Civ. Code 1798.120, 1798.135",
        profiles=("ccpa",),
        help="name the `recipients`, the `benefit`, and in `consent` where the choice is recorded",
        example=Example(bad=without(_SALE, "recipients"), good=_SALE, at=(11, 11), as_of="2026-06-30"),
        check=_undisclosed_sale,
        sees=keys("purposes", "status"),
    ),
    Rule(
        code="QU104",
        name="lonely-metric",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a metric with no narrative partner",
        rationale=(
            "A figure about people says how much, never why. Beside it belongs what they say in their own "
            "words, or the figure is all that is steered by."
        ),
        help="name in `narrative` the field in which people say it in their own words",
        example=Example(bad=without(_METRIC, "narrative"), good=_METRIC, at=(2, 3)),
        check=_lonely_metric,
        sees=keys("kind", "narrative", "status"),
    ),
    Rule(
        code="QU106",
        name="review-overdue",
        severity=Severity.WARNING,
        since="0.1",
        summary="is past a review date",
        rationale=(
            "A definition that nobody looked at since the shop changed is believed all the same. The day was "
            "set by those who knew when it would have to be looked at again."
        ),
        help="look whether the field is still right and needed, then set the next day",
        example=Example(
            bad=_FIELD.replace("2027-01-31", "2026-01-31"), good=_FIELD, at=(11, 16), as_of="2026-06-30"
        ),
        check=_review_overdue,
        sees=keys("review_by", "status"),
    ),
)
