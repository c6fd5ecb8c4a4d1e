"""Checks between systems on different engines: known customers, known conflicts, and nothing kept but counts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from amanat.connect.asking import opened
from amanat.measure.across import Found, across
from amanat.model.values import FieldId, SystemId
from tests.differential import mariadb, verifying_mariadb
from tests.differential.measuring import DAY
from tests.differential.postgres import Database
from tests.differential.verifying import url_of
from tests.support import catalog_of

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
CATALOG = """\
subjects: {customer: {label: C, definition: c, global_id: customer.no}}
systems:
  shop: {label: S, kind: commerce, country: DE, customer_id: shop.users.no}
  desk: {label: D, kind: crm, country: DE, customer_id: desk.people.customer}
fields:
  customer.no:
    {label: x, definition: x, subject: customer, normal: upper, sources: {shop.users.no: , desk.people.customer: {empty: ['0']}}}
  customer.mail:
    {label: x, definition: x, subject: customer, normal: lower, master: shop.users.mail, quality: {consistent: 60%},
     sources: {shop.users.mail: , desk.mails.mail: {may_win: false}, desk.people.names: {structure: list}}}
  customer.tier:
    {label: x, definition: x, subject: customer, codes: {gold: G, plain: P}, master: shop.users.tier, quality: {consistent: 100%},
     sources: {shop.users.tier: {codes: {"1": gold, "2": plain}}, desk.people.tier: {codes: {g: gold, p: plain, x: null}}}}
  customer.spent:
    {label: x, definition: x, subject: customer, type: decimal, master: shop.users.spent, quality: {consistent: 100%},
     sources: {shop.users.spent: , desk.people.spent: }}
  order.note: {label: x, definition: x, subject: customer, sources: {shop.orders.note: , shop.logs.note: }}
"""
SNAPSHOTS = {
    "observed/shop.columns.csv": _HEADER
    + "logs,note,text,,,,yes,,,,\norders,id,integer,,,,no,,,PK,\norders,note,text,,,,yes,,,,\n"
    "orders,user_id,integer,,,,yes,,,FK:users.id,\nusers,id,integer,,,,no,,,PK,\nusers,mail,varchar(99),,,,yes,,,,\n"
    'users,no,varchar(9),,,,yes,,,UQ,\nusers,spent,"numeric(9,2)",,,,yes,,,,\nusers,tier,integer,,,,yes,,,,\n',
    "observed/desk.columns.csv": _HEADER
    + "mails,mail,varchar(99),,,,yes,,,,\nmails,person,integer,,,,yes,,,FK:people.key,\n"
    "people,customer,varchar(9),,,,yes,,,UQ,\npeople,key,integer,,,,no,,,PK,\npeople,names,varchar(9),,,,yes,,,,\n"
    'people,spent,"numeric(9,3)",,,,yes,,,,\npeople,tier,varchar(1),,,,yes,,,,\n',
}
SHOP = """
CREATE TABLE users (id int, no varchar(9), mail varchar(99), tier int, spent numeric(9,2));
INSERT INTO users VALUES (1, 'a1', 'A@x.example', 1, 10.50), (2, 'B2', 'b@x.example', 2, 0), (3, 'c3', 'c@x.example', 2, 3),
  (4, 'd4', NULL, NULL, NULL), (5, NULL, 'e@x.example', 1, 1);
CREATE TABLE orders (id int, user_id int, note varchar(9));
INSERT INTO orders VALUES (1, 1, 'x'), (2, 5, 'x'), (3, NULL, 'x'), (4, 9, 'x'), (5, 2, NULL);
CREATE TABLE logs (note varchar(9));
"""
DESK = """
CREATE TABLE people ("key" int, customer varchar(9), names varchar(9), tier varchar(1), spent numeric(9,3));
INSERT INTO people VALUES (1, 'A1', 'x', 'g', 10.5), (2, 'b2', 'x', 'g', 0.001), (3, 'C3', 'x', 'x', 3), (4, 'z9', 'x', 'p', 1), (5, '0', 'x', 'p', 1);
CREATE TABLE mails (person int, mail varchar(99));
INSERT INTO mails VALUES (1, 'a@x.example'), (1, 'A@X.example'), (2, 'b@x.example'), (2, 'other@x.example'), (3, 'C@x.example'), (4, 'z@x.example'), (5, 'q@x.example');
"""


def compared(urls: Mapping[str, str], ids: bool = True, only: set[str] | None = None) -> list[Found]:
    catalog = catalog_of({"a.yaml": CATALOG, **SNAPSHOTS}).catalog
    with ExitStack() as stack:
        askers = {
            SystemId(name): stack.enter_context(opened(name, "the URL", url, 60))
            for name, url in urls.items()
        }
        wanted = None if only is None else {FieldId(name) for name in only}
        return across(catalog, askers, DAY, wanted, ids)


def told(found: list[Found]) -> dict[str, tuple[object, ...]]:
    return {
        f"{system} {m.check} {m.path} {m.against}": (m.rows, m.counted, m.met, m.outcome.value)
        if m.outcome.value != "unmeasured"
        else (m.why.partition(" ")[0],)
        for system, m in found
    }


KNOWN = {
    # a: twice the same; b: one of two is another; c: the same in other letters; z is not in the shop.
    "desk consistent mails.mail shop.users.mail": (6, 3, 2, "pass"),
    "desk consistent people.names shop.users.mail": ("not_comparable",),
    "desk consistent people.tier shop.users.tier": (3, 2, 1, "fail"),
    "desk consistent people.spent shop.users.spent": (4, 3, 2, "fail"),
    "shop overlap users.no desk.people.customer": (4, 4, 3, "told"),
    "desk overlap people.customer shop.users.no": (4, 4, 3, "told"),
    "shop reach users.no users.no": (5, 5, 4, "told"),
    "shop reach orders.user_id users.no": (5, 5, 2, "told"),
    "shop reach logs.no users.no": ("no_way",),
    "desk reach people.customer people.customer": (5, 5, 4, "told"),
    "desk reach mails.person people.customer": (7, 7, 6, "told"),
}


def files(folder: Path, name: str, script: str) -> str:
    path = folder / f"{name}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(script)
    return str(path)


def test_two_files(tmp_path: Path) -> None:
    urls = {"shop": files(tmp_path, "shop", SHOP), "desk": files(tmp_path, "desk", DESK)}
    assert told(compared(urls)) == KNOWN


def test_a_postgresql_and_a_mariadb(database: Database, maria: mariadb.Database) -> None:
    database.run(SHOP)
    maria.run(DESK.replace('"key"', "`key`"))
    assert told(compared({"shop": url_of(database), "desk": verifying_mariadb.url_of(maria)})) == KNOWN


def test_a_postgresql_and_a_file_the_other_way_round(database: Database, tmp_path: Path) -> None:
    database.run(DESK)
    assert told(compared({"shop": files(tmp_path, "shop", SHOP), "desk": url_of(database)})) == KNOWN


def test_spark_and_a_file(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is missing, so no Spark ran: install the extra `spark`")
    (tmp_path / "parquet").mkdir()
    with duckdb.connect() as connection:
        connection.execute(SHOP)
        for table in ("users", "orders", "logs"):
            connection.table(table).write_parquet(str(tmp_path / f"parquet/{table}.parquet"))
    urls = {"shop": f"spark://{tmp_path / 'parquet'}", "desk": files(tmp_path, "desk", DESK)}
    assert told(compared(urls)) == KNOWN


def test_without_the_master_s_system_nothing_is_compared(tmp_path: Path) -> None:
    found = told(compared({"desk": files(tmp_path, "desk", DESK)}, ids=False))
    assert found["desk consistent mails.mail shop.users.mail"] == ("not_asked",)
    assert not any("overlap" in key or "reach" in key for key in found)


def test_only_the_fields_that_were_asked_for(tmp_path: Path) -> None:
    urls = {"shop": files(tmp_path, "shop", SHOP), "desk": files(tmp_path, "desk", DESK)}
    assert told(compared(urls, ids=False, only={"customer.spent"})).keys() == {
        "desk consistent people.spent shop.users.spent"
    }
