"""The same policy on PostgreSQL 15, Debian's: every cell, two pairs in one hand, and `policy verify`.

Before version 16 a membership has no options of its own: whether its rights are had all the time is an
attribute of the member (NOINHERIT).
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from amanat.policy.verify.finding import Kind
from tests.differential.engine import MissingError
from tests.differential.postgres import Database, PostgresEngine, debian, privileges
from tests.differential.reference import Setting, compare, probe
from tests.differential.shop import AS_OF, CONSENTED, KEY, SHOP, SQL, UNDO, catalog, files, losses, prepare
from tests.differential.verifying import dump, look, told, wrong


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of a server."""
    try:
        started = debian(15)
    except MissingError as missing:
        pytest.skip(str(missing))
    with started as running:
        yield running


@pytest.fixture
def policed(url: str) -> Iterator[Database]:
    """A database in which the policy is applied."""
    database = prepare(Database.create(url))
    database.run(files()[SQL], mask_key=KEY.hex())
    yield database
    database.drop()


def do(database: Database, statements: str) -> None:
    database.connection.execute(statements.encode())


def test_every_cell_equals_the_reference(policed: Database) -> None:
    """Also for people who hold several pairs, who are NOINHERIT here."""
    assert policed.connection.info.server_version // 10000 == 15
    setting = Setting(PostgresEngine(policed), catalog(), SHOP, AS_OF, KEY, losses(), CONSENTED)
    tally = compare(setting)
    assert min(tally.allow, tally.mask, tally.deny, tally.rows, tally.lost) >= 10
    probe(setting)


def test_who_holds_two_pairs_unites_nothing(policed: Database) -> None:
    do(policed, 'CREATE ROLE dana LOGIN NOINHERIT; GRANT "agent__service", "cleaner__cleanup" TO dana')
    alone = ("SELECT email FROM public.customers", "DELETE FROM public.visits")
    with policed.acting(None, user="dana") as session:
        for statement in alone:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement.encode())
        session.execute('SET ROLE "agent__service"')
        assert session.execute("SELECT count(email) FROM public.customers").fetchone() == (6,)
        session.execute('SET ROLE "cleaner__cleanup"')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT email FROM public.customers")
    assert wrong(look(policed)) == []


def test_whoever_inherits_two_pairs_is_found(policed: Database) -> None:
    do(policed, 'CREATE ROLE dana LOGIN INHERIT; GRANT "agent__service", "marketer__news" TO dana')
    (found,) = told(look(policed), Kind.BYPASS)
    assert 'unites "agent__service", "marketer__news"' in found.message and not found.planned
    assert found.way_out == 'ALTER ROLE "dana" NOINHERIT;'
    do(policed, found.way_out)
    assert wrong(look(policed)) == []


def test_a_policy_just_applied_is_as_declared_and_is_taken_back_whole(policed: Database) -> None:
    before = dump(policed)
    report = look(policed)
    assert wrong(report) == [] and report.change is None and report.server.startswith("15.")
    assert dump(policed) == before
    policed.run(files()[UNDO])
    assert not any("agent__service" in map(str, row) for row in privileges(policed))


@pytest.mark.parametrize(
    "tampering",
    [
        "GRANT SELECT (illness) ON customers TO PUBLIC",
        'GRANT SELECT ON customers TO "agent__service"',
        'ALTER VIEW "marketer__news".customers RESET (check_option)',
        'DROP VIEW "marketer__news".customers',
        'CREATE OR REPLACE VIEW "marketer__news".log WITH (security_barrier) AS SELECT 1 AS a',
        'ALTER ROLE "agent__service" LOGIN INHERIT',
        'CREATE ROLE team; GRANT team TO "agent__service"',
        'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "agent__service"',
    ],
)
def test_what_is_found_is_mended_and_restored(policed: Database, tampering: str) -> None:
    do(policed, tampering)
    before = dump(policed)
    report = look(policed)
    assert wrong(report) and report.change is not None
    policed.run(report.change.apply)
    assert wrong(look(policed)) == [] and look(policed).change is None
    policed.run(report.change.undo)
    assert dump(policed) == before
