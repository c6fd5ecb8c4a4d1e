"""Rules about fields that say the same, and labels that stand for several things: CF141, CF142."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.conflicts.across import Across, Homonym, Synonym, compare_fields
from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.field import Field
from amanat.rules.texts import COMPARED
from amanat.rules.wording import listing


def _across(ctx: Context) -> Across:
    return ctx.shared("across", lambda given: compare_fields(given.catalog))


def _synonym_fields(ctx: Context) -> Iterator[Finding]:
    for found in _across(ctx).synonyms:
        field, earlier = found.field, found.earlier
        yield Finding(
            "CF141",
            f"`{field.id}` says the same as `{earlier.id}`{_in(found.language, ctx)}{_apart(found)}",
            field.place_of("definition"),
            field.id,
            related=(Related(f"the definition of `{earlier.id}`", earlier.place_of("definition")),),
            fix=Fix(
                "make one field of the two, or say in each definition what tells them apart",
                (f"move the sources of `{field.id}` to `{earlier.id}`", "say what differs"),
            ),
            data={
                "fields": [earlier.id, field.id],
                "language": found.language,
                "words": {
                    earlier.id: list(found.wording.only_first),
                    field.id: list(found.wording.only_second),
                },
            },
            detail=earlier.id,
        )


def _apart(found: Synonym) -> str:
    """What the eye sees: the words that only one of the two has, or nothing but their order."""
    here, there = found.wording.only_second, found.wording.only_first
    if not here and not there:
        return ": the texts read alike"
    if sorted(here) == sorted(there):
        return ": only the order of the words differs"
    told = [f"{listing(words)} {where}" for words, where in ((here, "here"), (there, "there")) if words]
    return f": they differ only in {' and '.join(told)}"


def _homonym_label(ctx: Context) -> Iterator[Finding]:
    for found in _across(ctx).homonyms:
        first, *others = found.fields
        ids = [field.id for field in found.fields]
        yield Finding(
            "CF142",
            f"label `{found.label}`{_in(found.language, ctx)} stands for {listing(ids)}, "
            "which are defined differently",
            first.place_of("label"),
            first.id,
            related=tuple(
                Related(f"the label of `{field.id}`: {_meaning(field, found)}", field.place_of("label"))
                for field in others
            ),
            fix=Fix(
                "give each field a label of its own, so that people know which one they look at",
                ("add the word that tells them apart", "make one field of those that mean the same"),
            ),
            data={"fields": ids, "language": found.language, "label": found.label},
            detail=f"{found.language}/{found.label.casefold()}",
        )


_LONGEST = 120


def _meaning(field: Field, found: Homonym) -> str:
    text = " ".join(field.definition[found.language].split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _in(language: str, ctx: Context) -> str:
    """The language where it is not the catalog's first."""
    return "" if language == ctx.catalog.language else f" in `{language}`"


_HEAD = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders], category: contact.phone}
fields:
"""
_CALLED = """\
  customer.phone:
    label: Telephone
    definition: Number at which the customer wants to be called.
    sources: {shop.customers.phone: }
"""
_AGAIN = """\
  customer.telephone:
    label: Telephone at work
    definition: The number at which a client wants to be called
    sources: {shop.customers.telephone: }
"""
_BUYER = """\
  customer.status:
    label: Status
    definition: How far the customer has come in signing up.
    category: preference
    sources: {shop.customers.status: }
"""
_TICKET = """\
  order.status:
    label: Status
    definition: How far an order has come on its way to the customer.
    category: preference
    sources: {shop.orders.status: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="CF141",
        name="synonym-fields",
        severity=Severity.WARNING,
        since="0.1",
        summary="has two fields that say the same",
        rationale=(
            "Two fields for one fact split its sources, which then are never compared, and what is decided "
            "of one (purposes, retention, access) does not hold for the other. Definitions say the same "
            "when they differ only in function words, inflection, spelling, everyday words for one thing, "
            "or the order of words. Any other word tells two fields apart, and so does the subject."
        ),
        source="ISO/IEC 11179-4",
        help="make one field of the two, or say in each definition what tells them apart",
        example=Example(
            bad=_HEAD + _CALLED + _AGAIN,
            good=_HEAD + _CALLED + _AGAIN.replace("wants to be called", "may be called at work"),
            at=(9, 17),
        ),
        check=_synonym_fields,
        sees=COMPARED,
    ),
    Rule(
        code="CF142",
        name="homonym-label",
        severity=Severity.WARNING,
        since="0.1",
        summary="uses one label for two meanings",
        rationale=(
            "People look for a field by its label, in lists, on the site and in the inventory. Where one "
            "label stands for two meanings, they take the first that they find. Labels are compared as a "
            "reader sees them, among the fields of one subject."
        ),
        source="ISO/IEC 11179-5",
        help="give each field a label of its own, so that people know which one they look at",
        example=Example(
            bad=_HEAD + _BUYER + _TICKET,
            good=_HEAD + _BUYER + _TICKET.replace("label: Status", "label: Status of the order"),
            at=(4, 12),
        ),
        check=_homonym_label,
        sees=COMPARED,
    ),
)
