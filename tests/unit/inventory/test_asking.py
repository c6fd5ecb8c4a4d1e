"""Lists, filters, and where a column stands."""

from __future__ import annotations

import pytest

from amanat.errors import UsageError
from amanat.inventory.columns import Absent
from amanat.inventory.listing import LISTINGS, list_entries
from amanat.inventory.locate import COLUMNS, locate, rows
from amanat.inventory.select import Filter
from tests.unit.inventory.samples import sample

UNKNOWN = Absent.UNKNOWN


def _ids(kind: str, filters: Filter) -> list[object]:
    return [row[0] for row in list_entries(sample()[0].catalog, kind, filters)[1]]


@pytest.mark.parametrize("kind", LISTINGS)
def test_every_kind_can_be_listed_whole(kind: str) -> None:
    catalog = sample()[0].catalog
    columns, listed = list_entries(catalog, kind, Filter())
    assert all(len(row) == len(columns) for row in listed)
    if kind == "sources":
        assert len(listed) == 3
    else:
        assert [row[0] for row in listed] == list(getattr(catalog, kind))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filter(owner="crm", status="live"), ["customer.email", "customer.visits"]),
        (Filter(system="mail"), ["customer.email"]),
        (Filter(category="contact"), ["customer.email"]),
        (Filter(category="contact.*"), ["customer.email"]),
        (Filter(category="contact.phone"), []),
        (Filter(purpose="orders"), ["customer.email"]),
        (Filter(purpose="orders.delivery"), ["customer.email"]),
        (Filter(classification="internal"), ["customer.visits", "customer.wish"]),
        (Filter(status="planned"), ["customer.wish"]),
    ],
)
def test_filters_let_through_what_they_say(filters: Filter, expected: list[str]) -> None:
    assert _ids("fields", filters) == expected


def test_sources_of_a_system_are_its_own_only() -> None:
    assert _ids("sources", Filter(system="mail")) == ["mail.leads.email"]
    assert _ids("systems", Filter(owner="crm")) == ["mail", "shop"]


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        _ids("fields", Filter(system="shopp"))
    assert (error.value.message, error.value.hint) == ("no system `shopp`", "did you mean `shop`?")


def test_a_filter_that_means_nothing_for_a_kind_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        _ids("systems", Filter(purpose="orders"))
    assert error.value.hint == "systems can be filtered by `--owner`, `--status`"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("mail.leads.email", ["mail.leads.email"]),
        ("users.email", ["shop.users.email"]),
        ("email", ["mail.leads.email", "shop.users.email"]),
        ("EMAIL", ["mail.leads.email", "shop.users.email"]),
        ("*.email", ["mail.leads.email", "shop.users.email"]),
        ("shop.users.[ep]*", ["shop.users.email", "shop.users.phone"]),
        ("mail", ["mail.leads.email"]),
        (
            "shop.users",
            ["shop.users.created_at", "shop.users.email", "shop.users.phone", "shop.users.visits"],
        ),
    ],
)
def test_a_column_is_found_however_people_write_it(wanted: str, expected: list[str]) -> None:
    assert [one.source for one in locate(sample()[0].catalog, wanted)] == expected


def _told(column: str) -> dict[str, object]:
    loaded, _ = sample()
    (row,) = rows(loaded.catalog, locate(loaded.catalog, column), loaded.spans)
    return dict(zip(COLUMNS, row, strict=True))


def test_a_mapped_column_tells_its_field_and_place() -> None:
    told = _told("shop.users.email")
    assert (told["stands"], told["field"], told["is_master"]) == ("mapped", "customer.email", True)
    assert (told["at"], told["observed"], told["observed_at"]) == (
        "fields.yaml:13",
        "varchar",
        "observed/shop.columns.csv:3",
    )


def test_an_ignored_column_tells_the_reason_and_an_unmapped_one_is_the_gap() -> None:
    ignored = _told("created_at")
    assert (ignored["stands"], ignored["reason"]) == ("ignored", "When a row was written")
    assert _told("phone")["stands"] == "unmapped"


def test_a_declared_column_that_the_snapshot_lacks_is_told() -> None:
    assert _told("users.visits")["observed"] is False
    assert _told("leads.email")["observed"] is UNKNOWN


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        locate(sample()[0].catalog, "shop.users.emial")
    assert error.value.hint is not None
    assert "`shop.users.email`" in error.value.hint
