"""Equal values are held once in memory, and never stand in for values that only compare as equal."""

from __future__ import annotations

from sys import getsizeof

import pytest

from amanat.load.inherit import FieldDefaults
from amanat.model.values import SourceId
from amanat.text import Place
from tests.support import catalog_of

FIELDS = """\
defaults: {subject: customer}
fields:
  a.one:
    purposes: [orders, law]
    sources:
      shop.t.a: {default: 1}
      shop.t.b: {default: true}
      shop.t.c: {default: 1.0}
      shop.t.d: {length: 1}
      shop.t.e: {length: 1}
  b.two:
    purposes: [orders, law]
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
    assert first.table is second.table is not two.sources[SourceId("crm.t.a")].table
    assert one.purposes is two.purposes
    assert one.inherited is two.inherited


def test_texts_share_their_languages_and_keep_their_order() -> None:
    written = "fields: {a.one: {label: {fa: ب, en: b}, definition: {en: c, fa: ج}, caveats: {de: d}}, b.two: {label: e}}"
    one, two = catalog_of({"fields.yaml": written}).catalog.fields.values()
    assert [list(text.items()) for text in (one.label, one.definition, one.caveats, two.label)] == [
        [("fa", "ب"), ("en", "b")],
        [("en", "c"), ("fa", "ج")],
        [("de", "d")],
        [("en", "e")],
    ]
    assert getsizeof(one.label) < getsizeof(dict(one.label))


def test_sources_are_found_by_their_ids() -> None:
    (one, _) = catalog_of({"fields.yaml": FIELDS}).catalog.fields.values()
    assert list(one.sources) == sorted(one.sources) == [f"shop.t.{column}" for column in "abcde"]
    assert (
        len(one.sources) == 5
        and SourceId("shop.t.f") not in one.sources
        and one.sources.get(SourceId("")) is None
    )
    assert dict(one.sources.items()) == one.sources == {name: one.sources[name] for name in one.sources}
    assert [source.id for source in one.sources.values()] == list(one.sources.keys())
    with pytest.raises(KeyError):
        one.sources[SourceId("shop.t.")]


MASTER = """\
defaults: {subject: customer}
fields:
  a.one:
    master: shop.orders.order_email
    sources:
      crm.people.order_email:
      shop.orders.order_email:
"""


def test_columns_of_one_name_in_a_field_are_one_text() -> None:
    (field,) = catalog_of({"fields.yaml": MASTER}).catalog.fields.values()
    first, second = field.sources.values()
    assert first.column is second.column


def test_files_without_defaults_of_their_own_share_those_of_the_catalog() -> None:
    defaults = FieldDefaults({"owner": "all"}, Place("amanat.yaml"), {"name": ({}, {})}, frozenset())
    shared = defaults.of("a.yaml", {}, "name")
    assert shared is defaults.of("b.yaml", {}, "name")
    own, places = defaults.of("b.yaml", {"owner": "b"}, "name")
    assert (own["owner"], places["owner"]) == ("b", Place("b.yaml", ("defaults", "owner")))
    assert defaults.of("c.yaml", {"owner": "c"}, "name")[0]["owner"] == "c"
    assert defaults.of("d.yaml", {}, "name") is shared
    assert (shared[0]["owner"], shared[1]["owner"]) == ("all", Place("amanat.yaml", ("owner",)))


def test_an_id_and_what_many_fields_name_are_one_text() -> None:
    written = "fields: {{{0}.one: {{category: contact.email, owner: sales}}}}"
    files = {f"{name}.yaml": written.format(name) for name in ("a", "b")}
    fields = catalog_of(files).catalog.fields
    one, two = fields.values()
    assert one.category is two.category == "contact.email" and one.owner is two.owner
    assert all(name is field.id for name, field in fields.items())
