"""A generated PostgreSQL policy in a real PostgreSQL: every cell equals the reference, and nothing leaks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from amanat.model.values import Action, Pair, PurposeId, RoleId
from amanat.policy.loss import Status
from amanat.policy.targets.granting import principal
from tests.differential.postgres import Database, PostgresEngine, privileges
from tests.differential.reference import Setting, compare
from tests.differential.shop import AS_OF, CONSENTED, KEY, SHOP, SQL, UNDO, catalog, files, losses, prepare


@pytest.fixture
def shop(database: Database) -> Database:
    return prepare(database)


@pytest.fixture
def applied(shop: Database) -> Database:
    shop.run(files()[SQL], mask_key=KEY.hex())
    return shop


def test_every_cell_equals_the_reference(applied: Database) -> None:
    tally = compare(Setting(PostgresEngine(applied), catalog(), SHOP, AS_OF, KEY, losses(), CONSENTED))
    assert min(tally.allow, tally.mask, tally.deny, tally.rows, tally.lost) >= 10


def test_the_case_catalog_comes_out_in_every_way_there_is() -> None:
    assert {loss.status for loss in losses()} == set(Status) - {Status.MASK_APPROXIMATE}
    assert {loss.cause for loss in losses()} >= {"rows", "masked", "mask", "rows deleted", "absent", "export"}


@pytest.mark.parametrize(
    ("pair", "table", "seen"),
    [
        ("marketer__news", "customers", 3),
        ("marketer__news", "orders", 3),
        ("marketer__news.quiet", "orders", 3),
        ("marketer__news.sms", "customers", 1),
        ("marketer__news.sms", "order_lines", 2),
        ("marketer__news.push", "consent_log", 4),
    ],
)
def test_only_rows_of_people_who_consented_are_seen(
    applied: Database, pair: str, table: str, seen: int
) -> None:
    with applied.acting(pair) as session:
        assert session.execute(f"SELECT count(*) FROM {table}".encode()).fetchall() == [(seen,)]


def test_withdrawing_consent_closes_the_rows_at_once(applied: Database) -> None:
    with applied.acting("marketer__news.sms") as session:
        assert session.execute("SELECT count(*) FROM orders").fetchone() == (2,)
        applied.connection.execute("UPDATE consents SET sms = 'no' WHERE customer_id = 1")
        assert session.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_a_second_record_of_the_same_customer_that_says_no_closes_the_rows(applied: Database) -> None:
    applied.connection.execute("INSERT INTO consents (id, customer_id, sms) VALUES (99, 1, 'no')")
    with applied.acting("marketer__news.sms") as session:
        assert session.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_rows_cannot_be_written_for_people_who_did_not_consent(applied: Database) -> None:
    with applied.acting("marketer__news") as session:
        session.execute("INSERT INTO orders (customer_id, total) VALUES (1, 5)")
        with pytest.raises(psycopg.errors.WithCheckOptionViolation):
            session.execute("INSERT INTO orders (customer_id, total) VALUES (2, 5)")
        with pytest.raises(psycopg.errors.WithCheckOptionViolation):
            session.execute("UPDATE orders SET customer_id = 2 WHERE customer_id = 1")
        session.execute("UPDATE orders SET total = 0")
        session.execute("DELETE FROM orders")
    kept = applied.rows("SELECT customer_id, count(*) FROM orders GROUP BY 1 ORDER BY 1")
    assert kept == [(2, 1), (3, 1), (99, 1)]


def test_inserting_works_where_a_sequence_numbers_the_rows(shop: Database) -> None:
    shop.connection.execute("CREATE SEQUENCE orders_numbers OWNED BY orders.id START 100")
    shop.connection.execute("ALTER TABLE orders ALTER id SET DEFAULT nextval('orders_numbers')")
    before = privileges(shop)
    shop.run(files()[SQL])
    with shop.acting("agent__service") as session:
        session.execute("INSERT INTO orders (customer_id, total) VALUES (1, 5)")
    assert shop.rows("SELECT id, total FROM orders WHERE id >= 100") == [(100, 5)]
    shop.run(files()[UNDO])
    assert privileges(shop) == before


def test_select_star_never_shows_what_is_denied(applied: Database) -> None:
    for (role,) in applied.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '__'"):
        with applied.acting(role) as session:
            for table in ("customers", "public.customers"):
                try:
                    cursor = session.execute(f"SELECT * FROM {table}".encode())
                except psycopg.errors.InsufficientPrivilege:
                    continue
                shown = {column.name for column in cursor.description or ()}
                assert not shown & {"secret", "illness"}
                assert "secret" not in str(cursor.fetchall())


def test_a_new_column_stays_closed(applied: Database) -> None:
    applied.connection.execute("ALTER TABLE customers ADD COLUMN diary text DEFAULT 'dear diary'")
    applied.connection.execute("ALTER TABLE visits ADD COLUMN diary text DEFAULT 'dear diary'")
    for (role,) in applied.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '__'"):
        with applied.acting(role) as session:
            for table in ("customers", "public.customers", "visits"):
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)):
                    session.execute(f"SELECT diary FROM {table}".encode())


def test_a_holder_of_two_pairs_never_has_both_at_once(applied: Database) -> None:
    applied.connection.execute("CREATE ROLE dana LOGIN")
    for pair in ("agent__service", "marketer__news"):
        applied.connection.execute(f'GRANT "{pair}" TO dana WITH INHERIT FALSE, SET TRUE'.encode())
    applied.connection.execute('GRANT "cleaner__cleanup" TO dana WITH INHERIT FALSE, SET TRUE')
    url = applied.url
    with psycopg.connect(url, dbname=applied.name, user="dana", autocommit=True) as session:
        for query in ("SELECT email FROM public.customers", 'SELECT email FROM "marketer__news".customers'):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(query.encode())
        session.execute('SET ROLE "agent__service"')
        assert len(session.execute("SELECT email FROM customers").fetchall()) == 6
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute('SELECT email FROM "marketer__news".customers')
        session.execute('SET ROLE "marketer__news"')
        assert len(session.execute("SELECT email FROM customers").fetchall()) == 3
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT email FROM public.customers")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("DELETE FROM public.visits")


def test_a_cheap_function_does_not_see_rows_behind_the_view(applied: Database) -> None:
    applied.connection.execute('GRANT CREATE ON SCHEMA public TO "marketer__news"')
    with applied.acting("marketer__news") as session:
        notices: list[str] = []
        session.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
        session.execute(
            "CREATE FUNCTION public.spy(anything anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', anything; RETURN true; END $$"
        )
        rows = session.execute("SELECT id FROM customers WHERE public.spy(id)").fetchall()
    assert Counter(notices) == Counter(str(number) for (number,) in rows)
    assert len(rows) == 3


def test_the_key_of_the_hashes_is_for_the_owner_only(applied: Database) -> None:
    for (role,) in applied.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '__'"):
        with applied.acting(role) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT * FROM amanat.mask_key")


def test_views_show_the_same_whatever_the_reader_puts_before_the_built_ins(applied: Database) -> None:
    applied.connection.execute("CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC")
    with applied.acting("analyst__research") as session:
        before = session.execute("SELECT phone, number FROM customers").fetchall()
        session.execute(
            "CREATE FUNCTION evil.left(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;"
            'SET search_path = evil, "$user", pg_catalog'
        )
        assert session.execute("SELECT phone, number FROM customers").fetchall() == before


def test_the_undo_restores_every_privilege_and_role(shop: Database) -> None:
    shop.connection.execute("CREATE ROLE bystander; GRANT SELECT (email), UPDATE ON customers TO bystander")
    before = privileges(shop)
    shop.run(files()[SQL])
    assert privileges(shop) != before
    shop.run(files()[UNDO])
    assert privileges(shop) == before
    shop.run(files()[SQL])
    shop.run(files()[UNDO])
    assert privileges(shop) == before


def test_the_owner_of_the_tables_can_apply_and_undo_without_being_superuser(shop: Database) -> None:
    shop.connection.execute("CREATE ROLE keeper LOGIN CREATEROLE")
    shop.connection.execute(
        f'ALTER DATABASE "{shop.name}" OWNER TO keeper; ALTER SCHEMA crm OWNER TO keeper'.encode()
    )
    for (table,) in shop.rows("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid > 16384"):
        shop.connection.execute(f"ALTER TABLE {table} OWNER TO keeper".encode())
    before = privileges(shop)
    shop.run(files()[SQL], user="keeper", mask_key=KEY.hex())
    tally = compare(Setting(PostgresEngine(shop), catalog(), SHOP, AS_OF, KEY, losses(), CONSENTED))
    assert tally.rows
    shop.run(files()[UNDO], user="keeper")
    assert privileges(shop) == before


def test_an_undo_that_was_not_applied_changes_nothing(shop: Database) -> None:
    before = privileges(shop)
    with pytest.raises(psycopg.errors.RaiseException, match="not applied here"):
        shop.run(files()[UNDO])
    assert privileges(shop) == before


def test_applying_twice_is_refused_and_changes_nothing(applied: Database) -> None:
    before = privileges(applied)
    with pytest.raises(
        psycopg.errors.RaiseException, match="a policy is applied here already: amanat policy of"
    ):
        applied.run(files()[SQL])
    assert privileges(applied) == before


def test_two_that_apply_at_once_do_not_meet(shop: Database) -> None:
    outcomes: list[str] = []

    def apply() -> None:
        try:
            shop.run(files()[SQL])
            outcomes.append("applied")
        except psycopg.errors.RaiseException:
            outcomes.append("refused")

    threads = [threading.Thread(target=apply) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "refused", "refused"]


@pytest.mark.parametrize(
    ("situation", "complaint"),
    [
        ("GRANT SELECT ON customers TO PUBLIC", "open to PUBLIC, so no policy can hold: public.customers"),
        ("GRANT SELECT (illness) ON customers TO PUBLIC", "open to PUBLIC"),
        ('CREATE ROLE "agent__service" LOGIN', "have other rights already: agent__service"),
        ('CREATE ROLE "agent__service" INHERIT', "have other rights already"),
        ('CREATE ROLE "agent__service" NOINHERIT SUPERUSER', "have other rights already"),
        (
            'CREATE ROLE "agent__service" NOINHERIT; GRANT pg_read_all_data TO "agent__service"',
            "have other rights already",
        ),
        (
            'CREATE ROLE "agent__service" NOINHERIT; GRANT SELECT ON customers TO "agent__service"',
            "have other rights already",
        ),
        (
            "CREATE ROLE nosy; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO nosy",
            "default privileges open what this policy makes",
        ),
        ("CREATE SCHEMA amanat", "applied here already: a schema of another kind"),
    ],
)
def test_where_the_policy_could_not_hold_it_is_refused_and_changes_nothing(
    shop: Database, situation: str, complaint: str
) -> None:
    shop.connection.execute(situation.encode())
    before = privileges(shop)
    with pytest.raises(psycopg.errors.RaiseException, match=complaint):
        shop.run(files()[SQL])
    assert privileges(shop) == before
    if "DEFAULT" in situation:
        shop.connection.execute("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM nosy")


def test_a_table_that_is_not_there_leaves_nothing_half_applied(shop: Database) -> None:
    shop.connection.execute("DROP TABLE visits")
    before = privileges(shop)
    with pytest.raises(psycopg.errors.UndefinedTable):
        shop.run(files()[SQL])
    assert privileges(shop) == before


def test_a_key_that_is_too_short_is_refused(shop: Database) -> None:
    before = privileges(shop)
    with pytest.raises(psycopg.errors.RaiseException, match="shorter than 32 bytes"):
        shop.run(files()[SQL], mask_key="00" * 31)
    assert privileges(shop) == before


def test_an_undo_keeps_roles_that_another_database_needs(
    applied: Database, new_database: Callable[[], Database]
) -> None:
    other = prepare(new_database())
    other.run(files()[SQL])
    applied.run(files()[UNDO])
    with other.acting("agent__service") as session:
        assert session.execute("SELECT count(id) FROM customers").fetchone() == (6,)
    other.run(files()[UNDO])
    assert other.rows("SELECT FROM pg_roles WHERE rolname ~ '__'") == []


def test_an_undo_keeps_roles_that_were_there_before(shop: Database) -> None:
    shop.connection.execute('CREATE ROLE "agent__service" NOLOGIN NOINHERIT')
    shop.run(files()[SQL])
    shop.run(files()[UNDO])
    assert shop.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '__'") == [("agent__service",)]


def test_every_acting_pair_with_something_open_has_a_principal(applied: Database) -> None:
    acting = {name for (name,) in applied.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '__'")}
    given = {
        principal(loss.pair)
        for loss in losses()
        if loss.status in (Status.EXACT, Status.DENY_AS_NULL) and loss.action is not Action.EXPORT
    }
    assert acting == given
    assert principal(Pair(RoleId("marketer"), PurposeId("news.post"))) not in acting
