"""What must hold for any claims: order never matters, agreement adds nothing, unknown is never agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.conflicts import Report, compare
from amanat.conflicts.durations import order
from amanat.conflicts.folding import fold
from amanat.conflicts.native import DIALECTS, read_type
from amanat.conflicts.observed import observed_claims
from amanat.conflicts.pairs import differ
from amanat.conflicts.wording import differing
from amanat.model.catalog import Catalog
from amanat.model.field import Facet, Field, Source
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import FieldId, SourceId, SourceTable, SystemId
from tests.unit.conflicts.samples import one_field

BASE = one_field({"shop.t.c": {}}).catalog
THING = FieldId("customer.thing")

facets = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["text", "integer", "decimal", "date", "timestamp", "money"]),
        "length": st.one_of(st.integers(1, 300), st.just("unlimited")),
        "precision": st.integers(1, 20),
        "nullable": st.booleans(),
        "unique": st.booleans(),
        "scale": st.integers(0, 5),
        "unit": st.sampled_from(["EUR", "cent"]),
        "calendar": st.sampled_from(["gregorian", "jalali"]),
        "grain": st.sampled_from(["customer", "order"]),
        "format": st.sampled_from(["e164", "free_text", "email", "uuid"]),
        "normal": st.sampled_from([("lower",), ("lower", "trim"), ("upper",), ("none",)]),
        "structure": st.sampled_from(["single", "list", "parts", "row_per_value"]),
        "part": st.sampled_from(["given", "family"]),
        "polarity": st.sampled_from(["positive", "negative"]),
        "empty": st.sampled_from([(None,), ("",), ("", "unknown")]),
        "default": st.sampled_from([None, "en", "de"]),
        "zone": st.sampled_from(["UTC", "local", "Asia/Tehran"]),
        "codes": st.sampled_from([{"1": "m", "2": "f"}, {"M": "m"}, {"1": "f", "2": None}]),
        "definition": st.sampled_from([{"en": "with tax"}, {"en": "without tax"}, {"fa": "بهای کالا"}]),
        "retention": st.sampled_from(["one_year", "three_years", "six_years", "nowhere"]),
        "purposes": st.sampled_from([("orders",), ("orders.delivery",), ("marketing",)]),
        "classification": st.sampled_from(["public", "internal", "confidential"]),
        "owner": st.sampled_from(["sales", "finance"]),
    },
)
claimed = st.lists(facets, min_size=1, max_size=6)


def source(number: int, says: dict[str, Any]) -> Source:
    """A source of a system without snapshot."""
    table = SourceTable(SystemId("shop"), "", "t", "shop.t.")
    return Source(table, f"c{number}", BASE.fields[THING].file, THING, says, {})


def catalog(sources: list[Source], **changes: Any) -> Catalog:
    """A catalog of one field with these sources, in this order."""
    field: Field = replace(BASE.fields[THING], sources={item.id: item for item in sources}, **changes)
    return replace(BASE, fields={THING: field})


def report(sources: list[Source], **changes: Any) -> Report:
    """Its report."""
    return compare(catalog(sources, **changes), None)


def verdicts(found: Report) -> set[tuple[str, str, str]]:
    """Facet, code and severity of each conflict."""
    return {(conflict.facet.value, conflict.code, conflict.severity.value) for conflict in found.conflicts}


@given(claimed, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_sources_never_matters(says: list[dict[str, Any]], random: Any) -> None:
    sources = [source(number, facet) for number, facet in enumerate(says)]
    shuffled = list(sources)
    random.shuffle(shuffled)
    one, other = report(sources), report(shuffled)
    assert [replace(c, entry=None) for c in one.conflicts] == [
        replace(c, entry=None) for c in other.conflicts
    ]
    assert one.coverage == other.coverage
    for first, second in zip(one.conflicts, other.conflicts, strict=True):
        assert list(first.values) == list(second.values)


@given(claimed, st.data())
@settings(max_examples=150, deadline=None)
def test_a_source_that_says_what_another_says_adds_no_conflict(says: list[dict[str, Any]], data: Any) -> None:
    sources = [source(number, facet) for number, facet in enumerate(says)]
    twin = source(99, data.draw(st.sampled_from(says)))
    master = sources[0].id
    before, after = report(sources, master=master), report([*sources, twin], master=master)
    alone = {conflict.facet for conflict in before.conflicts}
    added = {c.facet for c in after.conflicts} - alone
    # Sources that say nothing are only measured by the field once somebody says otherwise.
    assert added <= ({Facet.AUTHORITY} if len(sources) == 1 else set())


@given(claimed)
@settings(max_examples=100, deadline=None)
def test_a_source_that_says_nothing_is_unknown_and_takes_part_in_nothing(says: list[dict[str, Any]]) -> None:
    sources = [source(number, facet) for number, facet in enumerate(says)]
    silent = source(99, {})
    master = sources[0].id
    for conflict in report([*sources, silent], master=master).conflicts:
        if conflict.facet is not Facet.AUTHORITY:
            assert silent.id not in conflict.values
            assert silent.id in conflict.unknown


@given(claimed, st.data())
@settings(max_examples=150, deadline=None)
def test_what_two_sources_alone_differ_in_is_told_or_explained_among_all(
    says: list[dict[str, Any]], data: Any
) -> None:
    sources = [source(number, facet) for number, facet in enumerate(says)]
    twins = data.draw(st.sampled_from(says)), data.draw(st.sampled_from(says))
    one, other = source(98, twins[0]), source(99, twins[1])
    alone = listed(report([one, other], master=one.id), one.id, other.id)
    among = listed(report([*sources, one, other], master=one.id), one.id, other.id)
    assert alone <= among


def listed(found: Report, one: SourceId, other: SourceId) -> set[str]:
    """The facets in which a finding, or what it explains, gives two sources different values."""
    told: list[tuple[str, Mapping[str, object]]] = []
    for conflict in found.conflicts:
        told.append((conflict.facet.value, conflict.values))
        told.extend((item.facet.value, item.values) for item in conflict.explains)
    return {
        facet for facet, values in told if one in values and other in values and values[one] != values[other]
    }


@given(claimed)
@settings(max_examples=100, deadline=None)
def test_a_finding_is_as_severe_as_what_it_explains_unless_it_weighs_that_itself(
    says: list[dict[str, Any]],
) -> None:
    sources = [source(number, facet) for number, facet in enumerate(says)]
    for conflict in report(sources, master=sources[0].id).conflicts:
        for item in conflict.explains:
            assert item.facet is not conflict.facet
            if conflict.facet not in (Facet.IDENTIFIER, Facet.CODES):
                assert conflict.judged.rank <= item.severity.rank


@given(claimed)
@settings(max_examples=100, deadline=None)
def test_there_is_at_most_one_finding_for_a_field_and_a_facet(says: list[dict[str, Any]]) -> None:
    found = report([source(number, facet) for number, facet in enumerate(says)])
    ids = [conflict.id for conflict in found.conflicts]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids)


types = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["varchar(20)", "varchar", "text", "char(36)", "int", "int unsigned", "tinyint(1)", "date"]
    ),
    st.sampled_from(["datetime(6)", "timestamptz", "numeric(9,2)", "uuid", "json", "binary(8)", "varchar[]"]),
    st.sampled_from(["enum('a','b')", "enum('a','c')", "my_domain", "bigint unsigned", "int zerofill"]),
)
engines = st.sampled_from([*DIALECTS, None])


@given(engines, types, st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 65))
@settings(max_examples=300, deadline=None)
def test_no_type_is_too_strange(
    engine: str | None, spelled: str, length: int | None, precision: int | None
) -> None:
    found = read_type(engine, spelled, length, precision, None)
    assert found == read_type(engine, spelled, length, precision, None)


@given(engines, types, engines, types)
@settings(max_examples=300, deadline=None)
def test_comparing_two_columns_is_symmetric_and_unknown_is_never_the_same(
    engine: str | None, spelled: str, engine2: str | None, spelled2: str
) -> None:
    one, other = (
        observed_claims(e, ObservedColumn("t", "c", s, None, None, None, None, None, {}, (), "", 1))
        for e, s in ((engine, spelled), (engine2, spelled2))
    )
    for facet in (Facet.TYPE, Facet.LENGTH, Facet.PRECISION, Facet.SCALE, Facet.ZONE):
        assert differ(facet, one, other) == differ(facet, other, one)
        if facet.value not in one:
            assert differ(facet, one, other) is None
    kinds = (one.get("type"), other.get("type"))
    if kinds[0] and kinds[1] and kinds[0].tag and kinds[0] != kinds[1]:
        assert differ(Facet.TYPE, one, other) is not False


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_folding_is_stable_and_a_text_is_the_same_as_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert differing(text, text) is None
    assert differing(text, f"  {text} . ") is None or not fold(text)


amounts = st.builds("P{}{}".format, st.integers(0, 5000), st.sampled_from("YMWD"))


@given(amounts, amounts, amounts)
@settings(max_examples=200, deadline=None)
def test_durations_are_ordered_without_contradiction(one: str, two: str, three: str) -> None:
    sign, back = order(one, two), order(two, one)
    assert back == (None if sign is None else -sign)
    if order(one, two) == 1 and order(two, three) == 1:
        assert order(one, three) == 1
