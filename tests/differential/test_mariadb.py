"""A generated MariaDB policy in a real MariaDB: every cell equals the reference, and nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from amanat.diagnostic import Severity
from amanat.lint.rule import Context
from amanat.model.catalog import Catalog
from amanat.policy.build import build_policy
from amanat.policy.loss import Loss, Status
from amanat.rules.policy import RULES
from tests.differential import shop as cases
from tests.differential.mariadb import (
    Database,
    MariaEngine,
    ScriptError,
    Server,
    create_tables,
    fill,
    privileges,
)
from tests.differential.reference import Setting, compare
from tests.differential.shop import AS_OF, CUSTOMERS, KEY, ROWS, SHOP
from tests.support import catalog_of
from tests.unit.policy.support import CASES

TYPES = {
    "timestamp with time zone": "timestamp",
    "jsonb": "json",
    "inet": "inet6",
    "varchar[]": "blob",
    "numeric": '"decimal(40,2)"',
    "boolean": "tinyint(1)",
    "double precision": "double",
    "integer": "int",
}
NEWS = "marketer__news"
SMS = "`shop__marketer__news.sms`"


@cache
def catalog(system: str = "shop", engine: str = "mariadb") -> Catalog:
    """The hostile case catalog with a system in MariaDB."""
    folder = CASES / "postgres"
    snapshot = (folder / "observed/shop.columns.csv").read_text(encoding="utf-8")
    for old, new in TYPES.items():
        snapshot = snapshot.replace(f",{old},", f",{new},")
    text = (folder / "catalog.yaml").read_text(encoding="utf-8")
    text = text.replace("engine: mysql", "engine: oracle").replace("engine: postgresql", f"engine: {engine}")
    files = {
        "amanat.yaml": (folder / "amanat.yaml").read_text(encoding="utf-8") + "build: {policy: [mariadb]}\n",
        "catalog.yaml": text.replace("shop.", f"{system}.").replace("  shop:", f"  {system}:"),
        f"observed/{system}.columns.csv": snapshot,
    }
    if system != "shop":  # two systems have no database in common
        files = {name: text.replace("crm.Odd", f"{system}_crm.Odd") for name, text in files.items()}
    return catalog_of(files).catalog


@cache
def files(system: str = "shop", engine: str = "mariadb") -> Mapping[str, str]:
    return build_policy(catalog(system, engine), AS_OF, ["mariadb"]).files


def script(system: str = "shop") -> str:
    return files(system)[f"policy/mariadb/{system}.sql"]


def undo(system: str = "shop") -> str:
    return files(system)[f"policy/mariadb/{system}.undo.sql"]


@cache
def losses() -> tuple[Loss, ...]:
    (made,) = build_policy(catalog(), AS_OF, ["mariadb"], ["shop"]).by_target["mariadb"].losses
    return made.cells


def prepare(database: Database) -> Database:
    """Create the tables and put the rows in."""
    create_tables(database, catalog().snapshots[SHOP])
    fill(database, catalog().snapshots[SHOP], len(CUSTOMERS), ROWS)
    return database


def _exact(condition: str) -> str:
    return condition.replace("s.sms = 'yes'", "BINARY s.sms = 'yes'").replace(
        "t.sms = 'yes'", "BINARY t.sms = 'yes'"
    )


CONSENTED = {
    purpose: {table: _exact(condition) for table, condition in of.items()}
    for purpose, of in cases.CONSENTED.items()
}


@pytest.fixture
def shop(maria: Database) -> Database:
    return prepare(maria)


@pytest.fixture
def applied(shop: Database) -> Database:
    shop.run(script(), key=KEY)
    return shop


@pytest.fixture
def other(mariadb_server: Server) -> Iterator[Database]:
    """A second database on the same server."""
    yield Database.create(mariadb_server)


def test_every_cell_equals_the_reference(applied: Database) -> None:
    tally = compare(Setting(MariaEngine(applied), catalog(), SHOP, AS_OF, KEY, losses(), CONSENTED))
    assert min(tally.allow, tally.mask, tally.deny, tally.rows, tally.lost) >= 10


def test_the_case_catalog_comes_out_in_every_way_there_is() -> None:
    assert {loss.status for loss in losses()} == set(Status) - {Status.MASK_APPROXIMATE}
    assert {loss.cause for loss in losses()} >= {
        "rows",
        "some rows",
        "masked",
        "mask",
        "rows deleted",
        "absent",
        "export",
    }


def test_writing_that_is_lost_where_only_some_rows_are_seen_is_told_by_check() -> None:
    (rule,) = [rule for rule in RULES if rule.code == "PL101"]
    assert rule.check is not None
    found = [each for each in rule.check(Context(catalog(), AS_OF)) if "some rows" in each.detail]
    assert {each.subject for each in found} == {"news"}
    assert all(each.severity is Severity.WARNING for each in found)
    (message,) = [each.message for each in found]
    assert message == (
        "`marketer` may change 12 columns in `shop` in rows with consent only, so none is changed: a view of MariaDB "
        "that can be written through tells its reader of the rows it does not show"
    )


def test_consent_that_is_only_alike_is_not_consent(applied: Database) -> None:
    with applied.acting("marketer__news.sms") as session:
        assert session.ask(f"SELECT count(*) FROM {SMS}.customers") == [("1",)]
        assert session.ask(f"SELECT count(*) FROM {SMS}.order_lines") == [("2",)]
        applied.root.ask("UPDATE consents SET sms = 'no' WHERE customer_id = 1")
        assert session.ask(f"SELECT count(*) FROM {SMS}.orders") == [("0",)]


def test_a_second_record_of_the_same_customer_that_says_no_closes_the_rows(applied: Database) -> None:
    applied.root.ask("INSERT INTO consents (id, customer_id, sms) VALUES (99, 1, 'no')")
    with applied.acting("marketer__news.sms") as session:
        assert session.ask(f"SELECT count(*) FROM {SMS}.orders") == [("0",)]


def test_a_zero_date_is_no_missing_objection(shop: Database) -> None:
    shop.root.ask("SET sql_mode = ''")
    shop.root.ask("UPDATE customers SET objected_on = '0000-00-00'")
    shop.root.ask("ALTER TABLE customers MODIFY objected_on DATE NOT NULL")
    assert shop.root.ask("SELECT count(*) FROM customers WHERE objected_on IS NULL") == [("6",)]
    shop.run(script())
    with shop.acting("marketer__news.quiet") as session:
        assert session.ask("SELECT count(*) FROM `shop__marketer__news.quiet`.customers") == [("0",)]


SPIES = (
    "SELECT id FROM {0} WHERE (@seen := CONCAT(@seen, ',', id)) IS NOT NULL",
    "SELECT id FROM {0} WHERE desk.spy(id)",
    "SELECT id FROM {0} WHERE id BETWEEN 1 AND 99 AND desk.spy(id)",
    "SELECT id FROM {0} GROUP BY id HAVING desk.spy(id)",
    "SELECT a.id FROM {0} AS a JOIN {0} AS b ON a.id = b.id AND desk.spy(a.id)",
    "SELECT id FROM {0} WHERE id IN (SELECT b.id FROM {0} AS b WHERE desk.spy(b.id))",
)


@pytest.mark.parametrize("spy", SPIES)
@pytest.mark.parametrize("switch", ["default", "condition_pushdown_for_derived=off,derived_merge=off"])
def test_a_readers_own_condition_is_not_asked_about_hidden_rows(
    applied: Database, spy: str, switch: str
) -> None:
    """Whoever may make functions in a database of their own can look at every value that a query touches."""
    applied.root.ask("CREATE DATABASE desk")
    applied.root.ask("CREATE TABLE desk.seen (id INT)")
    with applied.acting(NEWS) as session:
        ((person,),) = session.ask("SELECT USER()")
        applied.root.ask(f"GRANT ALL ON desk.* TO {str(person).partition('@')[0]}")
        session.ask(
            "CREATE FUNCTION desk.spy(id INT) RETURNS BOOLEAN BEGIN SET @seen = CONCAT(@seen, ',', id); RETURN TRUE; END"
        )
        session.ask(f"SET optimizer_switch = '{switch}', @seen = ''")
        rows = session.ask(spy.format(f"`shop__{NEWS}`.customers"))
        ((seen,),) = session.ask("SELECT @seen")
    assert len(rows) == 3
    assert set(str(seen).strip(",").split(",")) == {str(number) for (number,) in rows}


def test_where_a_reader_asks_first_the_view_would_tell_of_hidden_rows(applied: Database) -> None:
    """Why views are worked out first: the same view without it tells."""
    view = applied.root.ask(f"SHOW CREATE VIEW `shop__{NEWS}`.customers")[0][1]
    assert "ALGORITHM=TEMPTABLE" in str(view) and str(view).endswith("limit 18446744073709551615")
    weak = str(view).replace("TEMPTABLE", "MERGE").replace(" limit 18446744073709551615", "")
    applied.root.ask(weak.replace("CREATE", "CREATE OR REPLACE", 1))
    with applied.acting("marketer__news") as session:
        session.ask("SET @seen = 0")
        session.ask(f"SELECT id FROM `shop__{NEWS}`.customers WHERE (@seen := @seen + 1) IS NOT NULL")
        ((seen,),) = session.ask("SELECT @seen")
    assert int(str(seen)) >= 3  # the server may ask either condition first


GUESS = "(SELECT 'secret 1' AS secret, 'dear diary' AS diary)"
AROUND = (
    "HANDLER {0} OPEN",
    "CHECKSUM TABLE {0}",
    "SELECT 1 FROM {0} AS t NATURAL JOIN " + GUESS + " AS g",
    "SELECT 1 FROM {0} AS t JOIN " + GUESS + " AS g USING (secret)",
    "UPDATE {0} AS t JOIN " + GUESS + " AS g USING (secret) SET t.news = 0",
    "DELETE t FROM {0} AS t JOIN " + GUESS + " AS g USING (secret)",
)
"""Statements that look at columns, or compare with them, without asking for a privilege on them."""


def test_statements_that_pass_over_privileges_on_columns_find_nothing_to_look_at(applied: Database) -> None:
    applied.root.ask("ALTER TABLE customers ADD COLUMN diary VARCHAR(20) DEFAULT 'dear diary'")
    table = f"{applied.name}.customers"
    for role in applied.principals():
        with applied.acting(role) as session:
            for statement in AROUND:
                assert session.refused(statement.format(table)), (role, statement)
    # what they would find, had the pair a privilege on columns of the table
    applied.root.ask(f"GRANT SELECT (email) ON {table} TO `{NEWS}`")
    with applied.acting(NEWS) as session:
        assert not session.refused(AROUND[0].format(table))
        assert "secret 1" in str(session.ask("HANDLER customers READ FIRST"))
        assert session.ask(AROUND[3].format(table)) == [("1",)]


def test_a_view_joins_by_the_columns_that_it_shows_only(applied: Database) -> None:
    for role in applied.principals():
        with applied.acting(role) as session:
            for (name,) in session.ask(
                "SELECT TABLE_SCHEMA FROM information_schema.VIEWS WHERE TABLE_NAME = 'customers'"
            ):
                view = f"`{name}`.customers"
                readable = {str(column) for (column, *_) in session.ask(f"SHOW COLUMNS FROM {view}")}
                shown = set(session.columns(f"SELECT * FROM {view}"))
                assert shown and readable == shown and "secret" not in shown
                assert all(
                    session.refused(each.format(view))
                    for each in AROUND
                    if "USING" in each or "HANDLER" in each
                )


def test_principals_read_neither_definitions_nor_plans(applied: Database) -> None:
    for role in applied.principals():
        with applied.acting(role) as session:
            shown = session.ask("SELECT VIEW_DEFINITION FROM information_schema.VIEWS")
            assert {text for (text,) in shown} <= {"", None}
            for place, name in session.ask("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS"):
                quoted = ".".join("`" + str(part).replace("`", "``") + "`" for part in (place, name))
                assert session.refused(f"SHOW CREATE VIEW {quoted}")
            columns = session.ask("SELECT COLUMN_NAME FROM information_schema.COLUMNS")
            assert not {"secret", "undeclared"} & {name for (name,) in columns}
            assert (
                session.ask("SELECT * FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'amanat'") == []
            )


def test_the_key_of_the_hashes_is_for_the_owner_only(applied: Database) -> None:
    for role in applied.principals():
        with applied.acting(role) as session:
            assert session.refused("SELECT * FROM amanat.`mask_key shop`")
            assert session.refused("SELECT * FROM amanat.policy")
    assert KEY.hex() not in script()


def test_a_holder_of_two_pairs_never_has_both_at_once(applied: Database) -> None:
    import pymysql

    table, view = "shop__agent__service.customers", f"`shop__{NEWS}`.customers"
    with applied.acting(None, ["agent__service", NEWS]) as session:
        assert session.refused(f"SELECT email FROM {table}")
        assert session.refused(f"SELECT email FROM {view}")
        session.ask("SET ROLE `agent__service`")
        assert len(session.ask(f"SELECT email FROM {table}")) == 6
        assert session.refused(f"SELECT email FROM {view}")
        session.ask(f"SET ROLE `{NEWS}`")
        assert len(session.ask(f"SELECT email FROM {view}")) == 3
        assert session.refused(f"SELECT email FROM {table}")
        session.ask("SET DEFAULT ROLE `agent__service`")
        assert session.refused(f"SELECT email FROM {table}")
        for united in (
            "SET ROLE ALL",
            f"SET ROLE `agent__service`, `{NEWS}`",
            f"GRANT `{NEWS}` TO `agent__service`",
        ):
            with pytest.raises(pymysql.err.Error):
                session.ask(united)
        assert session.refused(f"SELECT email FROM {table}")


def test_a_person_cannot_bundle_pairs_in_a_role(applied: Database) -> None:
    import pymysql

    with applied.acting(None, ["agent__service", NEWS]) as session:
        ((person,),) = session.ask("SELECT USER()")
        applied.root.ask(f"CREATE ROLE bundle WITH ADMIN {str(person).partition('@')[0]}")
        for pair in ("agent__service", NEWS):
            with pytest.raises(pymysql.err.OperationalError, match="denied"):
                session.ask(f"GRANT `{pair}` TO bundle")
    assert applied.root.ask("SELECT * FROM mysql.roles_mapping WHERE User = 'bundle' AND Host = ''") == []


def test_without_the_account_that_applied_it_views_show_nothing(applied: Database) -> None:
    import pymysql

    view = applied.root.ask(f"SHOW CREATE VIEW `shop__{NEWS}`.customers")[0][1]
    applied.root.ask("CREATE USER keeper")
    changed = str(view).replace("DEFINER=`root`@`localhost`", "DEFINER=`keeper`@`%`", 1)
    applied.root.ask(changed.replace("CREATE", "CREATE OR REPLACE", 1))
    applied.root.ask("DROP USER keeper")
    with applied.acting(NEWS) as session, pytest.raises(pymysql.err.OperationalError):
        session.ask(f"SELECT email FROM `shop__{NEWS}`.customers")


def test_the_undo_restores_every_privilege_and_role(shop: Database) -> None:
    shop.root.ask("CREATE USER bystander")
    shop.root.ask("GRANT SELECT (email), UPDATE ON customers TO bystander")
    before = privileges(shop)
    for _ in range(2):
        shop.run(script())
        assert privileges(shop) != before
        shop.run(undo())
        assert privileges(shop) == before


def _stopped() -> list[str]:
    """The policy, broken off before its steps."""
    checks, between, rest = script().partition("SET @amanat_checked = TRUE;")
    lines = rest.split("\n")
    steps = [
        at for at, line in enumerate(lines) if line.startswith(("CREATE ", "GRANT ", "INSERT ", "UPDATE "))
    ]
    stop = "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the power fails';"
    return [checks + between + "\n".join([*lines[:at], stop, *lines[at:]]) for at in steps]


def test_an_undo_takes_back_whatever_part_was_applied(shop: Database) -> None:
    before, parts = privileges(shop), _stopped()
    assert len(parts) > 40
    for part in [*parts[4:9], *parts[9::9], parts[-1]]:
        with pytest.raises(ScriptError, match="the power fails"):
            shop.run(part)
        with pytest.raises(ScriptError, match="a policy is applied here already"):
            shop.run(script())
        shop.run(undo())
        assert privileges(shop) == before


def test_a_policy_that_stopped_before_it_did_anything_is_applied_anew(shop: Database) -> None:
    before = privileges(shop)
    for part in _stopped()[:4]:
        with pytest.raises(ScriptError, match="the power fails"):
            shop.run(part)
        with pytest.raises(ScriptError, match="not applied here"):
            shop.run(undo())
    shop.run(script())
    shop.run(undo())
    assert privileges(shop) == before


def test_an_undo_that_was_not_applied_changes_nothing(shop: Database) -> None:
    before = privileges(shop)
    with pytest.raises(ScriptError, match="this policy is not applied here"):
        shop.run(undo())
    assert privileges(shop) == before


def test_an_undo_in_another_database_changes_nothing(applied: Database, other: Database) -> None:
    before = privileges(applied)
    with pytest.raises(ScriptError, match="this policy is applied in another database: test_"):
        other.run(undo())
    assert privileges(applied) == before


def test_an_undo_drops_nothing_that_others_put_among_the_views(applied: Database) -> None:
    applied.root.ask(f"CREATE TABLE `shop__{NEWS}`.mine (id INT)")
    before = privileges(applied)
    with pytest.raises(
        ScriptError, match="others have put things among the views, and they would be dropped: mine"
    ):
        applied.run(undo())
    assert privileges(applied) == before


@pytest.mark.parametrize(
    ("situation", "complaint"),
    [
        (
            ["GRANT SELECT ON customers TO PUBLIC"],
            "open to PUBLIC or to nameless accounts, so no policy can hold: customers",
        ),
        (["GRANT SELECT (illness) ON customers TO PUBLIC"], "open to PUBLIC"),
        (["GRANT SELECT ON *.* TO PUBLIC"], "open to PUBLIC"),
        (["GRANT SELECT ON `test\\_%`.* TO PUBLIC"], "open to PUBLIC"),
        (["CREATE USER ''@'%'", "GRANT SELECT ON `test%`.* TO ''@'%'"], "nameless accounts"),
        (
            ["CREATE ROLE `agent__service`", "GRANT PROCESS ON *.* TO `agent__service`"],
            "have other rights already",
        ),
        (
            ["CREATE ROLE `agent__service`", "GRANT SELECT ON crm.* TO `agent__service`"],
            "have other rights already",
        ),
        (
            ["CREATE ROLE `agent__service`", "GRANT SELECT (email) ON customers TO `agent__service`"],
            "have other rights",
        ),
        (
            ["CREATE ROLE `agent__service`", "CREATE ROLE more", "GRANT more TO `agent__service`"],
            "granted to or from a role",
        ),
        (
            ["CREATE ROLE `agent__service`", "CREATE ROLE more", "GRANT `agent__service` TO more"],
            "granted to or from a role",
        ),
        (["CREATE DATABASE amanat"], "the database `amanat` is one of another kind"),
        (
            ["CREATE DATABASE `shop__marketer__news`"],
            "databases of these names are there already: shop__marketer__news",
        ),
        (["DROP TABLE visits"], "tables that the policy is for are missing: visits"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_where_the_policy_could_not_hold_it_is_refused_and_changes_nothing(
    maria: Database, situation: list[str], complaint: str, force: bool
) -> None:
    create_tables(maria, catalog().snapshots[SHOP])
    for statement in situation:
        maria.root.ask(statement)
    before = privileges(maria)
    with pytest.raises(ScriptError, match=complaint):
        maria.run(script(), force=force)
    assert privileges(maria) == before


def test_applying_twice_is_refused_and_changes_nothing(applied: Database) -> None:
    before = privileges(applied)
    with pytest.raises(ScriptError, match="a policy is applied here already"):
        applied.run(script(), force=True)
    assert privileges(applied) == before


@pytest.mark.parametrize("key", [bytes(31), b"\0"])
def test_a_key_that_is_too_short_is_refused(shop: Database, key: bytes) -> None:
    before = privileges(shop)
    with pytest.raises(ScriptError, match="not 32 bytes or more"):
        shop.run(script(), key=key)
    assert privileges(shop) == before


def test_roles_that_another_system_needs_are_kept_and_dropped_with_the_last(
    applied: Database, other: Database
) -> None:
    create_tables(other, catalog("mall").snapshots[next(iter(catalog("mall").snapshots))])
    other.run(script("mall"))
    applied.run(undo())
    with other.acting("agent__service") as session:
        assert session.ask("SELECT count(id) FROM mall__agent__service.customers") == [("0",)]
    other.run(undo("mall"))
    assert other.principals() == []
    assert ("amanat",) not in other.root.ask("SHOW DATABASES")


def test_roles_that_were_there_before_are_kept(shop: Database) -> None:
    shop.root.ask("CREATE ROLE `agent__service`")
    shop.run(script())
    shop.run(undo())
    assert shop.principals() == ["agent__service"]


def test_a_system_called_mysql_is_told_that_mysql_refuses() -> None:
    text = files("shop", "mysql")["policy/mariadb/shop.sql"]
    assert "MySQL itself stops at the first BEGIN" in text
    assert "MySQL" not in script()


def test_a_table_that_was_dropped_does_not_keep_its_privileges(applied: Database) -> None:
    """MariaDB keeps privileges on tables that are gone; a table of the same name would be open again."""
    applied.root.ask("DROP TABLE visits")
    applied.run(undo())
    assert applied.root.ask("SELECT * FROM mysql.tables_priv WHERE Host = ''") == []
    assert applied.root.ask("SELECT * FROM mysql.columns_priv WHERE Host = ''") == []
