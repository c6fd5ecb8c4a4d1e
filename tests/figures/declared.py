"""What people know and a schema half shows: the conflicts of the truth with basis `declared`, against what
the engine tells about the example catalog, in which the facets are declared.

A conflict is found when a finding about its field gives its two columns different values. One cause makes
one finding, so a difference may be told under another facet than the truth names it by: `INSTEAD` lists
which, beside what each finding says that it
explains, and the table counts them apart. What a source leaves unsaid, it holds as the field says
(`AS_THE_FIELD`): a source that is told apart from the field is told apart from those too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from amanat.conflicts import compare
from amanat.conflicts.report import CANONICAL, Conflict
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.field import Facet
from amanat.model.values import FieldId
from tests.figures.facts import rows, two_columns

CATALOG = Path(__file__).parents[2] / "catalog"

OWN: Mapping[str, tuple[Facet, ...]] = {
    "type": (Facet.TYPE,),
    "identifier": (Facet.IDENTIFIER,),
    "length": (Facet.LENGTH,),
    "precision": (Facet.PRECISION, Facet.SCALE),
    "nullability": (Facet.NULLABLE,),
    "null_representation": (Facet.EMPTY,),
    "default": (Facet.DEFAULT,),
    "uniqueness": (Facet.UNIQUE, Facet.GRAIN),
    "multiplicity": (Facet.GRAIN, Facet.UNIQUE, Facet.STRUCTURE),
    "format": (Facet.FORMAT,),
    "structure": (Facet.STRUCTURE,),
    "polarity": (Facet.POLARITY,),
    "enum": (Facet.CODES,),
    "unit": (Facet.UNIT,),
    "time_zone": (Facet.ZONE,),
    "semantics": (Facet.DEFINITION,),
    "homonym": (),
}
"""The facets under which a kind of conflict belongs, in the words of the truth."""

INSTEAD: Mapping[str, tuple[Facet, ...]] = {
    "type": (Facet.IDENTIFIER, Facet.STRUCTURE),  # keys of two schemes; a value beside a row for each
    "identifier": (Facet.TYPE, Facet.FORMAT),  # one scheme stored as two types; a link, not the key itself
    "format": (Facet.TYPE,),  # a type of its own, such as a network address, against text
    "precision": (Facet.TYPE,),  # decimal digits against binary fractions
    "default": (Facet.EMPTY,),  # a default that means nothing is there
    "null_representation": (Facet.STRUCTURE,),  # parts are not compared with the whole any further
    "structure": (Facet.GRAIN, Facet.DEFINITION),  # a row for each address; another thing altogether
}
"""Facets that take the place of those of `OWN`, where one finding says it all."""

AS_THE_FIELD = frozenset((Facet.DEFINITION, Facet.STRUCTURE))


class Answer(StrEnum):
    """How a conflict of the truth comes out."""

    FOUND = "found"
    INSTEAD = "instead"
    SEPARATE = "separate"
    MISSED = "missed"


class Outcome(NamedTuple):
    """A conflict of the truth with its answer. `separate`: the catalog holds the two columns under two
    fields, so that there is nothing to compare; it counts as not found."""

    kind: str
    field: str
    one: str
    other: str
    answer: Answer


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every conflict of the truth with basis `declared`, in its order."""
    catalog = load_catalog(CATALOG).catalog
    told = {(conflict.field, conflict.facet): conflict for conflict in compare(catalog, None).conflicts}
    found: list[Outcome] = []
    for row in rows("conflicts_truth.csv"):
        if row["row_type"] != "conflict" or row["basis"] != "declared":
            continue
        kind, field = row["conflict_kind"], FieldId(row["canonical_field"])
        one, other = (".".join(column) for column in two_columns(row))
        found.append(Outcome(kind, field, one, other, _answer(catalog, told, kind, field, one, other)))
    return tuple(found)


def _answer(
    catalog: Catalog,
    told: Mapping[tuple[FieldId, Facet], Conflict],
    kind: str,
    field: FieldId,
    one: str,
    other: str,
) -> Answer:
    bound = catalog.fields[field].sources if field in catalog.fields else {}
    if not {one, other} <= {str(key) for key in bound}:
        return Answer.SEPARATE
    for answer, facets in ((Answer.FOUND, OWN[kind]), (Answer.INSTEAD, INSTEAD.get(kind, ()))):
        if any(_tells_apart(told.get((field, facet)), one, other) for facet in facets):
            return answer
    mine = [conflict for (whose, _), conflict in told.items() if whose == field]
    if any(_explains(conflict, facet, one, other) for conflict in mine for facet in OWN[kind]):
        return Answer.INSTEAD
    return Answer.MISSED


def _explains(conflict: Conflict, facet: Facet, one: str, other: str) -> bool:
    """Whether a finding that gives two sources different values lists theirs in this facet too."""
    if not _tells_apart(conflict, one, other):
        return False
    listed = next((found.values for found in conflict.explains if found.facet is facet), {})
    return one in listed and other in listed and listed[one] != listed[other]


def _tells_apart(conflict: Conflict | None, one: str, other: str) -> bool:
    """Whether a finding gives two sources different values. Of defaults, it lists the sources that have
    one: a source with a default that invents a fact is told apart from those without."""
    if conflict is None:
        return False
    values, unsaid = conflict.values, None
    if conflict.facet in AS_THE_FIELD:
        unsaid = values.get(CANONICAL)
    first, second = values.get(one, unsaid), values.get(other, unsaid)
    if conflict.facet is Facet.DEFAULT:
        return first != second and not {one, other}.isdisjoint(conflict.odd)
    return first is not None and second is not None and first != second
