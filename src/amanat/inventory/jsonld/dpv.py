"""The record of processing in the W3C Data Privacy Vocabulary (DPV 2.3): a process for each purpose, with its
legal basis, data, subjects, recipients, transfers, storage, measures and jurisdictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amanat.inventory.jsonld.graph import (
    Names,
    Node,
    declared,
    document,
    place,
    refs,
    said,
    term,
    terms,
    texts,
)
from amanat.inventory.jsonld.parties import Parties
from amanat.inventory.ropa.activity import Activity, activity
from amanat.inventory.ropa.slots import rights
from amanat.model.catalog import Catalog
from amanat.model.countries import EEA
from amanat.model.resources import Category, Purpose
from amanat.model.values import CategoryId

_USED = ("dcterms", "dpv", "eu-gdpr", "loc", "pd", "skos", "xsd")
_UNION = EEA | {"EU", "EEA"}


def dpv(catalog: Catalog, base: str, status: Sequence[str] = ("live",)) -> str:
    """The record of processing as JSON-LD: a process for each purpose of the statuses, and what they refer
    to."""
    return document(_things(catalog, Names(base), status), _USED)


def without_term(catalog: Catalog, status: Sequence[str] = ("live",)) -> tuple[str, ...]:
    """Purposes and categories that are told without a term of the vocabulary, only as purpose or data."""
    activities = _activities(catalog, status)
    used = declared((field.category for one in activities for field in one.fields), catalog.categories)
    found = [
        one.purpose.id for one in activities if term("purposes", one.purpose.id, one.purpose.maps) is None
    ]
    entries = (catalog.categories[one] for one in used)
    return (*found, *(one.id for one in entries if term("categories", one.id, one.maps) is None))


def _activities(catalog: Catalog, status: Sequence[str]) -> list[Activity]:
    return [activity(catalog, one) for one in catalog.purposes.values() if one.status.value in status]


def _things(catalog: Catalog, names: Names, status: Sequence[str]) -> Iterator[Node]:
    activities = _activities(catalog, status)
    parties = Parties(catalog, names)
    yield said(
        {
            "@id": names("record", "processing"),
            "@type": "dpv:DataProcessingRecord",
            "dcterms:title": texts(catalog.name),
            "dcterms:identifier": f"sha256:{catalog.digest}",
            "dcterms:hasPart": refs(names("process", one.purpose.id) for one in activities),
        }
    )
    yield from parties.controller()
    for one in activities:
        yield _process(one, names, parties)
        yield _purpose(one.purpose, names)
    for name in declared((field.category for one in activities for field in one.fields), catalog.categories):
        yield _data(catalog, catalog.categories[name], names)
    yield from parties.referred(activities)


def _process(one: Activity, names: Names, parties: Parties) -> Node:
    catalog, purpose = one.catalog, one.purpose
    codes = catalog.jurisdictions
    actions = {action.value for granted in purpose.roles.values() for action in granted}
    profiling = purpose.profiling
    processing = {terms()["actions"][action] for action in actions}
    if profiling is not None and profiling.used:
        processing.add("dpv:Profiling")
    categories = declared((field.category for field in one.fields), catalog.categories)
    subjects = declared((field.subject for field in one.fields), catalog.subjects)
    policies = declared((field.retention for field in one.fields), catalog.retention)
    node: Node = {
        "@id": names("process", purpose.id),
        "@type": "dpv:PersonalDataProcess",
        "dcterms:identifier": purpose.id,
        "dcterms:title": texts(purpose.label),
        "dpv:hasPurpose": refs([names("purpose", purpose.id)]),
        "dpv:hasDataController": parties.controller_ref(),
        "dpv:hasLegalBasis": list(_bases(one, names)),
        "dpv:hasPersonalData": refs(names("category", each) for each in categories),
        "dpv:hasDataSubject": refs(names("subject", each) for each in subjects),
        "dpv:hasProcessing": refs(processing) + refs(names("transfer", each.id) for each in one.transfers),
        "dpv:hasRecipient": refs(names("recipient", each.id) for each in one.recipients),
        "dpv:hasThirdCountry": refs(_outside(one)),
        "dpv:hasStorageCondition": refs(
            [
                *(names("retention", each) for each in policies),
                *(names("system", each.id) for each in one.systems),
            ]
        ),
        "dpv:hasTechnicalOrganisationalMeasure": refs(
            names("measure", control) for system in one.systems for control in system.security
        ),
        "dpv:hasJurisdiction": refs(filter(None, map(place, codes))),
        "dpv:hasRight": refs(_rights(purpose)) if any(code in _UNION for code in codes) else None,
        "dpv:hasAlgorithmicLogic": _logic(purpose),
        "dpv:hasAssessment": list(_assessments(purpose)),
    }
    return said(node)


def _purpose(purpose: Purpose, names: Names) -> Node:
    mapped = term("purposes", purpose.id, purpose.maps)
    return said(
        {
            "@id": names("purpose", purpose.id),
            "@type": ["dpv:Purpose", mapped] if mapped else ["dpv:Purpose"],
            "skos:prefLabel": texts(purpose.label),
            "dcterms:description": texts(purpose.reason),
        }
    )


def _bases(one: Activity, names: Names) -> Iterator[Node]:
    """The legal basis in each jurisdiction: under the GDPR by its article, elsewhere by its kind."""
    purpose = one.purpose
    categories = declared((field.category for field in one.fields), one.catalog.categories)
    special = any(one.catalog.categories[each].special for each in categories)
    for code in one.catalog.jurisdictions:
        basis = purpose.basis_in(code)
        union = code in _UNION
        where = refs(filter(None, [place(code)]))
        if basis is not None:
            kinds = [terms()["basis"][basis], *([terms()["basis_gdpr"][basis]] if union else [])]
            yield said({"@type": kinds, "dpv:hasJurisdiction": where})
        if union and special and purpose.condition:
            yield said({"@type": [terms()["conditions"][purpose.condition]], "dpv:hasJurisdiction": where})


def _rights(purpose: Purpose) -> set[str]:
    """Rights under the bases, by article (`rights.json`); the vocabulary names articles, and 7(3)."""
    articles = {article for basis in set(purpose.basis.values()) for article in rights().get(basis, ())}
    return {f"eu-gdpr:A{article.replace('(', '-').replace(')', '')}" for article in articles}


def _outside(one: Activity) -> set[str]:
    """Countries outside the European Economic Area that data goes to or stands in."""
    codes = (
        *(each.country for each in one.recipients),
        *(each.country for each in one.systems),
        *(each.country for each in one.transfers),
    )
    return {name for code in codes if code and code not in EEA and (name := place(code))}


def _logic(purpose: Purpose) -> list[Node] | None:
    one = purpose.profiling
    return texts(one.logic) if one is not None and one.used else None


def _assessments(purpose: Purpose) -> Iterator[Node]:
    """Where the assessments are kept: a reference, not the assessment."""
    if purpose.dpia is not None:
        yield {"@type": "dpv:DPIA", "dcterms:source": purpose.dpia}
    if purpose.assessment is not None:
        yield {"@type": "dpv:LegitimateInterestAssessment", "dcterms:source": purpose.assessment}


def _data(catalog: Catalog, category: Category, names: Names) -> Node:
    mapped = term("categories", category.id, category.maps)
    kinds = ["dpv:SpecialCategoryPersonalData" if category.special else "dpv:PersonalData"]
    held = [field for field in catalog.fields.values() if field.category == CategoryId(category.id)]
    origins = {terms()["origins"].get(field.origin) for field in held}
    policies = declared((field.retention for field in held), catalog.retention)
    kinds += [mapped] if mapped else []
    kinds += sorted(one for one in origins if one) if len(origins) == 1 else []
    return said(
        {
            "@id": names("category", category.id),
            "@type": kinds,
            "skos:prefLabel": texts(category.label),
            "dcterms:description": texts(category.definition),
            "dpv:hasStorageCondition": refs(names("retention", each) for each in policies),
        }
    )
