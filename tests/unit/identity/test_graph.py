"""How the rows of a system lead to its customer id, along keys and against them, and where they do not."""

from __future__ import annotations

import pytest

from amanat.identity import Identity, Known, Reach, Table, identity_graph
from tests.support import catalog_of

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
ENTRY = "label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql"
KEYS = """\
customers id integer PK
customers number text UQ
customers address_id integer FK:addresses.id
addresses id integer PK
profiles customer_id integer UQ,FK:customers.id
orders id integer PK
orders customer_id integer FK:customers.id
lines order_id bigint REF:orders.id
notes author_id integer FK:customers.id
notes reader_id integer FK:customers.id
tags name text -
letters customer_id text FK:customers.id
visits customer_name text REF:customers.nick
customers nick text -
lost order_id integer FK:elsewhere.id
bills number text -
orphans bill_number integer FK:bills.amount
"""


def snapshot(columns: str) -> str:
    rows = [line.split(" ") for line in columns.splitlines()]
    return HEADER + "".join(
        f"{table},{column},{kind},,,,,,,{'' if keys == '-' else keys.replace(',', ' ')},\n"
        for table, column, kind, keys in rows
    )


def identity(
    columns: str | None = KEYS,
    customer_id: str = "shop.customers.number",
    mapped: tuple[str, ...] = (),
    ignore: str = "",
    more: str = "",
) -> Identity:
    """The system `shop`; a field each maps the first column of every table and what is `mapped`."""
    first: dict[str, str] = {}
    for line in (columns or "").splitlines():
        table, column, *_ = line.split(" ")
        first.setdefault(table, f"shop.{table}.{column}")
    fields = ", ".join(
        f"thing.f{at}: {{label: F{at}, sources: {{{source}: {{}}}}}}"
        for at, source in enumerate(sorted({*first.values(), *mapped}))
    )
    system = f"{ENTRY}, customer_id: {customer_id}" if customer_id else ENTRY
    if ignore:
        system += f", ignore: [{{columns: [{ignore}], reason: Data about staff}}]"
    files: dict[str, str | bytes] = {"a.yaml": f"systems: {{shop: {{{system}}}}}\nfields: {{{fields}{more}}}"}
    if columns is not None:
        files["observed/shop.columns.csv"] = snapshot(columns)
    (found,) = identity_graph(catalog_of(files).catalog).systems
    return found


def table(name: str, found: Identity | None = None) -> Table:
    return next(table for table in (found or identity()).tables if table.name == name)


def way(found: Table) -> list[str]:
    return [f"{'<' if hop.against else '>'}{hop.target} {hop.rows}" for hop in found.hops]


@pytest.mark.parametrize(
    ("name", "reach", "hops"),
    [
        ("customers", Reach.HERE, []),
        ("orders", Reach.ONE, [">customers n:1"]),
        ("profiles", Reach.ONE, [">customers 1:1"]),
        ("lines", Reach.ONE, [">orders n:1", ">customers n:1"]),
        ("addresses", Reach.MANY, ["<customers 1:n"]),
        ("notes", Reach.AMBIGUOUS, [">customers n:1"]),
        ("visits", Reach.UNSURE, [">customers ?"]),
        ("tags", Reach.UNREACHABLE, []),
        ("letters", Reach.UNREACHABLE, []),
        ("lost", Reach.UNREACHABLE, []),
        ("orphans", Reach.UNREACHABLE, []),
    ],
)
def test_the_way_of_a_table(name: str, reach: Reach, hops: list[str]) -> None:
    found = table(name)
    assert (found.reach, way(found)) == (reach, hops)


@pytest.mark.parametrize(
    ("name", "reason", "mend"),
    [
        ("tags", "no key leads from it or to it", "declare a key from `tags` to `customers.id`"),
        ("letters", "a text never equals a integer", "declare a key from `letters` to `customers.id`"),
        ("lost", "the snapshot has no table `elsewhere`", "declare a key from `lost`"),
        ("orphans", "the snapshot has no column `bills.amount`", "declare a key from `orphans`"),
        ("visits", "no key says that `customers.nick` is unique", "declare `customers.nick` unique"),
        ("addresses", "may meet several rows of `customers`", "declare `customers.address_id` unique"),
        ("notes", "by `notes.author_id` or `notes.reader_id`", "put the others under `ignore`"),
    ],
)
def test_what_is_not_sure_has_a_reason_and_a_way_out(name: str, reason: str, mend: str) -> None:
    found = table(name)
    assert reason in found.reason
    assert mend in found.mend


def test_an_ignored_key_is_no_second_way() -> None:
    found = table("notes", identity(ignore="notes.author_id"))
    assert (found.reach, found.hops[0].columns, found.others) == (Reach.ONE, ("reader_id",), ())


def test_where_all_keys_are_ignored_they_are_ways_all_the_same() -> None:
    assert table("orders", identity(ignore='"*_id"')).reach is Reach.ONE
    assert table("notes", identity(ignore='"*_id"')).reach is Reach.AMBIGUOUS


def test_a_sure_way_goes_before_a_shorter_one_that_is_not() -> None:
    columns = (
        "customers id integer PK\ncustomers firm_id integer FK:firms.id\nfirms id integer PK\n"
        "firms owner_id integer FK:owners.id\nowners id integer PK\nowners customer_id integer FK:customers.id\n"
    )
    found = table("firms", identity(columns, "shop.customers.id"))
    assert (found.reach, way(found)) == (Reach.ONE, [">owners n:1", ">customers n:1"])


def test_two_ways_of_one_length_disagree_and_so_does_what_leads_there() -> None:
    columns = (
        "customers id integer PK\na id integer PK\na customer_id integer FK:customers.id\nb id integer PK\n"
        "b customer_id integer FK:customers.id\nc id integer PK\nc a_id integer FK:a.id\nc b_id integer FK:b.id\n"
        "d c_id integer FK:c.id\n"
    )
    found = identity(columns, "shop.customers.id")
    assert way(table("c", found)) == [">a n:1", ">customers n:1"]
    assert [hop.target for hop in table("c", found).others] == ["b"]
    assert table("d", found).reach is table("c", found).reach is Reach.AMBIGUOUS
    assert table("d", found).reason == "by `c.a_id` or `c.b_id`, which may name different customers"


def test_a_cycle_ends() -> None:
    columns = (
        "customers id integer PK\na id integer PK\na b_id integer FK:b.id\nb id integer PK\n"
        "b a_id integer FK:a.id\nb self_id integer FK:b.id\n"
    )
    found = identity(columns, "shop.customers.id")
    assert {t.name: t.reach for t in found.tables} == {
        "a": Reach.UNREACHABLE,
        "b": Reach.UNREACHABLE,
        "customers": Reach.HERE,
    }
    assert table("a", found).reason == "its keys lead only to tables that do not lead to the customer id"


def test_the_columns_of_a_composite_key_make_one_hop() -> None:
    columns = (
        "customers tenant integer PK\ncustomers number integer PK\norders id integer PK\n"
        "orders tenant integer FK:customers.tenant\norders number integer FK:customers.number\n"
        "half tenant integer FK:customers.tenant\n"
    )
    found = identity(columns, "shop.customers.number")
    (hop,) = table("orders", found).hops
    assert (hop.columns, hop.keys, hop.rows) == (("number", "tenant"), ("number", "tenant"), "n:1")
    assert table("half", found).reach is Reach.MANY
    assert way(table("half", found)) == [">customers n:m"]
    assert found.unique is False


def test_a_table_between_is_shown_though_no_field_maps_it() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": f"systems: {{shop: {{{ENTRY}, customer_id: shop.customers.id}}}}\n"
        "fields: {thing.a: {label: A, sources: {shop.lines.note: {}}}}",
        "observed/shop.columns.csv": snapshot(
            "customers id integer PK\norders id integer PK\norders by integer FK:customers.id\n"
            "lines order_id integer FK:orders.id\nlines note text -\n"
        ),
    }
    (found,) = identity_graph(catalog_of(files).catalog).systems
    assert [(t.name, t.mapped) for t in found.tables] == [
        ("customers", False),
        ("lines", True),
        ("orders", False),
    ]


CARRIED = ", thing.number: {label: Number, sources: {shop.customers.number: {}, shop.tags.name: {}, shop.orders.id: {}}}"


def test_a_column_of_the_same_field_carries_the_customer_id() -> None:
    found = table("tags", identity(more=CARRIED))
    assert (found.reach, found.reason) == (
        Reach.CARRIES,
        "`tags.name` holds the customer id, as declared",
    )


def test_a_key_beside_a_carried_id_is_a_second_way() -> None:
    found = table("orders", identity(more=CARRIED))
    assert found.reach is Reach.AMBIGUOUS
    assert found.reason == "by `orders.id` or `orders.customer_id`, which may name different customers"
    assert table("lines", identity(more=CARRIED)).reach is Reach.AMBIGUOUS


def test_a_key_to_a_column_of_the_same_field_is_proposed() -> None:
    found = identity(
        more=", thing.id: {label: Id, sources: {shop.tags.name: {}, shop.profiles.customer_id: {}}}"
    )
    assert (
        table("tags", found).mend == "declare a key from `tags.name` to `customers.id`: both hold `thing.id`"
    )


def test_a_system_without_snapshot_is_neither_reachable_nor_not() -> None:
    found = identity(None, mapped=("shop.orders.id",))
    assert (found.known, found.unique) == (Known.UNKNOWN, None)
    assert [(t.name, t.reach) for t in found.tables] == [
        ("customers", Reach.UNKNOWN),
        ("orders", Reach.UNKNOWN),
    ]


def test_a_customer_id_that_the_snapshot_lacks_makes_all_unknown() -> None:
    found = identity(customer_id="shop.customers.gone")
    assert found.known is Known.UNKNOWN
    assert found.reason == "the snapshot has no column `customers.gone`"
    assert {t.reach for t in found.tables} == {Reach.UNKNOWN}


def test_a_table_that_the_snapshot_lacks_is_unknown() -> None:
    found = table("ghosts", identity(mapped=("shop.ghosts.name",)))
    assert (found.reach, found.reason) == (Reach.UNKNOWN, "the snapshot has no table `ghosts`")


@pytest.mark.parametrize(
    ("customer_id", "known", "reach"),
    [
        ("{none: Nobody has an account}", Known.NONE, Reach.NO_ID),
        ("", Known.UNDECLARED, Reach.UNKNOWN),
        ("till.customers.id", Known.UNDECLARED, Reach.UNKNOWN),
    ],
)
def test_a_system_without_customer_id(customer_id: str, known: Known, reach: Reach) -> None:
    found = identity(customer_id=customer_id)
    assert found.known is known
    assert {t.reach for t in found.tables} == {reach}
    assert found.mend
