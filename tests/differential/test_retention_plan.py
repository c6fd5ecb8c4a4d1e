"""The plan of a shop, run on real engines: what is over goes, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from amanat.load import Loaded
from amanat.model.values import SystemId
from amanat.retention.plan import Plan, plan
from amanat.rules.base import base_files
from tests.differential import mariadb
from tests.differential.postgres import Database
from tests.support import catalog_of

DAY = date(2026, 11, 27)

DDL = """\
CREATE TABLE people (id integer PRIMARY KEY, email varchar(80) NOT NULL, brought_by integer, closed_at date);
CREATE TABLE orders (id integer PRIMARY KEY, person_id integer REFERENCES people (id), note varchar(80), done_at timestamp);
CREATE TABLE invoices (id integer PRIMARY KEY, person_id integer REFERENCES people (id), total integer, issued date);
CREATE TABLE tickets (id integer PRIMARY KEY, person_id integer REFERENCES people (id), words varchar(80) NOT NULL, mood varchar(9), closed_at date);
"""
ROWS = """\
INSERT INTO people VALUES (1, 'a@shop.example', NULL, '2020-01-31');
INSERT INTO people VALUES (2, 'b@shop.example', NULL, '2023-11-26');
INSERT INTO people VALUES (3, 'c@shop.example', NULL, '2023-11-27');
INSERT INTO people VALUES (4, 'd@shop.example', NULL, NULL);
INSERT INTO people VALUES (5, 'e@shop.example', NULL, '2010-01-01');
INSERT INTO people VALUES (6, 'f@shop.example', NULL, '2010-01-01');
INSERT INTO people VALUES (7, 'g@shop.example', 6, NULL);
INSERT INTO orders VALUES (10, 1, 'ring twice', '2020-02-29 10:00:00');
INSERT INTO orders VALUES (11, 4, 'leave it', '2026-01-15 10:00:00');
INSERT INTO orders VALUES (12, 4, 'at noon', '2026-11-01 10:00:00');
INSERT INTO orders VALUES (13, 4, 'open', NULL);
INSERT INTO invoices VALUES (20, 5, 100, '2018-01-01');
INSERT INTO invoices VALUES (21, 4, 200, '2016-03-19');
INSERT INTO invoices VALUES (22, 4, 300, '2016-03-20');
INSERT INTO invoices VALUES (23, 4, 400, '2017-12-31');
INSERT INTO tickets VALUES (30, 4, 'where is it', 'angry', '2020-01-01');
INSERT INTO tickets VALUES (31, 4, 'thanks', 'happy', '2026-01-01');
"""
KEPT = {
    "people": [
        (3, "c@shop.example"),
        (4, "d@shop.example"),
        (5, "e@shop.example"),
        (6, "f@shop.example"),
        (7, "g@shop.example"),
    ],
    "orders": [(11, None), (12, "at noon"), (13, "open")],
    "invoices": [(20, 100), (22, 300), (23, 400)],
    "tickets": [(30, ""), (31, "thanks")],
}
"""What has to be there afterwards: the last day of person 2 is past, that of person 3 is today; person 5 has an
invoice that the law keeps, and person 6 brought person 7."""

SNAPSHOT = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
invoices,id,integer,,,,no,,,PK,
invoices,issued,date,,,,yes,,,,
invoices,person_id,integer,,,,yes,,,FK:people.id,
invoices,total,integer,,,,yes,,,,
orders,done_at,timestamp,,,,yes,,,,
orders,id,integer,,,,no,,,PK,
orders,note,varchar,80,,,yes,,,,
orders,person_id,integer,,,,yes,,,FK:people.id,
people,brought_by,integer,,,,yes,,,REF:people.id,
people,closed_at,date,,,,yes,,,,
people,email,varchar,80,,,no,,,,
people,id,integer,,,,no,,,PK,
tickets,closed_at,date,,,,yes,,,,
tickets,id,integer,,,,no,,,PK,
tickets,mood,varchar,9,,,yes,,,,
tickets,person_id,integer,,,,yes,,,FK:people.id,
tickets,words,varchar,80,,,no,,,,
"""


def _field(name: str, column: str, policy: str) -> str:
    return f"""\
  {name}:
    label: X
    definition: A thing called {name}.
    category: name
    owner: sales
    subject: customer
    purposes: [orders]
    retention: {policy}
    sources: {{store.{column}: }}
"""


def _policy(name: str, keep: str, trigger: str, proof: str, then: str, more: str = "") -> str:
    return f"""\
  {name}: {{label: X, keep: {keep}, from: {trigger}, proved_by: store.{proof}, then: {then}, {more}}}
"""


BUSINESS = "basis: {kind: business, why: So}"
LAW = "basis: {kind: legal_minimum, law: L}, where: {IR: {keep: P10Y}}"
CATALOG = (
    "systems:\n  store: {label: Store, kind: commerce, owner: sales, country: DE, engine: postgresql}\nfields:\n"
    + _field("a.id", "people.id", "closed")
    + _field("a.mail", "people.email", "closed")
    + _field("b.id", "orders.id", "done")
    + _field("b.note", "orders.note", "soon")
    + _field("c.total", "invoices.total", "law")
    + _field("d.words", "tickets.words", "ticket")
    + _field("d.mood", "tickets.mood", "ticket")
    + "retention:\n"
    + _policy("closed", "P3Y", "account_closed", "people.closed_at", "delete", BUSINESS)
    + _policy("done", "P1Y", "order_completed", "orders.done_at", "delete", BUSINESS)
    + _policy("soon", "P6M", "order_completed", "orders.done_at", "delete", BUSINESS)
    + _policy("law", "P8Y", "fiscal_year_end", "invoices.issued", "delete", LAW)
    + _policy("ticket", "P2Y", "ticket_closed", "tickets.closed_at", "anonymise", BUSINESS)
)
HOLD = "holds:\n  court: {reason: R, fields: [d.mood], by: sales, from: 2026-01-01, review: 2027-01-01}\n"


def store(more: str = HOLD) -> Loaded:
    """The shop's catalog, in two jurisdictions."""
    files: dict[str, str | bytes] = {**base_files(), "store.yaml": CATALOG + more}
    files["observed/store.columns.csv"] = SNAPSHOT
    root = files["amanat.yaml"]
    assert isinstance(root, str)
    files["amanat.yaml"] = root.replace("jurisdictions: [EU]", "jurisdictions: [EU, IR]")
    return catalog_of(files)


def planned(engine: str, more: str = HOLD, jurisdictions: tuple[str, ...] = ()) -> Plan:
    catalog = store(more).catalog
    return plan(catalog, catalog.systems[SystemId("store")], engine, DAY, jurisdictions)


COUNTS = {
    ("people", "delete"): 2,
    ("orders", "empty"): 2,
    ("orders", "delete"): 1,
    ("invoices", "delete"): 1,
    ("tickets", "empty"): 1,
}
"""Rows that each step changes, when the steps before it were run."""
SHOWN = {
    "people": "SELECT id, email FROM people ORDER BY id",
    "orders": "SELECT id, note FROM orders ORDER BY id",
    "invoices": "SELECT id, total FROM invoices ORDER BY id",
    "tickets": "SELECT id, words FROM tickets ORDER BY id",
}


class Runs:
    """Runs a plan's queries and statements, whatever the engine."""

    def __init__(self, rows: Any, run: Any) -> None:
        self.rows, self.run = rows, run

    def check(self, made: Plan) -> None:
        for step in made.steps:
            ((number,),) = self.rows(step.count.rstrip(";"))
            assert number == COUNTS[step.table, step.action], step
            self.run(step.statement)
            assert self.rows(step.count.rstrip(";")) == [(0,)], "the proof finds nothing afterwards"
        for table, query in SHOWN.items():
            assert self.rows(query) == KEPT[table], table
        assert self.rows("SELECT mood FROM tickets ORDER BY id") == [("angry",), ("happy",)], (
            "the hold stands"
        )
        for left in made.cannot:
            if left.count is not None:
                self.rows(left.count.rstrip(";"))


def test_duckdb() -> None:
    with duckdb.connect() as connection:
        connection.execute(DDL + ROWS)
        Runs(lambda q: connection.execute(q).fetchall(), connection.execute).check(planned("duckdb"))


def test_postgres(database: Database) -> None:
    database.run(DDL + ROWS)
    Runs(lambda q: [tuple(row) for row in database.rows(q)], database.run).check(planned("postgresql"))


def test_mariadb(maria: mariadb.Database) -> None:
    maria.run(DDL.replace("integer REFERENCES people (id)", "integer") + ROWS)

    def rows(query: str) -> list[tuple[object, ...]]:
        """Its client tells numbers as texts."""
        return [
            tuple(int(cell) if isinstance(cell, str) and cell.isdigit() else cell for cell in row)
            for row in maria.root.rows(query)
        ]

    Runs(rows, maria.run).check(planned("mariadb"))


def test_spark(tmp_path: Path) -> None:
    """Spark counts the same rows; statements are read by its parser, for plain files cannot be changed."""
    sql = pytest.importorskip(
        "pyspark.sql", reason="pyspark is missing, so no Spark ran: install the extra `spark`"
    )
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = session.config("spark.sql.warehouse.dir", str(tmp_path)).getOrCreate()
    with duckdb.connect() as connection:
        connection.execute(DDL + ROWS)
        for table in SHOWN:
            path = tmp_path / f"{table}.parquet"
            connection.execute(f"COPY {table} TO '{path}' (FORMAT parquet)")
            spark.read.parquet(str(path)).createOrReplaceTempView(table)
        parser = spark._jsparkSession.sessionState().sqlParser()
        for step in planned("spark").steps:
            query = step.count.rstrip(";")
            counted = [tuple(row) for row in spark.sql(query).collect()]
            duck = next(
                one
                for one in planned("duckdb").steps
                if (one.table, one.action, one.columns) == (step.table, step.action, step.columns)
            )
            assert counted == connection.execute(duck.count).fetchall()
            parser.parsePlan(step.statement.rstrip(";"))


def test_children_go_before_parents_and_the_hold_is_told() -> None:
    made = planned("postgresql")
    tables = [step.table for step in made.steps]
    assert tables[-1] == "people" and tables.count("orders") == 2
    assert made.differing == ("law",)
    (held,) = (one for one in made.cannot if one.why == "held")
    assert (held.table, held.columns, held.holds) == ("tickets", ("mood",), ("court",))
    assert made.steps[-1].guards == ("invoices", "orders", "people", "tickets")


def test_a_jurisdiction_that_is_named_decides_alone() -> None:
    made = planned("duckdb", jurisdictions=("EU",))
    with duckdb.connect() as connection:
        connection.execute(DDL + ROWS)
        (step,) = (one for one in made.steps if one.table == "invoices")
        assert connection.execute(step.count).fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("store.people.closed_at", "store.people.gone_at", "unknown_column"),
        ("store.people.closed_at", "store.people.email", "no_day"),
        ("store.people.closed_at", "crm.contacts.closed_at", "other_system"),
        ("keep: P3Y", "keep: PT1H", "no_days"),
        ("then: delete", "then: aggregate", "then_aggregate"),
        ("keep: P3Y", "rolling: true, keep: P3Y", None),
    ],
)
def test_what_cannot_be_done_is_said(old: str, new: str, why: str | None) -> None:
    files: dict[str, str | bytes] = {**base_files(), "store.yaml": CATALOG.replace(old, new)}
    files["observed/store.columns.csv"] = SNAPSHOT
    catalog = catalog_of(files).catalog
    made = plan(catalog, catalog.systems[SystemId("store")], "duckdb", DAY)
    left = {one.why for one in made.cannot if one.table == "people"}
    assert left == ({why} if why else set())
    assert any(one.table == "people" for one in made.steps) is (why is None)
