"""The register: complete, and honest about what is not known."""

from __future__ import annotations

from amanat.inventory.columns import Absent, Cell, columns_of
from amanat.inventory.register import Register, register
from amanat.inventory.select import Filter
from tests.unit.inventory.samples import FIELDS, PEOPLE, sample

UNKNOWN, NOT_APPLICABLE = Absent.UNKNOWN, Absent.NOT_APPLICABLE


def _register(**files: str) -> Register:
    loaded, report = sample(**files)
    return register(loaded.catalog, report, loaded.spans)


def _cells(field: str, source: str | Absent, **files: str) -> dict[str, Cell]:
    rows = [row for row in _register(**files).rows() if (row["field"], row["source"]) == (field, source)]
    assert len(rows) == 1
    return dict(rows[0])


def test_every_field_and_source_has_one_row_and_a_field_without_source_one_too() -> None:
    made = _register()
    assert [(row["field"], row["source"]) for row in made.rows()] == [
        ("customer.email", "mail.leads.email"),
        ("customer.email", "shop.users.email"),
        ("customer.visits", "shop.users.visits"),
        ("customer.wish", NOT_APPLICABLE),
    ]
    assert made.total == 4


def test_every_row_has_exactly_the_columns_of_the_register() -> None:
    loaded, report = sample()
    for by in ("source", "field"):
        made = register(loaded.catalog, report, loaded.spans, by)
        names = [column.name for column in made.columns]
        assert len(names) == len(set(names))
        for row in made.rows():
            assert set(row) == set(names)


def test_what_people_wrote_about_a_source_is_in_its_row() -> None:
    cells = _cells("customer.email", "mail.leads.email")
    assert cells["label_fa"] == "نشانی ايميل"
    assert (cells["length"], cells["declared_length"]) == (254, 191)
    assert cells["declared_empty"] == ("''", "unknown")
    assert cells["declared_default"] == "''"
    assert cells["lawful_bases"] == ("orders[EU]=contract", "orders[IR]=consent")
    assert cells["retention_where"] == ("IR: P5Y from last_contact then delete (HGB 257)",)
    assert cells["system_country"] == "IR"
    assert (cells["file"], cells["line"], cells["source_line"]) == ("fields.yaml", 2, 14)
    assert "owner from amanat.yaml:6" in cells["inherited"]  # type: ignore[operator]


def test_the_teams_own_keys_of_field_and_source_are_columns_of_their_own() -> None:
    cells = _cells("customer.email", "shop.users.email")
    assert cells["x_ticket"] == '=HYPERLINK("http://bad.example")'
    assert cells["source_x_seen_by"] == "@crm"
    assert _cells("customer.email", "mail.leads.email")["source_x_seen_by"] is UNKNOWN


def test_what_was_observed_stands_beside_what_was_declared() -> None:
    cells = _cells("customer.email", "shop.users.email")
    assert (cells["observed"], cells["observed_type"], cells["observed_length"]) == (True, "varchar", 254)
    assert (cells["observed_file"], cells["observed_line"]) == ("observed/shop.columns.csv", 3)
    assert cells["observed_default"] is UNKNOWN


def test_a_system_without_snapshot_is_unknown_and_a_column_missing_from_one_is_not() -> None:
    assert _cells("customer.email", "mail.leads.email")["observed"] is UNKNOWN
    gone = _cells("customer.visits", "shop.users.visits")
    assert (gone["observed"], gone["observed_type"]) == (False, NOT_APPLICABLE)


def test_unknown_and_not_applicable_are_told_apart() -> None:
    visits = _cells("customer.visits", "shop.users.visits")
    assert (visits["length"], visits["unit"]) == (NOT_APPLICABLE, UNKNOWN)
    assert (visits["retention"], visits["purposes"]) == (UNKNOWN, UNKNOWN)
    assert _cells("customer.wish", NOT_APPLICABLE)["length"] is UNKNOWN


def test_a_live_field_without_source_stands_somewhere_nobody_told() -> None:
    live = FIELDS.replace("    status: planned\n", "")
    assert _cells("customer.wish", UNKNOWN, fields=live)["system"] is UNKNOWN


def test_accepted_differences_and_open_conflicts_are_told_apart() -> None:
    accepted = _cells("customer.email", "shop.users.email")
    assert accepted["conflicts_open"] == ()
    assert accepted["discrepancies_accepted"] == ("length: email_length until 2027-01-15",)
    undecided = _cells("customer.email", "shop.users.email", fields=FIELDS.partition("discrepancies:")[0])
    assert undecided["conflicts_open"] == ("length (warning, open)",)


def test_no_conflict_is_claimed_only_where_two_sources_say_something() -> None:
    bare = FIELDS.partition("discrepancies:")[0].replace(
        "{length: 191, empty: ['', unknown], default: ''}", ""
    )
    assert _cells("customer.email", "mail.leads.email", fields=bare)["conflicts_open"] is UNKNOWN
    assert _cells("customer.visits", "shop.users.visits")["conflicts_open"] is NOT_APPLICABLE


def test_references_to_nothing_are_kept_as_written() -> None:
    cells = _cells("customer.email", "shop.users.email", people=PEOPLE.replace("  life:", "  other:"))
    assert (cells["retention"], cells["retention_keep"]) == ("life", UNKNOWN)


def test_by_field_lists_sources_systems_and_countries() -> None:
    loaded, report = sample()
    rows = {row["field"]: row for row in register(loaded.catalog, report, loaded.spans, "field").rows()}
    email = rows["customer.email"]
    assert email["sources"] == ("mail.leads.email", "shop.users.email")
    assert (email["countries"], email["sources_observed"]) == (("DE", "IR"), 1)
    assert rows["customer.wish"]["sources"] is NOT_APPLICABLE


def test_filters_leave_out_and_are_counted() -> None:
    loaded, report = sample()
    made = register(loaded.catalog, report, loaded.spans, filters=Filter(system="mail"))
    assert made.total == 2
    assert {row["field"] for row in made.rows()} == {"customer.email"}


def test_a_language_that_the_catalog_does_not_list_is_not_dropped() -> None:
    loaded, _ = sample(fields=FIELDS.replace("label: Wish", "label: {en: Wish, de: Wunsch}"))
    assert "label_de" in {column.name for column in columns_of(loaded.catalog, "source")}
