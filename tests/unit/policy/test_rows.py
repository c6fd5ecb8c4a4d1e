"""How a row finds the consent of its subject, and where it does not, why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from amanat.identity.keys import is_unique
from amanat.model.catalog import Catalog
from amanat.model.values import PurposeId, Scalar, SourceId, SystemId
from amanat.policy.request import Condition
from amanat.policy.rows import Hop, RowFilter, row_filter
from tests.support import catalog_of

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
SHOP = """\
customers id integer PK
customers number text UQ
customers news boolean -
orders id integer PK
orders customer_id integer FK:customers.id
lines id integer PK
lines order_id bigint REF:orders.id
notes customer_id integer FK:customers.id
notes writer_id integer FK:customers.id
letters customer_id text FK:customers.id
tags name text -
consents customer_id integer UQ,FK:customers.id
consents sms text -
events customer_id integer FK:customers.id
events push boolean -
hints number text REF:customers.number
loose customer_name text REF:customers.nickname
customers nickname text -
self id integer PK
self parent_id integer FK:self.id
both a integer PK,FK:customers.id
both b integer PK
"""


def snapshot(columns: str) -> str:
    rows = [line.split(" ") for line in columns.splitlines()]
    return HEADER + "".join(
        f"{table},{column},{kind},,,,,,,{'' if keys == '-' else keys.replace(',', ' ')},\n"
        for table, column, kind, keys in rows
    )


def shop(columns: str | None = SHOP, customer_id: str = "shop.customers.number") -> Catalog:
    entry = "label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql"
    system = f"{{{entry}, customer_id: {customer_id}}}"
    files: dict[str, str | bytes] = {"a.yaml": f"systems: {{shop: {system}}}"}
    if columns is not None:
        files["observed/shop.columns.csv"] = snapshot(columns)
    return catalog_of(files).catalog


def found(catalog: Catalog, table: str, record: str, granted: Scalar = True, known: bool = True) -> RowFilter:
    condition = Condition(PurposeId("news"), SourceId(record), granted, known)
    schema, _, name = table.rpartition(".")
    return row_filter(catalog, schema, name, catalog.systems[SystemId("shop")], condition)


CUSTOMER = Hop("customer_id", "", "customers", "id")
ORDER = Hop("order_id", "", "orders", "id")
CONSENT = Hop("id", "", "consents", "customer_id")


@pytest.mark.parametrize(
    ("table", "record", "hops"),
    [
        ("customers", "shop.customers.news", []),
        ("consents", "shop.consents.sms", []),
        ("events", "shop.events.push", []),
        ("orders", "shop.customers.news", [CUSTOMER]),
        ("lines", "shop.customers.news", [ORDER, CUSTOMER]),
        ("customers", "shop.consents.sms", [CONSENT]),
        ("orders", "shop.consents.sms", [CUSTOMER, CONSENT]),
        ("lines", "shop.consents.sms", [ORDER, CUSTOMER, CONSENT]),
        ("hints", "shop.customers.news", [Hop("number", "", "customers", "number")]),
        ("both", "shop.customers.news", [Hop("a", "", "customers", "id")]),
    ],
)
def test_the_way_from_a_row_to_the_record(table: str, record: str, hops: Sequence[Hop]) -> None:
    row = found(shop(), table, record)
    assert (row.hops, row.column, row.problem) == (tuple(hops), record.rpartition(".")[2], "")


@pytest.mark.parametrize(
    ("table", "record", "problem"),
    [
        ("customers", "till.people.news", "another system, `till`"),
        ("customers", "shop.customers.gone", "no column `shop.customers.gone`"),
        ("notes", "shop.customers.news", "several foreign keys lead from `notes`"),
        ("tags", "shop.customers.news", "no foreign keys lead from `tags`"),
        ("letters", "shop.customers.news", "no foreign keys lead from `letters`"),
        ("loose", "shop.customers.news", "no foreign keys lead from `loose`"),
        ("self", "shop.customers.news", "no foreign keys lead from `self`"),
        ("customers", "shop.events.push", "`events` may record consent more than once"),
        ("customers", "shop.tags.name", "does not refer to the customers in `customers` by one key"),
        ("orders", "shop.notes.writer_id", "does not refer to the customers in `customers` by one key"),
        ("orders", "nonsense", "another system, `nonsense`"),
    ],
)
def test_without_one_sure_way_there_is_no_filter(table: str, record: str, problem: str) -> None:
    row = found(shop(), table, record)
    assert problem in row.problem
    assert row.hops == ()


def test_a_record_in_the_same_row_needs_no_snapshot_and_no_customer_id() -> None:
    assert found(shop(None, "{none: No accounts}"), "customers", "shop.customers.news").problem == ""


def test_a_record_in_another_table_needs_a_snapshot() -> None:
    assert "without a snapshot" in found(shop(None), "orders", "shop.customers.news").problem


def test_a_record_in_another_table_needs_a_customer_id() -> None:
    row = found(shop(customer_id="{none: No accounts}"), "orders", "shop.customers.news")
    assert "no customer id" in row.problem


def test_a_granted_value_that_is_not_said_meets_no_row() -> None:
    row = found(shop(), "customers", "shop.customers.news", None, False)
    assert "which value means granted" in row.problem


def test_a_table_in_a_schema_is_not_the_one_of_the_same_name_elsewhere() -> None:
    catalog = shop("crm.customers id integer PK\ncrm.customers news boolean -\n", "shop.crm.customers.id")
    assert found(catalog, "crm.customers", "shop.crm.customers.news").hops == ()
    assert "no column" in found(catalog, "customers", "shop.customers.news").problem


def test_a_way_is_not_followed_for_ever() -> None:
    chain = (
        "".join(f"t{at} id integer PK\nt{at} up integer FK:t{at + 1}.id\n" for at in range(6))
        + "t6 id integer PK\n"
    )
    catalog = shop(chain + "t6 news boolean -\n", "shop.t6.id")
    assert "no foreign keys lead" in found(catalog, "t0", "shop.t6.news").problem
    assert len(found(catalog, "t2", "shop.t6.news").hops) == 4


def test_one_of_two_primary_key_columns_is_not_unique() -> None:
    seen = shop().snapshots[SystemId("shop")]
    assert not is_unique(seen, "both.a")
    assert is_unique(seen, "customers.id")
    assert is_unique(seen, "customers.number")
    assert not is_unique(seen, "customers.news")
    assert not is_unique(seen, "customers.ghost")
