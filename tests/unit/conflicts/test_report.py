"""What the report hands out beside the verdicts: values, places, unknowns, coverage, drift, ways out."""

from __future__ import annotations

from amanat.conflicts import Basis, claims_of
from amanat.model.field import Facet
from amanat.model.values import FieldId
from tests.unit.conflicts.samples import one_field, report_of, told


def test_a_conflict_lists_every_source_with_its_value_and_its_place() -> None:
    loaded = one_field(
        {"shop.t.c": {"length": 254}, "erp.t.c": {}},
        {"length": 200},
        {"crm.t.c": "varchar(191)"},
    )
    (conflict,) = report_of(loaded).conflicts
    assert dict(conflict.values) == {"field": 200, "crm.t.c": 191, "shop.t.c": 254}
    assert list(conflict.values) == ["field", "crm.t.c", "shop.t.c"]
    assert conflict.unknown == ("erp.t.c",)
    fields = ("fields", "customer.thing")
    assert conflict.where["field"] == ("fields.yaml", (*fields, "length"))
    assert conflict.where["shop.t.c"] == ("fields.yaml", (*fields, "sources", "shop.t.c", "length"))
    assert conflict.where["crm.t.c"] == ("observed/crm.columns.csv", (3,))
    assert conflict.basis["shop.t.c"] is Basis.DECLARED
    assert conflict.basis["crm.t.c"] is Basis.OBSERVED
    assert conflict.place == ("fields.yaml", fields)
    assert conflict.id == "customer.thing/length"


def test_the_message_names_both_values_and_who_loses() -> None:
    (conflict,) = report_of(one_field({"shop.t.c": {"length": 254}, "crm.t.c": {"length": 191}})).conflicts
    assert conflict.message == (
        "length of `customer.thing` differs: `191` in `crm.t.c`, `254` in `shop.t.c`; "
        "longer values are cut on their way to `crm.t.c`"
    )


def test_the_ways_out_are_align_map_accept_in_this_order() -> None:
    (conflict,) = report_of(one_field({"shop.t.c": {"length": 254}, "crm.t.c": {"length": 191}})).conflicts
    assert [way.partition(":")[0] for way in conflict.ways_out] == ["align", "map", "accept"]


def test_many_sources_make_one_finding_and_a_short_message() -> None:
    sources = {f"shop.t.c{n:02}": {"length": 100 + n % 5} for n in range(40)}
    (conflict,) = report_of(one_field(sources)).conflicts
    assert len(conflict.values) == 40
    assert len(conflict.message) < 500


def test_a_key_that_no_system_shares_says_so_for_the_sources_it_knows() -> None:
    loaded = one_field(
        {"shop.t.c": {"format": "uuid"}, "crm.t.c": {}, "erp.t.c": {"format": "integer_key"}},
        {"category": "id.internal"},
    )
    (conflict,) = report_of(loaded).conflicts
    assert conflict.unknown == ("crm.t.c",)


def test_unknown_is_counted_and_never_taken_for_agreement() -> None:
    loaded = one_field({"shop.t.c": {"length": 254}, "crm.t.c": {}, "erp.t.c": {}})
    report = report_of(loaded)
    assert not report.conflicts
    assert report.coverage[Facet.LENGTH] == (1, 2)


def test_a_facet_that_does_not_apply_is_neither_known_nor_unknown() -> None:
    loaded = one_field(observed={"shop.t.c": "varchar(20)", "crm.t.c": "int"})
    assert report_of(loaded).coverage[Facet.LENGTH] == (1, 0)


def test_a_declaration_that_its_snapshot_contradicts_is_drift() -> None:
    loaded = one_field(
        {"shop.t.c": {"length": 100, "nullable": False}}, observed={"shop.t.c": "varchar(254) null"}
    )
    drift = {(item.facet, item.declared, item.observed) for item in report_of(loaded).drift}
    assert drift == {(Facet.LENGTH, 100, 254), (Facet.NULLABLE, False, True)}


def test_a_declaration_that_its_snapshot_bears_out_is_no_drift() -> None:
    loaded = one_field({"shop.t.c": {"length": 254, "type": "text"}}, observed={"shop.t.c": "varchar(254)"})
    assert report_of(loaded).drift == ()


def test_a_declared_type_hides_what_the_observed_type_would_say() -> None:
    loaded = one_field(
        {"shop.t.c": {"type": "date"}}, observed={"shop.t.c": "varchar(20)", "crm.t.c": "date"}
    )
    assert told(report_of(loaded)) == []


def test_all_claims_can_be_looked_at_declared_before_observed() -> None:
    loaded = one_field({"shop.t.c": {"length": 100}}, {"length": 90}, {"shop.t.c": "varchar(254)"})
    field = loaded.catalog.fields[FieldId("customer.thing")]
    found = [(c.by, c.value.shown, c.basis.value) for c in claims_of(loaded.catalog, field, Facet.LENGTH)]
    assert found == [
        ("field", 90, "declared"),
        ("shop.t.c", 100, "declared"),
        ("shop.t.c", 254, "observed"),
    ]


def test_a_primary_key_of_one_column_is_unique_and_of_two_is_not() -> None:
    from dataclasses import replace

    from amanat.conflicts import compare
    from amanat.model.values import SystemId

    loaded = one_field(
        {"crm.t.c": {"unique": False}}, observed={"shop.t.c": "integer", "shop.t.d": "integer"}
    )
    snapshot = loaded.catalog.snapshots[SystemId("shop")]

    def with_keys(*names: str) -> list[str]:
        columns = {
            path: replace(column, keys=("PK",) if column.column in names else ())
            for path, column in snapshot.columns.items()
        }
        snapshots = {SystemId("shop"): replace(snapshot, columns=columns)}
        return told(compare(replace(loaded.catalog, snapshots=snapshots), None))

    assert with_keys("c") == ["unique CF109 error shop.t.c"]
    assert with_keys("c", "d") == []
