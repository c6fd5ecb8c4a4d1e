"""Ways around a guard in SQLite, each of which worked against some authorizer or would against a careless one."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.model.values import Action
from amanat.policy.build import build_policy
from amanat.policy.loss import Loss, Status
from amanat.policy.targets.sqlite.guard import Guard, RefusedError
from tests.differential.sqlite import open_file, quoted
from tests.unit.policy.support import CASES

KEY = bytes(range(32))
ODD = quoted('Odd "table"; -- x')
SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT COLLATE NOCASE, email TEXT, phone TEXT, secret TEXT UNIQUE,
  born DATE, news BOOLEAN);
CREATE UNIQUE INDEX numbers_of_customers ON customers (number COLLATE BINARY);
INSERT INTO customers VALUES
  (1, 'K-1', 'anna@shop.example', '+491234567', 'anna''s', '1985-03-21', 1),
  (2, 'k-1', 'otto@mail.example', '+987654321', 'otto''s', 20200101, 0),
  (3, 'K-3', 'mina@post.example', '+111222333', 'mina''s', NULL, NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_number TEXT COLLATE NOCASE, total DECIMAL(10, 2));
INSERT INTO orders VALUES (11, 'K-1', 5), (12, 'k-1', 7.5), (13, 'K-3', 9), (14, NULL, 1);
CREATE TABLE consents (id INTEGER PRIMARY KEY, customer_id INTEGER, sms TEXT COLLATE NOCASE);
INSERT INTO consents VALUES (21, 1, 'yes'), (22, 2, 'YES'), (23, 3, CAST('yes' AS BLOB));
CREATE TABLE closed (x TEXT, secret TEXT);
INSERT INTO closed VALUES ('q', 'nobody''s');
CREATE TABLE numbers (RowId INTEGER, value TEXT);
INSERT INTO numbers VALUES (77, 'n');
CREATE TABLE "Odd ""table""; -- x" ("select" TEXT, "we""ird" TEXT, "ستون" TEXT);
INSERT INTO "Odd ""table""; -- x" VALUES ('s', 'w', 'س');
CREATE TABLE twin (name TEXT);
CREATE TABLE pair (first TEXT);
CREATE TABLE log (words TEXT);
CREATE VIEW customers_copy AS SELECT id, secret FROM customers;
CREATE TRIGGER told AFTER UPDATE OF total ON orders BEGIN INSERT INTO log SELECT secret FROM customers; END;
"""


@cache
def files() -> dict[str, str]:
    return build_policy(load_catalog(CASES / "sqlite").catalog, date(2026, 6, 30), ["sqlite"]).files


Open = Callable[..., Guard]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The tables of the case catalog, with rows."""
    with open_file(tmp_path / "shop.db") as made:
        made.executescript(SCHEMA)
    return tmp_path / "shop.db"


@pytest.fixture
def opened(file: Path) -> Iterator[Open]:
    """Opens guards for a pair."""
    policy = json.loads(files()["policy/sqlite/shop.json"])
    made: list[Guard] = []

    def opening(role: str, purpose: str, key: bytes | None = KEY) -> Guard:
        made.append(Guard(file, policy, role, purpose, key))
        return made[-1]

    yield opening
    for guard in made:
        guard.close()


@pytest.fixture
def agent(opened: Open) -> Guard:
    """Sees `customers` as it is, but for `secret`; may update it, and delete from `orders`."""
    return opened("agent", "service")


@pytest.fixture
def analyst(opened: Open) -> Guard:
    """Sees `customers` masked."""
    return opened("analyst", "research")


@pytest.fixture
def marketer(opened: Open) -> Guard:
    """Sees the `customers` who want news."""
    return opened("marketer", "news")


def refused(guard: Guard, *queries: str) -> None:
    """Each of the queries is refused, or asks for what is not there."""
    for query in queries:
        with pytest.raises((RefusedError, sqlite3.Error, sqlite3.Warning)) as told:
            raise AssertionError((query, guard.execute(query)))
        absent = re.match(
            "no such (column|function|module|table)|cannot modify|You can only", str(told.value)
        )
        assert told.type is RefusedError or absent, (query, told.value)


def test_each_pair_sees_its_columns_and_rows(agent: Guard, analyst: Guard, marketer: Guard) -> None:
    assert agent.execute("SELECT * FROM (SELECT id, email FROM customers) WHERE id < 3") == (
        ("id", "email"),
        [(1, "anna@shop.example"), (2, "otto@mail.example")],
        -1,
    )
    shown = analyst.execute("SELECT born, email, phone FROM customers ORDER BY id").rows
    assert shown[0] == ("1985", "shop.example", "***567")
    assert shown[1] == (None, "mail.example", "***321")  # the day is stored as a number
    assert marketer.execute("SELECT id FROM customers").rows == [(1,)]
    assert marketer.execute("SELECT id FROM CUSTOMERS WHERE EMAIL LIKE ?", ["anna%"]).rows == [(1,)]
    assert marketer.execute("SELECT count(*) FROM customers").rows == [(1,)]


def test_nothing_that_is_not_listed_can_be_read(agent: Guard) -> None:
    refused(
        agent,
        "SELECT `secret` FROM customers",
        "SELECT SECRET FROM Main.Customers",
        "SELECT * FROM customers",
        "SELECT 1 FROM customers WHERE secret > 'a'",
        "SELECT 1 FROM customers ORDER BY secret",
        "SELECT count(*) FROM customers GROUP BY secret",
        "SELECT (SELECT c.secret) FROM customers AS c",
        "SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM customers AS c WHERE c.secret = 'x')",
        "WITH RECURSIVE r AS (SELECT secret FROM customers UNION SELECT 'x' FROM r) SELECT * FROM r",
        "SELECT row_number() OVER (ORDER BY secret) FROM customers",
        "SELECT id FROM customers JOIN closed ON 1",
        "SELECT 1 FROM closed",
        "SELECT count(*) FROM closed",
        "SELECT 'q' IN closed",
        "SELECT ('q', 'x') IN main.closed",
        "SELECT EXISTS (SELECT 1 FROM closed)",
        "SELECT id FROM customers_copy",
        "SELECT count(*) FROM customers_copy",
        "SELECT name FROM sqlite_schema",
        "SELECT count(*) FROM sqlite_master",
        "SELECT * FROM sqlite_temp_schema",
        "SELECT * FROM pragma_table_info('customers')",
        "SELECT value FROM json_each('[1]')",
        "SELECT name FROM twin",
        "SELECT first FROM pair",
    )


@pytest.mark.parametrize("word", ["NATURAL", "natural"])
def test_a_natural_join_asks_nobody_about_its_columns(agent: Guard, word: str) -> None:
    guess = "WITH g(secret) AS (SELECT 'anna''s') SELECT id FROM"
    refused(
        agent,
        f"{guess} customers {word} JOIN g",
        f"{guess} customers/**/{word}/**/JOIN g",
        f"{guess} customers {word} LEFT JOIN g",
        f"{guess} g {word} JOIN main.`closed`",
        f"{guess} customers JOIN g USING (secret)",
        f"{guess} customers JOIN g using(secret)",
        f"{guess} customers JOIN g\nUSING\t(`secret`)",
        "SELECT id FROM customers WHERE id = ?1USING (secret)",
        "WITH g(secret) AS (SELECT 'anna''s') UPDATE customers SET email = '' "
        f"WHERE id IN (SELECT id FROM customers {word} JOIN g)",
    )
    assert agent.execute("SELECT total AS housing_natural_x, 1 AS using$ FROM orders LIMIT 0").rows == []


def test_sqlite_itself_asks_nobody_about_the_columns_of_a_natural_join(file: Path) -> None:
    """Why these words are refused: should a later SQLite ask, this test tells."""
    asked: list[str | None] = []

    def asking(
        action: int, one: str | None, two: str | None, database: str | None, context: str | None
    ) -> int:
        asked.extend((one, two))
        return sqlite3.SQLITE_OK

    with open_file(file) as connection:
        connection.set_authorizer(asking)
        query = "WITH g(secret) AS (SELECT 'nobody''s') SELECT 1 FROM g NATURAL JOIN closed"
        assert connection.execute(query).fetchall() == [(1,)]
    assert "closed" not in asked


def test_a_name_of_a_with_is_no_view(agent: Guard, analyst: Guard, marketer: Guard) -> None:
    for name in ("customers", "orders", "customers_copy", "told", "amanat_mask", "`inside`"):
        for guard in (agent, analyst, marketer):
            refused(
                guard,
                f"WITH {name} AS (SELECT secret FROM main.customers) SELECT * FROM {name}",
                f"WITH {name} AS MATERIALIZED (SELECT secret FROM main.customers) SELECT * FROM {name}",
                f"SELECT * FROM (WITH {name} AS (SELECT secret FROM main.customers) SELECT * FROM {name})",
            )
    refused(marketer, "WITH customers AS (SELECT email FROM main.customers) SELECT * FROM customers")
    refused(analyst, "WITH customers AS (SELECT email FROM main.customers) SELECT * FROM customers")


def test_the_name_inside_a_view_serves_one_statement_and_is_not_told(
    marketer: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    renew = marketer._renew

    def renewed() -> None:
        renew()
        seen.append(str(marketer._inner))

    monkeypatch.setattr(marketer, "_renew", renewed)
    marketer.execute("SELECT id FROM customers")
    refused(
        marketer,
        f"WITH {seen[0]} AS (SELECT secret FROM main.customers) SELECT * FROM {seen[0]}",
        "EXPLAIN SELECT id FROM customers",
        "EXPLAIN QUERY PLAN SELECT id FROM customers",
        "SELECT sql FROM temp.sqlite_master",
    )
    assert len(set(seen)) == len(seen) >= 3
    for query in (
        "SELECT nothing FROM customers",
        "SELECT id FROM customers c, customers d",
        "SELECT secret",
    ):
        with pytest.raises(sqlite3.Error) as told:
            marketer.execute(query)
        assert not any(name in str(told.value) for name in seen)


def test_a_with_does_not_reach_into_a_view(opened: Open) -> None:
    sms = opened("marketer", "news.sms")
    assert sms.execute("SELECT id FROM customers").rows == [(1,)]
    for table, columns in {
        "consents": "2 AS customer_id, 'yes' AS sms",
        "customers": "2 AS id, 'k-1' AS number",
    }.items():
        query = f"WITH {table} AS (SELECT {columns}) SELECT id FROM temp.customers"
        assert sms.execute(query).rows == [(1,)]


def test_consent_is_compared_byte_for_byte(opened: Open, marketer: Guard) -> None:
    # `YES` and a blob of the same bytes are not `yes`, and the customers `K-1` and `k-1` are two.
    assert opened("marketer", "news.sms").execute("SELECT id FROM consents").rows == [(21,)]
    assert opened("marketer", "news.sms").execute("SELECT id FROM orders").rows == [(11,)]
    assert marketer.execute("SELECT id FROM orders").rows == [(11,)]


def test_all_records_have_to_grant(file: Path, opened: Open) -> None:
    with open_file(file) as source:
        source.execute("INSERT INTO consents VALUES (24, 1, 'no')")
    assert opened("marketer", "news.sms").execute("SELECT id FROM customers").rows == []


@pytest.mark.parametrize("role", ["analyst", "marketer"])
def test_a_table_with_a_view_cannot_be_reached_itself(opened: Open, role: str) -> None:
    guard = opened(role, "news" if role == "marketer" else "research")
    refused(
        guard,
        "SELECT email FROM main.customers",
        "SELECT id FROM main.customers",
        "SELECT main.customers.email FROM customers",
        "SELECT secret FROM customers",
        "UPDATE customers SET email = ''",
        "UPDATE main.customers SET email = ''",
        "DELETE FROM main.customers",
        "DELETE FROM customers",
    )
    if role == "marketer":
        refused(guard, "SELECT count(*) FROM main.customers", "SELECT 1 FROM main.customers")


@pytest.mark.parametrize("purpose", ["news", "news.sms"])
def test_no_condition_is_tried_in_rows_that_are_not_shown(opened: Open, purpose: str) -> None:
    overflow = "abs(CASE WHEN email LIKE 'otto%' THEN -9223372036854775807 - 1 ELSE 0 END)"
    for query in (
        f"SELECT id FROM customers WHERE {overflow} = 0",
        f"SELECT c.id FROM customers AS c JOIN (SELECT 1) ON {overflow} = 0",
        f"SELECT {overflow} = id - 1 AS x FROM customers WHERE x GROUP BY id HAVING {overflow} = 0",
        f"SELECT {overflow} * 0 + 1 FROM customers ORDER BY {overflow} = 0",
    ):
        assert opened("marketer", purpose).execute(query).rows == [(1,)], query


def test_hashes_cannot_be_asked_for(analyst: Guard, agent: Guard) -> None:
    assert len(analyst.execute("SELECT number FROM customers WHERE id = 1").rows[0][0]) == 64  # type: ignore[arg-type]
    for guard in (analyst, agent):
        refused(
            guard,
            "SELECT amanat_mask('hash', 0, 'text', 'K-1')",
            "WITH customers AS (SELECT amanat_mask('hash', 0, 'text', 'K-1')) SELECT * FROM customers",
            "SELECT id FROM customers WHERE number = AMANAT_MASK('hash', 0, 'text', 'K-1')",
        )


@pytest.mark.parametrize("key", [None, b"", b"short"])
def test_without_a_key_nothing_is_hashed(opened: Open, key: bytes | None) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        opened("analyst", "research", key)
    assert opened("agent", "service", key).execute("SELECT id FROM customers LIMIT 1").rows == [(1,)]


def test_the_number_of_a_row_is_its_key_or_closed(agent: Guard, analyst: Guard) -> None:
    assert agent.execute("SELECT oid FROM customers WHERE _rowid_ = 1").rows == [(1,)]
    refused(agent, f"SELECT oid FROM {ODD}", "SELECT rowid FROM numbers", "SELECT oid FROM numbers")
    refused(agent, "UPDATE customers SET oid = 9", "UPDATE numbers SET rowid = 9")
    refused(analyst, "SELECT rowid FROM customers", f"SELECT rowid FROM {ODD}")


def test_names_in_double_quotes_show_no_column(analyst: Guard) -> None:
    assert set(analyst.execute('SELECT "secret" FROM customers').rows) == {("secret",)}


def test_hostile_names(agent: Guard, analyst: Guard) -> None:
    query = f'SELECT `select`, `we"ird`, `ستون` FROM {ODD}'
    assert agent.execute(query).rows == [("s", "w", "س")]
    assert analyst.execute(query).rows == [("***",) * 3]


def test_writes(agent: Guard, file: Path) -> None:
    assert agent.execute("UPDATE customers SET email = ? WHERE id = ?", ["new@shop.example", 1]).changed == 1
    assert agent.execute(f"DELETE FROM {ODD} WHERE `select` = 's'").changed == 1
    refused(
        agent,
        "UPDATE customers SET secret = ''",
        "UPDATE customers SET email = secret",
        "UPDATE customers SET news = 1",
        "UPDATE customers SET email = '' WHERE secret = 'x'",
        "UPDATE customers SET email = '' RETURNING id",
        "UPDATE customers SET email = c.secret FROM customers AS c",
        "UPDATE closed SET x = ''",
        "UPDATE customers_copy SET id = 1",
        "DELETE FROM customers",
        "DELETE FROM customers WHERE 0",
        "DELETE FROM closed",
        "INSERT INTO customers (email) VALUES ('x')",
        "INSERT INTO orders (id) VALUES (1) ON CONFLICT DO UPDATE SET total = 0",
        "REPLACE INTO orders (id, total) VALUES (11, 0)",
        "UPDATE orders SET total = 0",  # a trigger would copy secrets
    )
    with open_file(file) as source:
        assert source.execute("SELECT email, count(*) FROM customers").fetchall() == [("new@shop.example", 3)]
        assert source.execute("SELECT * FROM log").fetchall() == []


@pytest.mark.parametrize(
    "query",
    ["UPDATE OR REPLACE customers SET id = 2 WHERE id = 1", "UPDATE OR REPLACE customers SET number = 'K-3'"],
)
def test_an_update_deletes_no_row(agent: Guard, file: Path, query: str) -> None:
    refused(agent, query)
    with open_file(file) as source:
        assert source.execute("SELECT count(*) FROM customers").fetchall() == [(3,)]


def test_a_table_may_be_missing_and_come_later(agent: Guard, file: Path) -> None:
    with open_file(file) as source:
        made = source.execute("SELECT sql FROM sqlite_schema WHERE name = 'customers'").fetchone()[0]
        source.executescript("DROP TABLE customers")
    assert agent.execute("SELECT id FROM orders LIMIT 1").rows == [(11,)]
    refused(agent, "SELECT id FROM customers")
    with Guard(file, json.loads(files()["policy/sqlite/shop.json"]), "agent", "service") as later:
        assert later.execute("SELECT id FROM orders LIMIT 1").rows == [(11,)]
        with open_file(file) as source:
            source.execute(made)
            source.execute("INSERT INTO customers (id, email) VALUES (1, 'a'), (2, 'b')")
        for guard in (agent, later):
            refused(guard, "UPDATE OR REPLACE customers SET id = 2 WHERE id = 1")
            assert guard.execute("SELECT id FROM customers").rows == [(1,), (2,)]


def test_a_foreign_key_takes_no_row_along_that_is_closed(tmp_path: Path) -> None:
    with open_file(tmp_path / "a.db") as source:
        source.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1);"
            "CREATE TABLE b (a INTEGER REFERENCES a (id) ON DELETE CASCADE); INSERT INTO b VALUES (1);"
        )
    table = {"name": "a", "read": ["id"], "update": [], "delete": True}
    pair = {"role": "r", "purpose": "p", "needs_key": False, "tables": [table], "views": []}
    policy = {"version": 1, "target": "sqlite", "pairs": [pair]}
    with Guard(tmp_path / "a.db", policy, "r", "p") as guard:
        refused(guard, "DELETE FROM a")
        assert guard.execute("SELECT id FROM a").rows == [(1,)]


def test_nothing_but_reading_and_writing(agent: Guard, tmp_path: Path) -> None:
    refused(
        agent,
        "ATTACH ':memory:' AS other",
        f"ATTACH '{tmp_path / 'other.db'}' AS other",
        f"VACUUM INTO '{tmp_path / 'copy.db'}'",
        "VACUUM",
        "DETACH main",
        "PRAGMA table_info(customers)",
        "PRAGMA writable_schema = ON",
        "PRAGMA database_list",
        "CREATE TABLE t AS SELECT id FROM customers",
        "CREATE TEMP TABLE t (x)",
        "CREATE TEMP VIEW v AS SELECT secret FROM main.customers",
        "CREATE VIEW v AS SELECT secret FROM customers",
        "CREATE TEMP TRIGGER t AFTER UPDATE ON customers BEGIN SELECT 1; END",
        "CREATE INDEX i ON customers (secret)",
        "CREATE VIRTUAL TABLE v USING fts5(x)",
        "DROP TRIGGER temp.amanat_keep_0",
        "DROP TABLE closed",
        "ALTER TABLE customers RENAME COLUMN secret TO email2",
        "ANALYZE",
        "REINDEX",
        "BEGIN",
        "SAVEPOINT s",
        "COMMIT",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT sqlite_compileoption_get(1)",
        "SELECT 1; SELECT secret FROM customers",
        "SELECT id FROM customers; DROP TABLE closed",
    )
    assert {path.name for path in tmp_path.iterdir()} == {"shop.db"}
    assert agent.execute("SELECT id FROM customers LIMIT 1").rows == [(1,)]


def test_a_new_column_is_closed_at_once(agent: Guard, analyst: Guard, file: Path) -> None:
    with open_file(file) as source:
        source.execute("ALTER TABLE customers ADD COLUMN diary TEXT DEFAULT 'dear diary'")
    for guard in (agent, analyst):
        refused(guard, "SELECT diary FROM customers", "SELECT diary FROM main.customers")
    refused(agent, "SELECT * FROM customers", "UPDATE customers SET diary = ''")
    assert "diary" not in analyst.execute("SELECT * FROM customers").columns


def test_a_table_that_became_a_view_shows_nothing_more(agent: Guard, analyst: Guard, file: Path) -> None:
    with open_file(file) as source:
        source.executescript(
            "DROP VIEW customers_copy; DROP TRIGGER told; ALTER TABLE customers RENAME TO people;"
            "CREATE VIEW customers AS SELECT id, number, secret AS email, phone, born FROM people"
        )
    refused(agent, "SELECT email FROM customers")
    refused(analyst, "SELECT email FROM customers")


def test_who_may_not_write_has_the_file_read_only(marketer: Guard) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        marketer._connection.set_authorizer(None)
        marketer._connection.execute("UPDATE main.numbers SET value = ''")


def test_an_unknown_pair_or_policy_opens_nothing(file: Path, opened: Open, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="nothing is open"):
        opened("agent", "news")
    with pytest.raises(ValueError, match="no policy"):
        Guard(file, {"version": 2, "target": "sqlite", "pairs": []}, "agent", "service")
    policy = tmp_path / "shop.json"
    policy.write_text(files()["policy/sqlite/shop.json"], encoding="utf-8")
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Guard(tmp_path / "missing.db", policy, "agent", "service")
    assert not (tmp_path / "missing.db").exists()


def test_what_sqlite_does_not_tell_apart_is_closed_and_told() -> None:
    (loss,) = (
        build_policy(load_catalog(CASES / "sqlite").catalog, None, ["sqlite"]).by_target["sqlite"].losses
    )
    fares: dict[str, set[Status]] = {}
    for cell in loss.cells:
        if cell.action is Action.READ:
            fares.setdefault(cell.source, set()).add(cell.status)
    for source in ("Twin.name", "pair.first", "numbers.RowId", "sqlite_stat4.sample", "other.list.name"):
        assert fares[f"shop.{source}"] == {Status.NOT_EXPRESSIBLE}
    told = [(cell.pair, cell.action, cell.source) for cell in loss.cells]
    assert len(told) == len(set(told))
    assert all(isinstance(cell, Loss) for cell in loss.cells)
