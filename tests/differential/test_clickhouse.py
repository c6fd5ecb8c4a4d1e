"""A ClickHouse policy in ClickHouse's own code: what goes wrong there is looked for by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amanat.model.values import Action, Mask, MaskKind, SourceId
from amanat.policy.loss import Status
from amanat.policy.plan import Column
from amanat.policy.targets.clickhouse.masks import expression
from tests.differential.clickhouse import Account, Database, QueryError, Server, database, server
from tests.differential.clickhouse_shop import KEY, SQL, UNDO, files, losses

pytest.importorskip("chdb", reason="chdb is missing, so no ClickHouse ran: install the extra `clickhouse`")


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    with server() as made:
        yield made


@pytest.fixture
def shop(started: Server) -> Database:
    made = database(started)
    made.query(
        "CREATE TABLE customers (id Int64, number String, email Nullable(String), phone Nullable(String), "
        "news Bool, `we``ird\\\\ '; --` String, secret String) "
        "ENGINE = MergeTree ORDER BY secret PARTITION BY secret"
    )
    made.query(
        "INSERT INTO customers VALUES (1, 'K-1', 'a@shop.example', '123', true, 'odd', 's1'), "
        "(2, 'K-2', 'b@shop.example', NULL, false, 'odd', 's2')"
    )
    made.query("CREATE DATABASE crm")
    made.query("CREATE TABLE crm.visits (customer_id Int64, page String) ENGINE = MergeTree ORDER BY tuple()")
    return made


@pytest.fixture
def applied(shop: Database) -> Database:
    shop.run(files()[SQL], amanat_mask_key=KEY)
    return shop


AGENT, CLERK, NEWS = "agent__service", "clerk__service", "agent__news"


def refused(made: Database, query: str, who: str, *codes: str) -> None:
    with pytest.raises(QueryError) as caught:
        made.query(query, who)
    assert caught.value.code in (codes or ("ACCESS_DENIED",)), caught.value


def test_who_needs_no_mask_reads_and_fills_the_table_and_others_a_view(applied: Database) -> None:
    assert applied.rows("SELECT phone, `we``ird\\\\ '; --` FROM customers ORDER BY id", CLERK) == [
        ("123", "odd"),
        (None, "odd"),
    ]
    assert applied.rows(f"SELECT phone FROM {AGENT}.customers ORDER BY id", AGENT) == [("***",), (None,)]
    refused(applied, "SELECT phone FROM customers", AGENT)
    assert applied.rows(f"SELECT id FROM {NEWS}.customers", NEWS) == [(1,)]
    applied.query("INSERT INTO customers (id, number) VALUES (3, 'K-3')", CLERK)
    refused(applied, "INSERT INTO customers (id, secret) VALUES (3, 'x')", CLERK)
    refused(applied, "INSERT INTO customers (id) VALUES (3)", AGENT)


def test_an_update_of_one_column_would_copy_another_so_nobody_may_update(applied: Database) -> None:
    # what ClickHouse does with the right alone
    applied.accounts[CLERK].grants.append("GRANT ALTER UPDATE(email) ON default.customers")
    applied.renew()
    applied.query("ALTER TABLE customers UPDATE email = secret WHERE true SETTINGS mutations_sync = 1", CLERK)
    assert applied.rows("SELECT email FROM customers ORDER BY id", CLERK) == [("s1",), ("s2",)]
    # so it is never given
    assert not [line for line in files()[SQL].splitlines() if line.startswith("GRANT") and "ALTER" in line]
    told = {
        (cell.action, cell.status, cell.cause)
        for cell in losses()
        if cell.action in (Action.UPDATE, Action.DELETE)
    }
    assert told == {
        (Action.UPDATE, Status.NOT_EXPRESSIBLE, "mutation"),
        (Action.DELETE, Status.NOT_EXPRESSIBLE, "mutation"),
    }


def test_a_key_in_a_subquery_is_printed_by_explain_and_ours_is_not(applied: Database) -> None:
    explain = "EXPLAIN actions = 1, header = 1 SELECT * FROM {}"
    inner = applied.rows("SELECT hex(inner_pad) FROM amanat.mask_key")[0][0]
    pad = bytes.fromhex(inner).decode()[:8]  # as far as nothing is escaped
    applied.query(
        f"CREATE VIEW {NEWS}.careless DEFINER = amanat_definer SQL SECURITY DEFINER AS "
        "SELECT hex(SHA256(concat((SELECT inner_pad FROM amanat.mask_key), t.email))) AS email FROM customers AS t"
    )
    applied.accounts[NEWS].grants.append(f"GRANT SELECT ON {NEWS}.careless")
    applied.renew()
    assert pad in "".join(str(row[0]) for row in applied.rows(explain.format(f"{NEWS}.careless"), NEWS))
    assert pad not in "".join(str(row[0]) for row in applied.rows(explain.format(f"{NEWS}.customers"), NEWS))
    refused(applied, "SELECT * FROM amanat.mask_key", NEWS)


@pytest.mark.parametrize(
    "seen", ["throwIf(id = 2) = 0", "throwIf(number = 'K-2') = 0", "intDiv(1, id - 2) < 9"]
)
def test_a_condition_of_the_reader_never_meets_a_hidden_row(applied: Database, seen: str) -> None:
    assert applied.rows(f"SELECT id FROM {NEWS}.customers WHERE {seen}", NEWS) == [(1,)]
    assert applied.rows(f"SELECT id FROM {NEWS}.customers ORDER BY {seen}", NEWS) == [(1,)]


def test_who_sees_a_view_changes_no_setting(applied: Database) -> None:
    for setting in ("transform_null_in = 1", "session_timezone = 'Asia/Tehran'", "readonly = 0"):
        refused(applied, f"SELECT id FROM {NEWS}.customers SETTINGS {setting}", NEWS, "READONLY")
        refused(applied, f"SET {setting}", NEWS, "READONLY")
    told = {cell.cause for cell in losses() if cell.action is Action.CREATE and cell.pair.role == "agent"}
    assert told == {"read-only"}


def test_two_roles_of_a_session_would_unite_pairs_so_each_pair_is_an_account(applied: Database) -> None:
    applied.roles |= {
        "one": "GRANT SELECT(id) ON default.customers",
        "two": "GRANT SELECT(phone) ON default.customers",
    }
    applied.accounts["person"] = Account(grants=["GRANT one", "GRANT two"])
    applied.query("SET ROLE one", "person")
    refused(applied, "SELECT id, phone FROM customers", "person")
    applied.query("SET ROLE one, two", "person")
    assert applied.rows("SELECT id, phone FROM customers ORDER BY id", "person") == [(1, "123"), (2, None)]
    assert "CREATE ROLE" not in files()[SQL]


def test_a_setting_brings_deleted_rows_back_and_no_account_may_change_it(applied: Database) -> None:
    applied.query("DELETE FROM customers WHERE id = 1")
    query = "SELECT id FROM {} ORDER BY id SETTINGS apply_deleted_mask = 0"
    # what ClickHouse shows to an account that is not bound, and through a view whose account is not
    applied.accounts["free"] = Account(grants=["GRANT SELECT ON *.*"])
    assert applied.rows(query.format("customers"), "free") == [(1,), (2,)]
    assert applied.rows(query.format(f"{AGENT}.customers"), "free") == [(2,)]
    applied.accounts["amanat_definer"].bound = ""
    applied.renew()
    assert applied.rows(query.format(f"{AGENT}.customers"), "free") == [(1,), (2,)]
    refused(applied, query.format("customers"), CLERK, "SETTING_CONSTRAINT_VIOLATION")
    refused(applied, query.format(f"{AGENT}.customers"), AGENT, "READONLY")


@pytest.mark.parametrize(
    "way",
    [
        "SELECT * FROM customers",
        "SELECT secret FROM merge('default', '^customers$')",
        "SELECT * FROM mergeTreeIndex('default', 'customers')",
        "SELECT secret.size FROM customers",
        "SELECT id, _partition_value FROM customers",
        "SELECT id FROM customers PREWHERE secret = 's1'",
        "SELECT id FROM customers ORDER BY secret",
        "SELECT * FROM view(SELECT secret FROM default.customers)",
        "CREATE TEMPORARY TABLE x AS SELECT secret FROM customers",
        "SELECT id FROM customers WHERE secret IN (SELECT secret FROM customers)",
        "CREATE USER another",
        "GRANT SELECT ON default.customers TO default",
        "CREATE VIEW clerk__service.x AS SELECT secret FROM default.customers",
    ],
)
def test_no_way_leads_to_a_hidden_column(applied: Database, way: str) -> None:
    refused(applied, way, CLERK)
    # `merge` finds no table where nothing of it may be read
    refused(applied, way, AGENT, "ACCESS_DENIED", "CANNOT_EXTRACT_TABLE_STRUCTURE")


def test_the_filter_of_a_table_by_a_setting_reads_nothing_hidden(applied: Database) -> None:
    # `additional_table_filters` names a table and a condition that is met wherever the table is read
    query = "SELECT count() FROM customers SETTINGS additional_table_filters = {'default.customers': 'secret = ''s1'''}"
    refused(applied, query, CLERK)


def test_a_column_that_is_new_stays_closed(applied: Database) -> None:
    applied.query("ALTER TABLE customers ADD COLUMN diary String DEFAULT 'dear diary'")
    for who in (AGENT, CLERK, NEWS):
        refused(applied, "SELECT diary FROM default.customers", who)
    answer = applied.query(f"SELECT * FROM {AGENT}.customers", AGENT)
    assert "diary" not in {column["name"] for column in answer["meta"]}


def test_withdrawing_consent_closes_the_rows_at_once(applied: Database) -> None:
    applied.query("ALTER TABLE customers UPDATE news = false WHERE true SETTINGS mutations_sync = 1")
    assert applied.rows(f"SELECT id FROM {NEWS}.customers", NEWS) == []


def test_the_undo_leaves_what_was_there_before(shop: Database) -> None:
    listed = (
        "SELECT database, name FROM system.tables WHERE database NOT ILIKE '%schema' AND database != 'system'"
    )
    before = set(shop.rows(listed))
    shop.run(files()[SQL], amanat_mask_key=KEY)
    assert set(shop.rows(listed)) > before
    shop.run(files()[UNDO])
    assert set(shop.rows(listed)) == before
    assert shop.accounts == {}
    assert not shop.rows("SELECT 1 FROM system.databases WHERE name = 'amanat' OR name LIKE '%\\_\\_%'")
    with pytest.raises(QueryError, match="not applied here"):
        shop.run(files()[UNDO])


def test_the_undo_takes_back_a_policy_that_failed_halfway(shop: Database) -> None:
    half = files()[SQL].partition("CREATE VIEW")[0]
    shop.run(half, amanat_mask_key=KEY)
    shop.run(files()[UNDO])
    shop.run(files()[SQL], amanat_mask_key=KEY)


def test_the_undo_drops_nothing_that_the_policy_did_not_make(applied: Database) -> None:
    applied.query(f"CREATE TABLE {AGENT}.notes (id Int64) ENGINE = MergeTree ORDER BY id")
    with pytest.raises(QueryError, match="holds something that the policy did not make"):
        applied.run(files()[UNDO])


@pytest.mark.parametrize(
    ("situation", "complaint"),
    [
        ("DROP TABLE customers", "a table or column of the policy is not there"),
        ("ALTER TABLE customers DROP COLUMN phone", "a table or column of the policy is not there"),
        ("CREATE DATABASE amanat", "applied here already"),
        ("CREATE DATABASE agent__service", "applied here already"),
        (
            "CREATE OR REPLACE TABLE crm.visits (customer_id Int64, page String) ENGINE = ReplacingMergeTree ORDER BY page",
            "its engine replaces rows",
        ),
    ],
)
def test_where_the_policy_could_not_hold_it_changes_nothing(
    shop: Database, situation: str, complaint: str
) -> None:
    shop.query(situation)
    with pytest.raises(QueryError, match=complaint):
        shop.run(files()[SQL], amanat_mask_key=KEY)
    assert shop.accounts == {}
    assert not shop.rows(
        "SELECT 1 FROM system.tables WHERE database = 'amanat' OR engine = 'View' AND name = 'customers'"
    )


def test_without_a_key_nothing_is_made(shop: Database) -> None:
    for key in ({}, {"amanat_mask_key": "00" * 31}):
        with pytest.raises(QueryError):
            shop.run(files()[SQL], **key)
        assert shop.accounts == {}
        assert not shop.rows("SELECT 1 FROM system.databases WHERE name = 'amanat'")


def test_a_column_that_is_only_redacted_is_shown_by_rights_to_columns_alone(shop: Database) -> None:
    shown = expression(
        Mask(MaskKind.REDACT), "t.email", Column("email", SourceId("s.t.email"), (), "text", None)
    )
    shop.run(
        "CREATE USER `amanat_definer` SETTINGS readonly = 1 CONST;\nCREATE USER `p` SETTINGS readonly = 1 CONST;\n"
        "GRANT SELECT(`email`) ON `default`.`customers` TO `amanat_definer`;\n"
        f"CREATE VIEW v DEFINER = amanat_definer SQL SECURITY DEFINER AS SELECT {shown} AS e FROM customers AS t;\n"
        "GRANT SELECT ON `default`.`v` TO `p`;\n"
    )
    assert shop.rows("SELECT e FROM v", "p") == [("***",), ("***",)]
