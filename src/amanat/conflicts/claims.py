"""Who claims what: for a field and a facet, the field itself, each source as declared, and as observed.
A declared facet of a source outranks the observed one."""

from __future__ import annotations

from typing import Any, NamedTuple

from amanat.conflicts.observed import APPLIES, Columns
from amanat.conflicts.report import CANONICAL, Basis
from amanat.conflicts.values import NOT_APPLICABLE, Claims, CodeList, Empty, comparable
from amanat.model.catalog import Catalog
from amanat.model.field import Facet, Field, Source
from amanat.text import Place


def declared_claims(source: Source) -> dict[str, Any]:
    """What people declared about a source, by facet."""
    return {
        facet: value
        for key, written in source.facets.items()
        if (facet := _FACET_OF_KEY.get(key)) is not None
        and ((value := comparable(facet, written)) is not None or facet == "default")
    }


_FACET_OF_KEY: dict[str, str] = {facet.value: facet.value for facet in Facet} | {"part": "structure"}
del _FACET_OF_KEY["authority"], _FACET_OF_KEY["identifier"]


def merged(source: Source, declared: Claims, observed: Claims) -> Claims:
    """What a source claims: declared before observed. The observed codes stay beside a declared map, and
    a declared list of empty values leaves it to the column whether NULL is one."""
    if not declared:
        return observed
    both: dict[str, Any] = {**observed, **declared}
    if "type" in declared:
        family, seen_family = declared["type"].family, getattr(observed.get("type"), "family", None)
        for facet, families in APPLIES.items():
            if family not in families:
                both[facet] = NOT_APPLICABLE
            elif facet not in declared and seen_family not in families:
                both.pop(facet, None)
    seen = observed.get("codes")
    if seen is not None and "codes" in declared:
        both["codes"] = declared["codes"]._replace(seen=seen.seen)
    if "empty" in declared and declared["empty"].null is None:
        both["empty"] = Empty(declared["empty"].values, both.get("nullable"))
    if "part" in source.facets:
        both["structure"] = f"part: {source.facets['part']}"
    return both


def canonical_claim(field: Field, facet: str) -> Any:
    """What the field itself claims in a facet, or None."""
    if facet == "codes":
        return CodeList(frozenset(map(str, field.codes))) if field.codes else None
    if facet == "definition":
        return comparable("definition", field.definition)
    if facet in ("owner", "classification", "retention"):
        return getattr(field, facet)
    if facet == "purposes":
        return comparable("purposes", field.purposes) if field.purposes else None
    written = field.facets.get(facet)
    return None if written is None else comparable(facet, written)


class Claim(NamedTuple):
    """One claim, for people and programs that want to look at it: who makes it (`field` or a source), the
    comparable value, where it stands, and whether it was declared or observed."""

    by: str
    value: Any
    place: Place
    basis: Basis


def claims_of(catalog: Catalog, field: Field, facet: Facet) -> tuple[Claim, ...]:
    """All claims about a field and a facet, the field's own first, then by source. Where a source's
    declaration and its snapshot differ, both are given, the declared one first."""
    columns = Columns(catalog)
    found: list[Claim] = []
    canonical = canonical_claim(field, facet.value)
    if canonical is not None:
        found.append(Claim(CANONICAL, canonical, canonical_place(field, facet), Basis.DECLARED))
    for source in field.sources.values():
        declared = declared_claims(source).get(facet.value)
        if declared is not None:
            found.append(Claim(source.id, declared, declared_place(source, facet), Basis.DECLARED))
        observed = columns.claims(source).get(facet.value)
        seen = columns.column(source)
        if seen is not None and observed is not None and observed is not NOT_APPLICABLE:
            found.append(Claim(source.id, observed, seen[1].place(seen[0]), Basis.OBSERVED))
    return tuple(found)


def canonical_place(field: Field, facet: Facet) -> Place:
    """Where the field says it, or the field where it only implies it."""
    if facet is Facet.AUTHORITY:
        for attribute in ("master", "survivorship"):
            if getattr(field, attribute) is not None:
                return field.place.at(attribute)
        return field.place
    if facet.value in field.facets or facet.value in ("codes", "definition"):
        return field.place.at(facet.value)
    if facet.value in ("owner", "classification", "retention", "purposes"):
        return field.place_of(facet.value)
    return field.place


def declared_place(source: Source, facet: Facet) -> Place:
    """Where a source's declaration about a facet stands."""
    key = facet.value
    if facet is Facet.STRUCTURE and "part" in source.facets:
        key = "part"
    elif facet is Facet.IDENTIFIER:
        key = "format"
    return source.place.at(key) if key in source.facets else source.place


def where(source: Source, facet: Facet, columns: Columns) -> tuple[Place, Basis]:
    """Where the claim that counts for a source and facet stands, and what kind it is."""
    place = declared_place(source, facet)
    if place != source.place:
        return place, Basis.DECLARED
    seen = columns.column(source)
    if seen is None:
        return place, Basis.DECLARED
    return seen[1].place(seen[0]), Basis.OBSERVED
