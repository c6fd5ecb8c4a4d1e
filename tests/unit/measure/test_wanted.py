"""Which source is asked what, and which answer is judged."""

from __future__ import annotations

import pytest

from amanat.conflicts.codelists import codes_of
from amanat.measure.wanted import wanted_of
from amanat.model.values import SystemId
from tests.support import catalog_of

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"


def told(field: str, observed: str = "") -> dict[str, tuple[str, str]]:
    """Of each column and check of the shop: what is expected ("": it is only told), and why it cannot be asked."""
    files = {
        "a.yaml": f"systems: {{shop: {{label: S, kind: crm}}, desk: {{label: D, kind: crm}}}}\nfields:\n  c.x: {{label: x, {field}}}\n"
    }
    if observed:
        files["observed/shop.columns.csv"] = _HEADER + observed
    found = wanted_of(catalog_of(files).catalog, SystemId("shop"))
    return {
        f"{one.source.parts.path} {one.check}": (one.written if one.expected else "", one.cannot)
        for table in found
        for one in table.wanted
    }


def test_completeness_and_uniqueness_are_judged_where_the_field_is_answered_for() -> None:
    found = told(
        "quality: {complete: 99%, unique: 98%}, master: shop.users.x, sources: {shop.users.x: , shop.orders.x: }"
    )
    assert found == {
        "users.x complete": ("99%", ""),
        "users.x unique": ("98%", ""),
        "orders.x complete": ("", ""),
    }


def test_by_priority_where_there_is_no_master_and_everywhere_without_either() -> None:
    sources = "sources: {shop.users.x: , shop.orders.x: }"
    priority = "survivorship: {strategy: source_priority, priority: [shop.orders.x]}"
    assert told(f"quality: {{unique: 1%}}, {priority}, {sources}") == {"orders.x unique": ("1%", "")}
    assert told(f"quality: {{unique: 1%}}, {sources}").keys() == {"orders.x unique", "users.x unique"}


def test_a_source_may_expect_something_of_its_own() -> None:
    found = told(
        "quality: {complete: 99%}, master: desk.t.x, sources: {desk.t.x: , shop.users.x: {quality: {complete: 60%, unique: 5%}, freshness: P3D}}"
    )
    assert found == {
        "users.x complete": ("60%", ""),
        "users.x unique": ("5%", ""),
        "users.x fresh": ("P3D", ""),
    }


def test_what_is_in_other_systems_or_not_live_is_not_asked() -> None:
    assert told("quality: {complete: 1%}, sources: {desk.t.x: }") == {}
    assert told("status: planned, quality: {complete: 1%}, sources: {shop.t.x: }") == {}
    assert told("sources: {shop.t.x: }") == {}


@pytest.mark.parametrize(
    ("field", "source", "answer"),
    [
        ("quality: {valid: 9%}, format: email", "", ("9%", "")),
        ("quality: {valid: 9%}, format: email", "format: free_text", ("", "")),
        ("quality: {valid: 9%}, format: email", "format: free_text, quality: {valid: 5%}", ("5%", "")),
        ("quality: {valid: 9%}", "format: uuid", ("9%", "")),
        ("quality: {valid: 9%}, type: date", "", ("9%", "")),
        ("quality: {valid: 9%}, length: 20", "", ("9%", "")),
        ("quality: {valid: 9%}", "", ("9%", "no_format")),
        ("quality: {valid: 9%}, format: email", "structure: list", ("9%", "structure")),
        ("quality: {valid: 9%}, format: email", "part: given", ("9%", "part")),
        ("quality: {in_code_list: 9%}", "", ("9%", "no_codes")),
        ("quality: {in_code_list: 9%}, format: bcp47", "", ("9%", "no_codes")),
        ("quality: {in_code_list: 9%}, format: iso_4217", "", ("9%", "")),
        ("quality: {in_code_list: 9%}, codes: {a: b}", "", ("9%", "")),
        ("quality: {referential: 9%}", "", ("9%", "no_target")),
        ("quality: {referential: 9%}", "refers_to: other.id", ("9%", "")),
    ],
)
def test_what_a_check_needs(field: str, source: str, answer: tuple[str, str]) -> None:
    assert list(told(f"{field}, sources: {{shop.t.x: {{{source}}}}}").values()) == [answer]


def test_a_foreign_key_of_the_snapshot_says_what_a_column_refers_to() -> None:
    found = told("quality: {referential: 9%}, sources: {shop.t.x: }", "t,x,int,,,,yes,,,FK:other.id,\n")
    assert found == {"t.x referential": ("9%", "")}


def test_the_lists_of_formats_are_the_standards_own() -> None:
    countries, currencies = codes_of("iso_3166_1_alpha_2"), codes_of("iso_4217")
    assert {"DE", "IR", "GB"} <= set(countries) and not {"UK", "XX", "EU", "ZZ", "AA"} & set(countries)
    assert len(countries) in range(245, 256)
    assert {"EUR", "IRR", "USD"} <= set(currencies) and "AAA" not in currencies
    assert codes_of("iso_5218") == ("0", "1", "2", "9")
    assert codes_of("bcp47") == ()
