"""When an assessment of impact is due: PU111, and the criteria that the catalog has facts for.

Of the nine criteria of WP248 (rev. 01) four groups can be read from a catalog. Large scale, systematic
monitoring, new technology, and whether somebody is kept from a right or a service cannot: they stay a
question for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import CategoryId, PurposeId
from amanat.rules.usage import answerable, is_held
from amanat.rules.wording import joined

UNREADABLE = ("large scale", "systematic monitoring", "new technology", "kept from a right or a service")
"""The criteria that no catalog has facts for."""
_JUDGES = frozenset(("inference", "credit_score", "emotion"))
"""Categories in which an inferred value says something about the person, and not only about a device."""
_DUE = 2
"""WP248: in most cases two criteria call for an assessment."""


class Criterion(NamedTuple):
    """A criterion that a purpose meets, and the facts that say so."""

    name: str
    because: str


def criteria(catalog: Catalog, purpose: Purpose, fields: Iterable[Field]) -> tuple[Criterion, ...]:
    """The criteria that a purpose meets by what is declared of it and of the fields used for it."""
    held = [field for field in fields if is_held(field.status)]
    return tuple(
        one
        for one in (_scoring(purpose, held), _sensitive(catalog, held), *_people(catalog, purpose, held))
        if one
    )


def is_due(found: tuple[Criterion, ...]) -> bool:
    """Whether so many criteria are met that an assessment is due."""
    return len(found) >= _DUE


def by_listing(catalog: Catalog) -> Mapping[tuple[PurposeId, ...], Sequence[Field]]:
    """The fields by the purposes that they list: most of them list the same few."""
    found: dict[tuple[PurposeId, ...], list[Field]] = {}
    for field in catalog.fields.values():
        found.setdefault(field.purposes, []).append(field)
    return found


def fields_for(listing: Mapping[tuple[PurposeId, ...], Sequence[Field]], purpose: Purpose) -> Iterator[Field]:
    """The fields that may be used for a purpose: a field that allows a purpose allows those below it."""
    above = frozenset(ancestors(purpose.id))
    return (field for names, fields in listing.items() if not above.isdisjoint(names) for field in fields)


def _scoring(purpose: Purpose, fields: list[Field]) -> Criterion | None:
    if purpose.profiling is not None and purpose.profiling.used:
        return Criterion("evaluation or automated decision", "profiling is declared")
    inferred = sorted(
        field.id
        for field in fields
        if field.origin == "inferred" and (field.category or "").split(".")[0] in _JUDGES
    )
    if inferred and purpose.profiling is None:
        return Criterion("evaluation or automated decision", f"inferred: {_some(inferred)}")
    return None


def _sensitive(catalog: Catalog, fields: list[Field]) -> Criterion | None:
    found = sorted(
        category.id
        for name in _categories(fields)
        if (category := catalog.categories.get(name))
        if category.special or category.id.split(".")[0] in ("special", "criminal")
    )
    return Criterion("sensitive data", _some(found)) if found else None


def _categories(fields: list[Field]) -> set[CategoryId]:
    return {field.category for field in fields if field.category}


def _people(catalog: Catalog, purpose: Purpose, fields: list[Field]) -> Iterator[Criterion | None]:
    if purpose.expected is False:
        systems = sorted({source.system for field in fields for source in field.sources.values()})
        if len(systems) > 1:
            yield Criterion("matched data sets", f"not expected by customers, from {_some(systems)}")
    subjects = {field.subject for field in fields if field.subject}
    minors = {name for name in subjects if name in catalog.subjects and catalog.subjects[name].minors}
    children = {category for category in _categories(fields) if category.split(".")[0] == "child"}
    found = sorted({*map(str, minors), *map(str, children)})
    if found:
        yield Criterion("vulnerable people", _some(found))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _missing_assessment(ctx: Context) -> Iterator[Finding]:
    listing = by_listing(ctx.catalog)
    for purpose in answerable(ctx):
        if purpose.dpia is not None or "dpia" in purpose.broken:
            continue
        found = criteria(ctx.catalog, purpose, fields_for(listing, purpose))
        if is_due(found):
            met = [f"{one.name} ({one.because})" for one in found]
            yield Finding(
                "PU111",
                f"`{purpose.id}` meets {len(found)} criteria for an impact assessment and has none: "
                f"{joined(met)}",
                purpose.place,
                purpose.id,
                fix=Fix("assess it and say in `dpia` where that is kept, or why none is needed"),
                data={"criteria": [one.name for one in found]},
            )


_CLUB = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [club]}
purposes:
  club:
    label: Club
    reason: To tell members about products that fit their diet
    basis: consent
    condition: explicit_consent
    consent: {mode: opt_in, recorded_in: shop.customers.club, granted: true}
    benefit: Only products that may be eaten
    roles: {diet_adviser: [read]}
    profiling: {logic: Products without the allergen come first, human_review: The adviser looks at it}
    dpia: assessments/2026-02 club
roles:
  diet_adviser: {label: Diet adviser, clearance: restricted, people: 0}
fields:
  customer.allergy:
    label: Allergy
    definition: Food that makes the customer ill
    category: special.health
    classification: restricted
    sources: {shop.customers.allergy: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="PU111",
        name="missing-dpia",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a purpose that meets two or more criteria for an impact assessment, without one",
        rationale=(
            "Whoever looks at people in ways that may harm them has to think first, and to write down what "
            "was thought. Two of the nine criteria usually call for it. Four of them can be read from a "
            "catalog: evaluation or automated decisions, sensitive data, data sets matched in a way that "
            "customers do not expect, and children or other vulnerable people; the others are for people to "
            "judge, so a purpose without this finding may need an assessment too."
        ),
        source="GDPR Art. 35(1), 35(3); WP248 rev. 01",
        profiles=("gdpr",),
        help="assess it before it goes on, and say in `dpia` where the assessment is kept",
        example=Example(
            bad="".join(line for line in _CLUB.splitlines(keepends=True) if "dpia:" not in line),
            good=_CLUB,
            at=(3, 3),
        ),
        check=_missing_assessment,
        sees=keys("purposes", "status", "category", "origin", "sources", "subject"),
    ),
)
