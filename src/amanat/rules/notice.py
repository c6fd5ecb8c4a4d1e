"""Rules about what people have to be told: ER104, ER105.

An element of the notice that another rule asks for is told there, once: reason and basis of a purpose (PU102,
PU103), retention (RT101 to RT104), recipients (ER102), transfers (ER103), texts in each language (TX101)."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.countries import EEA
from amanat.rules.usage import answerable, fields_by_purpose
from amanat.rules.wording import joined, listing

_FEW = 5


def _incomplete(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    home = catalog.controller.country if catalog.controller else None
    union = any(place in ("EU", "EEA") or place in EEA for place in (*catalog.jurisdictions, home))
    if not union:
        return
    controller = catalog.controller
    if controller is not None and home not in EEA and not controller.representative:
        yield Finding(
            "ER104",
            f"`{home}` is outside the Union, and the notice cannot name a representative there "
            "(Art. 13(1)(a), 27)",
            catalog.place.at("controller"),
            "amanat.yaml",
            fix=Fix("say in `representative` who it is (Art. 27)"),
            detail="representative",
        )
    named = fields_by_purpose(ctx)
    told: set[str] = set()
    for purpose in answerable(ctx):
        unknown = [
            field
            for field in named[purpose.id]
            if field.origin is None and "origin" not in field.broken and field.id not in told
        ]
        if not unknown:
            continue
        told.update(field.id for field in unknown)
        yield Finding(
            "ER104",
            f"the notice for `{purpose.id}` cannot say where {listing(field.id for field in unknown)} "
            f"{'comes' if len(unknown) == 1 else 'come'} from (Art. 14(2)(f))",
            unknown[0].place,
            purpose.id,
            related=tuple(Related(f"`{field.id}` has no origin", field.place) for field in unknown[1:_FEW]),
            fix=Fix("say in `origin` whether it is given, observed, inferred, from staff or a third party"),
            detail="origin",
            data={"fields": [str(field.id) for field in unknown]},
        )


def _unexplained(ctx: Context) -> Iterator[Finding]:
    for purpose in answerable(ctx):
        profiling = purpose.profiling
        if profiling is None or not profiling.used or "profiling" in purpose.broken:
            continue
        absent = [
            word
            for word, known in (
                ("how it works", profiling.logic),
                ("who looks at it on request", profiling.human_review),
            )
            if not known
        ]
        if absent:
            yield Finding(
                "ER105",
                f"`{purpose.id}` profiles or decides automatically and does not say {joined(absent)}",
                purpose.place_of("profiling"),
                purpose.id,
                fix=Fix("fill in `profiling: {logic: …, human_review: …}` in plain words"),
            )


_ROOT = """\
catalog:
  name: Example
  languages: [en]
  controller: {name: Example Shop AG, contact: privacy@shop.example, country: CH, representative: Shop GmbH}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU]
  defaults: {origin: given}
"""
_HANDLE = """\
fields:
  customer.handle:
    label: Name in the shop
    definition: Name that the customer chose for reviews
    category: name
    owner: sales
    subject: customer
    retention: account
    classification: confidential
    purposes: [orders]
    sources: {shop.customers.handle: }
"""
_OFFERS = """\
defaults: {owner: sales, subject: customer, retention: account, origin: given}
purposes:
  offers:
    label: Offers
    reason: To show offers that go with what the customer bought
    basis: contract
    benefit: Offers that fit
    roles: {agent: [read]}
    profiling: {logic: What others bought with it comes first, human_review: Sales looks at it}
fields:
  customer.last_purchase:
    label: Last purchase
    definition: Thing that the customer bought last
    category: purchase
    purposes: [offers]
    sources: {shop.customers.last_purchase: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="ER104",
        name="notice-incomplete",
        severity=Severity.WARNING,
        since="0.1",
        summary="cannot fill an element of the privacy notice that no other rule asks for",
        rationale=(
            "People are told where their data comes from, and a controller outside the Union names who "
            "speaks for it there. What the catalog does not say, the notice leaves out, and somebody finds "
            "that out in a complaint. `amanat export notice` lists every gap."
        ),
        source="GDPR Art. 13(1)(a), 14(2)(f), 27",
        profiles=("gdpr",),
        help="say in `origin` where the field comes from; name the controller's `representative`",
        example=Example(
            bad=_HANDLE,
            good=_HANDLE,
            at=(4, 3),
            file="amanat.yaml",
            files={"amanat.yaml": _ROOT},
            bad_files={"amanat.yaml": _ROOT.replace(", representative: Shop GmbH", "")},
        ),
        check=_incomplete,
        sees=keys("purposes", "status", "origin"),
    ),
    Rule(
        code="ER105",
        name="unexplained-profiling",
        severity=Severity.WARNING,
        since="0.1",
        summary="profiles or decides automatically without saying how, and who looks at it on request",
        rationale=(
            "Who is judged by a machine may ask how, and for a person who looks again. An answer that nobody "
            "wrote down before the question came is made up after it."
        ),
        source="GDPR Art. 13(2)(f), 22(3)",
        profiles=("gdpr",),
        help="write `logic` and `human_review` below the purpose's `profiling`, in words that customers know",
        example=Example(
            bad=_OFFERS.replace(", human_review: Sales looks at it", ""), good=_OFFERS, at=(9, 5)
        ),
        check=_unexplained,
        sees=keys("purposes", "status"),
    ),
)
