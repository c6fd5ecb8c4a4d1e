"""What several rules ask for, computed once and no otherwise than on its own."""

from __future__ import annotations

from pathlib import Path

from amanat.identity.person import person_ways
from amanat.lint.rule import Context
from amanat.load import load_catalog
from amanat.policy.cover import mask_below, worn_below
from amanat.rules.reach import ways_of
from amanat.rules.usage import in_several
from tests.support import catalog_of

EXAMPLE = Path(__file__).parents[3] / "catalog"
FIELDS = """\
fields:
  a.one: {sources: {shop.t.a: , shop.t.b: }}
  a.two: {sources: {shop.t.c: }}
  b.one: {sources: {shop.t.b: , shop.t.c: }}
  b.two: {sources: {shop.t.b: }}
"""


def test_sources_of_several_fields_are_told_with_all_of_them_in_order() -> None:
    fields = catalog_of({"fields.yaml": FIELDS}).catalog.fields.values()
    found = {source: [field.id for field in holders] for source, holders in in_several(fields).items()}
    assert found == {"shop.t.b": ["a.one", "b.one", "b.two"], "shop.t.c": ["a.two", "b.one"]}
    assert in_several(list(fields)[:2]) == {}
    assert in_several(()) == {}


def test_the_ways_of_the_rules_are_those_of_the_catalog() -> None:
    catalog = load_catalog(EXAMPLE).catalog
    assert ways_of(Context(catalog, None)) == person_ways(catalog)


def test_a_mask_is_the_same_with_and_without_its_place() -> None:
    catalog = load_catalog(EXAMPLE).catalog
    worn = [worn_below(catalog, field) for field in catalog.fields.values()]
    assert worn == [mask_below(catalog, field)[0] for field in catalog.fields.values()]
    assert len(set(worn)) > 2
