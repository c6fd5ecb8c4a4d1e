"""Rules about what fields mean: DF."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.field import Field
from amanat.model.values import Status, in_language
from amanat.rules.texts import COMPARED
from amanat.rules.usage import is_held
from amanat.rules.wording import joined, without, words


def _missing_definition(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if not field.definition and "definition" not in field.broken and field.status is not Status.RETIRED:
            yield Finding(
                "DF101",
                f"nothing says what `{field.id}` means",
                field.place,
                field.id,
                fix=Fix("write a `definition`: one phrase or sentence that says what the value is"),
            )


def _same_definition(ctx: Context) -> Iterator[Finding]:
    from amanat.conflicts.folding import fold
    from amanat.conflicts.grouping import grouped

    language = ctx.catalog.language

    def said(field: Field) -> str:
        return fold(in_language(field.definition, language))

    fields = ctx.catalog.fields.values()
    defined = [field for field in fields if field.definition and field.status is not Status.RETIRED]
    pairs = [(field.id, field, group[0]) for group in grouped(defined, said) for field in group[1:]]
    for _, field, earlier in sorted(pairs):
        yield Finding(
            "DF104",
            f"`{field.id}` and `{earlier.id}` have the same definition",
            field.place_of("definition"),
            field.id,
            related=(Related(f"the definition of `{earlier.id}`", earlier.place_of("definition")),),
            fix=Fix(
                "say in each definition what tells the two apart, or make one field of them",
                ("say what differs", f"move the sources of `{field.id}` to `{earlier.id}`"),
            ),
            detail=earlier.id,
        )


def _underived_inference(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if field.origin != "inferred" or not is_held(field.status):
            continue
        absent = [
            key for key in ("derived_from", "logic") if not getattr(field, key) and key not in field.broken
        ]
        if absent:
            yield Finding(
                "DF105",
                f"`{field.id}` is inferred, but has no {joined(f'`{key}`' for key in absent)}",
                field.place,
                field.id,
                fix=Fix("name the fields that it is computed from in `derived_from`, and say how in `logic`"),
                data={"missing": absent},
            )


_AMOUNTS = words("amount balance cost fee income price revenue salary")
_QUANTITIES = words("distance duration height speed temperature weight")
"""Last words of names whose numbers mean nothing without a unit. Not counts, sizes, ages and scores: of those
the unit is in the name, or there is none."""


def _missing_unit(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        kind = field.facets.get("type")
        if kind not in ("money", "decimal", "integer") or not is_held(field.status) or _has_unit(field):
            continue
        name = field.id.rpartition(".")[2].rpartition("_")[2]
        if kind == "money" or name in _AMOUNTS:
            what, way = "an amount", _CURRENCY
        elif field.kind == "metric" or name in _QUANTITIES:
            what, way = "a measure", _UNIT
        else:
            continue
        yield Finding(
            "DF106",
            f"`{field.id}` is {what}, but nothing says in what it is counted",
            field.place_of("type"),
            field.id,
            fix=Fix(way),
        )


_CURRENCY = (
    "write `currency` (such as `EUR`); where every row has its own currency, write `unit` (`major_unit` or "
    "`minor_unit`)"
)
_UNIT = "write `unit`, such as `s`, `kg`, `percent`, `point`, or the thing that is counted (`order`)"


def _has_unit(field: Field) -> bool:
    """Whether the field, or every source of it, says a unit or a currency; or tried to."""
    keys = ("unit", "currency")
    if any(key in field.facets or key in field.broken for key in keys):
        return True
    sources = field.sources.values()
    return bool(sources) and all(any(key in source.facets for key in keys) for source in sources)


_NICKNAME = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
fields:
  customer.nickname:
    label: Nickname
    definition: Name by which the customer asked to be called
    category: name
    sources: {shop.customers.nickname: }
"""

_SECOND = (
    _NICKNAME
    + """\
  customer.short_name:
    label: Short name
    definition: Name that fits on a parcel label
    category: name
    sources: {shop.customers.short_name: }
"""
)

_CREDIT = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
fields:
  customer.credit:
    label: Credit
    definition: What the shop owes to the customer
    category: payment.transaction
    type: money
    currency: EUR
    sources: {shop.customers.credit: }
"""

_LOYAL = """\
fields:
  customer.is_loyal:
    label: Loyal customer
    definition: Whether the customer is likely to order again
    category: inference
    origin: inferred
    derived_from: [customer.id]
    logic: More than two orders in a year
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    sources: {shop.customers.is_loyal: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="DF101",
        name="missing-definition",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a field without a definition",
        rationale=(
            "A name is not a meaning: `status`, `source` and `date` mean something else in every system. "
            "Without one definition nobody can tell whether two columns agree, and a customer cannot be "
            "told what is kept."
        ),
        source="ISO/IEC 11179-4",
        help=(
            "write one phrase or sentence that says what the value is; formats and procedures have keys of "
            "their own"
        ),
        example=Example(bad=without(_NICKNAME, "definition"), good=_NICKNAME, at=(3, 3)),
        check=_missing_definition,
        sees=keys("definition", "status"),
    ),
    Rule(
        code="DF104",
        name="same-definition",
        severity=Severity.WARNING,
        since="0.1",
        summary="gives two fields the same definition",
        rationale=(
            "Either the two are one field, and its sources never get compared, or they differ and the text "
            "hides how. Texts are compared as a reader sees them: case, white space, the final stop, "
            "digits and Arabic or Persian letter forms do not count."
        ),
        source="ISO/IEC 11179-4",
        help="say in each definition what tells the two apart, or make one field of them",
        example=Example(
            bad=_SECOND.replace(
                "Name that fits on a parcel label", "Name by which the customer  asked to be called."
            ),
            good=_SECOND,
            at=(10, 17),
        ),
        check=_same_definition,
        sees=COMPARED,
    ),
    Rule(
        code="DF105",
        name="underived-inference",
        severity=Severity.ERROR,
        since="0.1",
        summary="has an inferred field without `derived_from` and `logic`",
        rationale=(
            "An inference is a claim about a person that the person never made. They may ask where it "
            "comes from and contest it; a correction of what it was computed from must reach it."
        ),
        source="GDPR Art. 13(2)(f), 15(1)(h), 16",
        profiles=("core", "gdpr"),
        help="name the fields that it is computed from in `derived_from`, and say how in `logic`",
        example=Example(bad=without(_LOYAL, "logic"), good=_LOYAL, at=(2, 3)),
        check=_underived_inference,
        sees=keys("origin", "derived_from", "logic", "status"),
    ),
    Rule(
        code="DF106",
        name="missing-unit",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a measure or amount without unit or currency",
        rationale=(
            "1250 is a meal in cents and a car in euros. One system keeps minor units and the next keeps "
            "major ones, and only where the unit is said can the two be compared and added up. Judged are "
            "fields of type `money`, numbers that are metrics, and numbers whose names end in such as "
            "`…_price` or `…_weight`; counts say in their names what they count."
        ),
        source="ISO/IEC 11179-3, ISO 4217",
        help="write `currency` or `unit`, for the field or under each of its sources",
        example=Example(bad=without(_CREDIT, "currency"), good=_CREDIT, at=(7, 11)),
        check=_missing_unit,
        alone=True,
    ),
)
