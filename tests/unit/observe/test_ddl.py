"""Columns from CREATE TABLE statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.load.snapshots import read_snapshot
from amanat.observe.column import Unread, snapshot
from amanat.observe.ddl import columns

SHOP = """\
CREATE TABLE customers (
  id uuid PRIMARY KEY,
  email varchar(254) NOT NULL UNIQUE,
  country integer REFERENCES countries (id),
  parent integer REFERENCES customers,
  "odd, ""name" text DEFAULT 'a|b'
);
CREATE TABLE sales.orders (
  no integer NOT NULL, line integer NOT NULL, customer uuid,
  CONSTRAINT pk PRIMARY KEY (no, line), FOREIGN KEY (customer) REFERENCES customers (id)
);
CREATE VIEW v AS SELECT 1;
INSERT INTO customers (id) VALUES ('x');
"""


def test_columns_with_their_keys() -> None:
    found = {f"{c.table}.{c.column}": (c.type, c.nullable, c.key) for c in columns(SHOP, "postgres")}
    assert found == {
        "customers.country": ("int", "yes", "FK:countries.id"),
        "customers.email": ("varchar(254)", "no", "UQ"),
        "customers.id": ("uuid", "no", "PK"),
        'customers.odd, "name': ("text", "yes", ""),
        "customers.parent": ("int", "yes", ""),
        "sales.orders.customer": ("uuid", "yes", "FK:customers.id"),
        "sales.orders.line": ("int", "no", "PK"),
        "sales.orders.no": ("int", "no", "PK"),
    }


def test_codes_and_comments_of_mysql() -> None:
    text = "CREATE TABLE t (s ENUM('b','a') DEFAULT 'a' COMMENT 'State, of all');"
    (column,) = columns(text, "mysql")
    assert (column.type, column.values, column.default, column.comment) == (
        "enum",
        "a|b",
        "'a'",
        "State, of all",
    )


def test_the_snapshot_is_read_back_without_a_finding(tmp_path: Path) -> None:
    (tmp_path / "observed").mkdir()
    (tmp_path / "observed/shop.columns.csv").write_text(snapshot(columns(SHOP, "postgres")), encoding="utf-8")
    record = read_snapshot(tmp_path, "observed/shop.columns.csv")
    assert record.findings == ()
    assert record.snapshot is not None
    assert record.snapshot.columns["customers.email"].keys == ("UQ",)
    assert 'customers.odd, "name' in record.snapshot.columns


def test_what_is_no_sql_is_refused() -> None:
    with pytest.raises(Unread):
        columns("CREATE TABLE (", "postgres")
