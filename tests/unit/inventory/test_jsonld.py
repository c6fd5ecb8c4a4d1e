"""Linked data: read by an RDF library, held to shapes, and every term in the vocabulary."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from amanat.errors import UsageError
from amanat.inventory.jsonld import BASE, dcat, dpv, without_term
from amanat.inventory.jsonld.graph import PREFIXES, terms
from amanat.inventory.ropa.activity import activity
from amanat.load import Loaded, load_catalog
from amanat.rules.base import base_files
from tests.support import catalog_of

EXAMPLE = Path(__file__).parents[3] / "catalog"
DCAT = Namespace(PREFIXES["dcat"])
DCTERMS = Namespace(PREFIXES["dcterms"])
DPV = Namespace(PREFIXES["dpv"])
GDPR = Namespace(PREFIXES["eu-gdpr"])
LOC = Namespace(PREFIXES["loc"])
OWN = Namespace(BASE)

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix dpv: <https://w3id.org/dpv#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix t: <urn:shapes:> .
t:Catalog a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:uniqueLang true ] ,
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:uniqueLang true ] ,
    [ sh:path dcterms:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] ,
    [ sh:path dcat:themeTaxonomy ; sh:class skos:ConceptScheme ] .
t:Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:identifier ; sh:minCount 1 ] ,
    [ sh:path dcterms:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
    [ sh:path dcat:contactPoint ; sh:class vcard:Kind ] , [ sh:path dcat:theme ; sh:class skos:Concept ] .
t:Agent a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property [ sh:path foaf:name ; sh:minCount 1 ] .
t:Concept a sh:NodeShape ; sh:targetClass skos:Concept ; sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ] .
t:Process a sh:NodeShape ; sh:targetClass dpv:PersonalDataProcess ;
  sh:property [ sh:path dpv:hasPurpose ; sh:minCount 1 ; sh:class dpv:Purpose ] ,
    [ sh:path dpv:hasDataController ; sh:minCount 1 ; sh:class dpv:DataController ] ,
    [ sh:path dpv:hasRecipient ; sh:class dpv:Recipient ] ,
    [ sh:path dpv:hasDataSubject ; sh:class dpv:DataSubject ] ,
    [ sh:path dpv:hasPersonalData ; sh:or ( [ sh:class dpv:PersonalData ] [ sh:class dpv:SpecialCategoryPersonalData ] ) ] ,
    [ sh:path dpv:hasStorageCondition ; sh:or ( [ sh:class dpv:StorageCondition ] [ sh:class dpv:StorageLocation ] ) ] ,
    [ sh:path dpv:hasTechnicalOrganisationalMeasure ; sh:class dpv:TechnicalOrganisationalMeasure ] ,
    [ sh:path dpv:hasLegalBasis ; sh:minCount 1 ;
      sh:property [ sh:path dpv:hasJurisdiction ; sh:minCount 1 ] , [ sh:path rdf:type ; sh:minCount 1 ] ] .
t:Stored a sh:NodeShape ; sh:targetClass dpv:StorageCondition ; sh:property [ sh:path dpv:hasDuration ; sh:minCount 1 ] .
"""


@cache
def example() -> Loaded:
    return load_catalog(EXAMPLE)


def graph_of(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


@cache
def catalogued() -> Graph:
    return graph_of(dcat(example().catalog, BASE))


@cache
def processed() -> Graph:
    return graph_of(dpv(example().catalog, BASE))


def conforms(graph: Graph) -> tuple[bool, str]:
    ok, _, told = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
    return bool(ok), str(told)


def test_the_catalog_of_systems_fits_the_shapes_and_leaves_no_system_out() -> None:
    ok, told = conforms(catalogued())
    assert ok, told
    found = set(catalogued().subjects(RDF.type, DCAT.Dataset))
    assert found == {OWN[f"system/{name}"] for name in example().catalog.systems}


def test_the_record_fits_the_shapes_and_has_a_process_for_each_live_purpose() -> None:
    ok, told = conforms(processed())
    assert ok, told
    live = {one.id for one in example().catalog.purposes.values() if one.status.value == "live"}
    found = {
        str(name)
        for one in processed().subjects(RDF.type, DPV.PersonalDataProcess)
        for name in processed().objects(one, DCTERMS.identifier)
    }
    assert found == live


@pytest.mark.parametrize("lost", [DCTERMS.title, DCTERMS.publisher, DCAT.dataset])
def test_the_shapes_would_say_no(lost: URIRef) -> None:
    graph = graph_of(dcat(example().catalog, BASE))
    graph.remove((OWN["catalog/systems"], lost, None))
    assert not conforms(graph)[0]


def test_every_term_that_is_written_is_in_the_vocabulary_as_what_it_is_used_for() -> None:
    known = json.loads((Path(__file__).parent / "dpv-2.3.json").read_text(encoding="utf-8"))["terms"]
    spaces = {PREFIXES[name]: name for name in ("dpv", "eu-gdpr", "pd")}
    seen = set()
    for triple in processed():
        for node in triple:
            for space, name in spaces.items():
                if isinstance(node, URIRef) and str(node).startswith(space):
                    seen.add(f"{name}:{str(node).removeprefix(space)}")
        assert (
            triple[1] == RDF.type
            or not str(triple[1]).startswith(str(DPV))
            or (known[f"dpv:{str(triple[1]).removeprefix(str(DPV))}"] == "property")
        )
    assert len(seen) > 80
    assert seen - set(known) == set()
    kinds = {
        "purposes": {"Purpose"},
        "categories": {"PersonalData"},
        "basis": {"LegalBasis"},
        "basis_gdpr": {"LegalBasis"},
        "conditions": {"LegalBasis"},
        "mechanisms": {"LegalBasis"},
        "actions": {"Processing"},
        "measures": {"TechnicalMeasure", "OrganisationalMeasure"},
    }
    for kind, wanted in kinds.items():
        assert {known[one] for one in terms()[kind].values()} <= wanted, kind


def test_a_process_says_what_the_activity_of_the_record_says() -> None:
    cat = example().catalog
    for purpose in cat.purposes.values():
        if purpose.status.value != "live":
            continue
        one, graph, name = activity(cat, purpose), processed(), OWN[f"process/{purpose.id}"]

        def told(what: str, kind: str, graph: Graph = graph, name: URIRef = name) -> set[str]:
            start = str(OWN[f"{kind}/"])
            return {
                str(node).removeprefix(start)
                for node in graph.objects(name, DPV[what])
                if str(node).startswith(start)
            }

        assert told("hasRecipient", "recipient") == {each.id for each in one.recipients}
        assert told("hasPersonalData", "category") == {each.category for each in one.fields if each.category}
        assert told("hasDataSubject", "subject") == {each.subject for each in one.fields if each.subject}
        assert told("hasStorageCondition", "system") == {each.id for each in one.systems}
        assert told("hasStorageCondition", "retention") == {
            each.retention for each in one.fields if each.retention
        }
        assert told("hasProcessing", "transfer") == {each.id for each in one.transfers}


def test_the_law_of_a_basis_is_that_of_its_jurisdiction() -> None:
    graph = processed()
    bases = list(graph.objects(OWN["process/relations"], DPV.hasLegalBasis))
    told = {
        (str(graph.value(one, DPV.hasJurisdiction)).rpartition("#")[2], str(kind).rpartition("#")[2])
        for one in bases
        for kind in graph.objects(one, RDF.type)
    }
    assert told == {("EU", "LegitimateInterest"), ("EU", "A6-1-f"), ("IR", "Contract")}


def test_what_has_no_term_is_told_and_a_term_of_the_catalogs_own_goes_first() -> None:
    assert "marketing" in without_term(example().catalog)
    files = dict(base_files())
    (name,) = (name for name in files if name != "amanat.yaml")
    more = {
        **files,
        name: files[name].replace(
            "    label: Orders\n", "    label: Orders\n    maps: {dpv: DeliveryOfGoods}\n"
        ),
    }
    made = catalog_of(more).catalog
    assert "orders" not in without_term(made)
    kinds = set(graph_of(dpv(made, BASE)).objects(OWN["purpose/orders"], RDF.type))
    assert kinds == {DPV.Purpose, DPV.DeliveryOfGoods}


def test_documents_are_the_same_again_need_no_network_and_keep_hostile_texts() -> None:
    hostile = "\"<script>'\\u202e </x>"
    files = dict(base_files())
    (name,) = (name for name in files if name != "amanat.yaml")
    texts = files[name].replace("label: Orders", f"label: {json.dumps(hostile)}")
    made = catalog_of({**files, name: texts}).catalog
    text = dpv(made, "https://data.shop.example/")
    assert text == dpv(made, "https://data.shop.example/")
    assert json.loads(text)["@context"]["dpv"] == PREFIXES["dpv"]
    labels = set(graph_of(text).objects(URIRef("https://data.shop.example/process/orders"), DCTERMS.title))
    assert labels == {Literal(hostile, lang="en")}


@pytest.mark.parametrize("base", ["shop", "https://shop.example/ x/", "https://shop.example", "<x>:/"])
def test_a_base_that_begins_no_name_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="cannot begin the names"):
        dcat(example().catalog, base)
