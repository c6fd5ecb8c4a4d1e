"""Equal values are held once in memory, and never stand in for values that only compare as equal."""

from __future__ import annotations

from amanat.model.values import SourceId
from tests.support import catalog_of

FIELDS = """\
defaults: {subject: customer}
fields:
  a.one:
    sources:
      shop.t.a: {default: 1}
      shop.t.b: {default: true}
      shop.t.c: {default: 1.0}
      shop.t.d: {length: 1}
      shop.t.e: {length: 1}
  b.two:
    sources: {crm.t.a: {length: 1}}
"""


def test_one_and_true_and_one_point_nothing_stay_what_they_are() -> None:
    fields = catalog_of({"fields.yaml": FIELDS}).catalog.fields
    sources = next(iter(fields.values())).sources
    written = [sources[SourceId(f"shop.t.{column}")].facets["default"] for column in "abc"]
    assert [(type(value), value) for value in written] == [(int, 1), (bool, True), (float, 1.0)]


def test_sources_and_fields_that_say_the_same_share_it() -> None:
    one, two = catalog_of({"fields.yaml": FIELDS}).catalog.fields.values()
    first, second = one.sources[SourceId("shop.t.d")], one.sources[SourceId("shop.t.e")]
    assert first.facets is second.facets is two.sources[SourceId("crm.t.a")].facets
    assert first.parts.table is second.parts.table
    assert one.inherited is two.inherited


MASTER = """\
defaults: {subject: customer}
fields:
  a.one:
    master: shop.orders.order_email
    sources:
      crm.people.order_email:
      shop.orders.order_email:
"""


def test_a_source_that_is_the_master_too_and_columns_of_one_name_are_one_text() -> None:
    (field,) = catalog_of({"fields.yaml": MASTER}).catalog.fields.values()
    first, second = field.sources.values()
    assert field.master is second.id
    assert first.parts.column is second.parts.column
