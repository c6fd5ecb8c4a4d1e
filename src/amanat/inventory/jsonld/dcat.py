"""The systems as a catalog of datasets (DCAT 3): whose they are, whom to ask, what they are about.

A dataset has no distribution and no service here: these would have to name an address, which a catalog of
customer data does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from amanat.inventory.jsonld.graph import Names, Node, declared, document, refs, said, texts
from amanat.model.catalog import Catalog, Controller
from amanat.model.resources import Category, System, Team
from amanat.model.values import Status

_ABOUT = {
    "en": "The systems that hold customer data: {systems}, with {fields} fields.",
    "fa": "سامانه‌هایی که دادهٔ مشتریان را نگه می‌دارند: {systems} سامانه، {fields} فیلد.",
}
_THEMES = {"en": "Categories of personal data", "fa": "دسته‌های دادهٔ شخصی"}
_USED = ("adms", "dcat", "dcterms", "foaf", "skos", "vcard")


def dcat(catalog: Catalog, base: str) -> str:
    """The catalog of systems as JSON-LD. Retired systems are told as such, nothing is left out."""
    return document(_things(catalog, Names(base)), _USED)


def _things(catalog: Catalog, names: Names) -> Iterator[Node]:
    controller = catalog.controller
    themes = {system.id: _themes(catalog, system) for system in catalog.systems.values()}
    used = {one.id: one for found in themes.values() for one in found}
    publisher = refs([names("organisation", "controller")]) if controller else None
    live = [field for field in catalog.fields.values() if field.status is not Status.RETIRED]
    counts = {"systems": len(catalog.systems), "fields": len(live)}
    yield said(
        {
            "@id": names("catalog", "systems"),
            "@type": "dcat:Catalog",
            "dcterms:title": texts(catalog.name),
            "dcterms:description": texts({tag: text.format(**counts) for tag, text in _ABOUT.items()}),
            "dcterms:publisher": publisher,
            "dcterms:identifier": f"sha256:{catalog.digest}",
            "dcat:themeTaxonomy": refs([names("scheme", "categories")]),
            "dcat:dataset": refs(names("system", one) for one in catalog.systems),
        }
    )
    if controller is not None:
        yield _agent(names, controller)
    for system in catalog.systems.values():
        yield _dataset(catalog, names, system, themes[system.id], publisher)
    for owner in declared((one.owner for one in catalog.systems.values()), catalog.teams):
        yield _contact(names, catalog.teams[owner])
    scheme = names("scheme", "categories")
    yield {"@id": scheme, "@type": "skos:ConceptScheme", "dcterms:title": texts(_THEMES)}
    for name in sorted(used):
        yield _theme(names, used[name], scheme)


def _agent(names: Names, controller: Controller) -> Node:
    mailbox = [{"@id": f"mailto:{controller.contact}"}] if "@" in controller.contact else None
    return said(
        {
            "@id": names("organisation", "controller"),
            "@type": "foaf:Agent",
            "foaf:name": controller.name,
            "foaf:mbox": mailbox,
        }
    )


def _dataset(
    catalog: Catalog, names: Names, system: System, themes: list[Category], publisher: list[Node] | None
) -> Node:
    owner = system.owner if system.owner in catalog.teams else None
    status = {"planned": "UnderDevelopment", "live": "Completed", "retiring": "Deprecated"}
    return said(
        {
            "@id": names("system", system.id),
            "@type": "dcat:Dataset",
            "dcterms:identifier": system.id,
            "dcterms:title": texts(system.label),
            "dcterms:description": texts(system.description or system.label),
            "dcterms:publisher": publisher,
            "dcat:contactPoint": refs([names("team", owner)]) if owner else None,
            "dcat:theme": refs(names("category", one.id) for one in themes),
            "adms:status": _status(status.get(system.status.value, "Withdrawn")),
        }
    )


def _status(name: str) -> list[Node]:
    return [{"@id": f"http://purl.org/adms/status/{name}"}]


def _contact(names: Names, team: Team) -> Node:
    mailbox = [{"@id": f"mailto:{team.contact}"}] if team.contact and "@" in team.contact else None
    return said(
        {
            "@id": names("team", team.id),
            "@type": ["vcard:Group", "vcard:Kind"],
            "vcard:fn": texts(team.label) or team.id,
            "vcard:hasEmail": mailbox,
        }
    )


def _theme(names: Names, category: Category, scheme: str) -> Node:
    return said(
        {
            "@id": names("category", category.id),
            "@type": "skos:Concept",
            "skos:prefLabel": texts(category.label),
            "skos:notation": category.id,
            "skos:inScheme": refs([scheme]),
        }
    )


def _themes(catalog: Catalog, system: System) -> list[Category]:
    """The categories of what a system holds, sorted."""
    found = {
        field.category
        for field in catalog.fields.values()
        if field.category and any(one.system == system.id for one in field.sources.values())
    }
    return [catalog.categories[one] for one in sorted(found) if one in catalog.categories]
