"""What servers refuse to `amanat measure`: said by its reason, the rest counted, and nothing that a server quotes
passed on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from amanat.connect.asking import opened
from amanat.errors import EnvironmentFault
from amanat.measure.document import render
from amanat.measure.keeping import as_csv
from amanat.measure.run import SystemMeasured, measure_system
from amanat.measure.show import as_text
from amanat.measure.wanted import wanted_of
from amanat.model.catalog import Catalog
from amanat.model.values import SystemId
from tests.differential import mariadb, verifying_mariadb
from tests.differential.measuring import DAY
from tests.differential.postgres import Database
from tests.differential.verifying import url_of
from tests.support import catalog_of

SECRET = "value-of-a-row"


def catalog(*sources: str) -> Catalog:
    """Fields that are to be complete, one for each source; and one that is to be in a range."""
    fields = "".join(
        f"  f.n{n}: {{label: x, quality: {{complete: 50%, in_range: 0..9}}, sources: {{{source}: }}}}\n"
        for n, source in enumerate(sources)
    )
    return catalog_of({"a.yaml": f"systems: {{shop: {{label: S, kind: crm}}}}\nfields:\n{fields}"}).catalog


def ask(url: str, seconds: int, *sources: str) -> SystemMeasured:
    tables = wanted_of(catalog(*sources), SystemId("shop"))
    with opened("shop", "the URL", url, seconds) as asker:
        found = measure_system(asker, "shop", tables, DAY)
    everything = as_text([found], {}) + render([found], {}, DAY) + as_csv(found.measures)
    assert SECRET not in everything
    return found


def told(found: SystemMeasured) -> dict[str, tuple[str, str]]:
    return {f"{m.path} {m.check}": (m.outcome.value, m.why) for m in found.measures}


POSTGRES = f"""
CREATE TABLE people (id int, age int);
INSERT INTO people VALUES (1, 5), (2, 6);
CREATE TABLE secret (id int, pin int);
INSERT INTO secret VALUES (1, 2);
CREATE TABLE half (open int, closed int);
INSERT INTO half VALUES (1, 2);
CREATE VIEW slow AS SELECT length(pg_sleep(20)::text) AS n FROM generate_series(1, 3);
CREATE VIEW bad AS SELECT id, (age::text || '{SECRET}')::int AS broken FROM people;
CREATE TABLE shapes (p point, mixed int[], t tsvector, n int);
INSERT INTO shapes VALUES ('(1,2)', '{{1}}', 'a b', 3);
CREATE ROLE reader LOGIN;
GRANT SELECT ON people, slow, bad, shapes TO reader;
GRANT SELECT (open) ON half TO reader;
CREATE SCHEMA one; CREATE TABLE one.twice (n int);
CREATE SCHEMA two; CREATE TABLE two.twice (n int);
"""


def test_a_postgresql_without_rights(database: Database) -> None:
    database.run(POSTGRES)
    found = ask(url_of(database, "reader"), 30, "shop.people.age", "shop.secret.pin", "shop.half.open", "shop.half.closed", "shop.gone.x")  # fmt: skip
    refused = ("unmeasured", "no_rights")
    assert told(found) == {
        "people.age complete": ("pass", ""),
        "people.age in_range": ("pass", ""),
        "secret.pin complete": refused,
        "secret.pin in_range": refused,
        "half.open complete": ("pass", ""),
        "half.open in_range": ("pass", ""),
        "half.closed complete": refused,
        "half.closed in_range": refused,
        "gone.x complete": ("unmeasured", "no_table"),
        "gone.x in_range": ("unmeasured", "no_table"),
    }
    assert found.partial


def test_a_postgresql_that_takes_too_long(database: Database) -> None:
    database.run(POSTGRES)
    found = ask(url_of(database), 1, "shop.slow.n", "shop.people.age")
    assert told(found) == {
        "people.age complete": ("pass", ""),
        "people.age in_range": ("pass", ""),
        "slow.n complete": ("unmeasured", "timeout"),
        "slow.n in_range": ("unmeasured", "timeout"),
    }
    assert "  table `slow`: it took longer than --timeout allows\n" in as_text([found], {})


def test_a_postgresql_that_refuses_one_question_answers_the_others(database: Database) -> None:
    database.run(POSTGRES)
    found = ask(url_of(database), 30, "shop.bad.broken", "shop.bad.id", "shop.shapes.p", "shop.shapes.mixed", "shop.shapes.t", "shop.shapes.n")  # fmt: skip
    outcomes = told(found)
    assert outcomes["bad.broken complete"] == ("unmeasured", "refused 22P02")
    assert outcomes["bad.id complete"] == outcomes["shapes.n in_range"] == ("pass", "")
    assert outcomes["shapes.p complete"] == outcomes["shapes.mixed complete"] == ("pass", "")


def test_a_table_in_several_schemas_is_not_guessed(database: Database) -> None:
    database.run(POSTGRES)
    found = told(ask(url_of(database), 30, "shop.twice.n", "shop.one.twice.n"))
    assert found["twice.n complete"] == ("unmeasured", "several")
    assert found["one.twice.n complete"] == ("unmeasured", "no_rows")


def test_a_locked_table_of_a_postgresql(database: Database) -> None:
    database.run(POSTGRES)
    with psycopg.connect(url_of(database)) as other:
        other.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        found = told(ask(url_of(database), 30, "shop.people.age", "shop.secret.pin"))
        other.rollback()
    assert found["people.age complete"] == ("unmeasured", "locked")
    assert found["secret.pin complete"] == ("pass", "")


@contextmanager
def killed_soon(database: Database) -> Iterator[None]:
    """The server ends the session of amanat as soon as it runs the slow query."""

    def kill() -> None:
        with psycopg.connect(url_of(database), autocommit=True) as other:
            for _ in range(200):
                done = other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'amanat measure'"
                    " AND wait_event = 'PgSleep' AND datname = current_database()"
                ).fetchall()
                if done:
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_a_lost_connection_leaves_what_was_counted(database: Database) -> None:
    database.run(POSTGRES)
    with killed_soon(database):
        found = ask(url_of(database), 30, "shop.people.age", "shop.slow.n", "shop.yet.x")
    assert told(found) == {
        "people.age complete": ("pass", ""),
        "people.age in_range": ("pass", ""),
        "slow.n complete": ("unmeasured", "lost"),
        "slow.n in_range": ("unmeasured", "lost"),
        "yet.x complete": ("unmeasured", "lost"),
        "yet.x in_range": ("unmeasured", "lost"),
    }
    assert found.partial


def test_nothing_can_be_changed_in_a_postgresql(database: Database) -> None:
    database.run(POSTGRES)
    with opened("shop", "the URL", url_of(database), 30) as asker, pytest.raises(Exception, match="refused"):
        list(asker.rows("DELETE FROM public.people RETURNING 1"))
    assert database.rows("SELECT count(*) FROM people") == [(2,)]


MARIADB = """
CREATE TABLE people (id int, age int);
INSERT INTO people VALUES (1, 5), (2, 6);
CREATE TABLE secret (id int, pin int);
CREATE VIEW slow AS SELECT SLEEP(5) + id AS n FROM people;
CREATE USER reader@localhost;
"""


def test_a_mariadb_without_rights_and_one_that_takes_too_long(maria: mariadb.Database) -> None:
    maria.run(MARIADB + f"GRANT SELECT ON `{maria.name}`.people TO reader@localhost;")
    found = told(ask(verifying_mariadb.url_of(maria, "reader"), 30, "shop.people.age", "shop.secret.pin"))
    assert found["people.age complete"] == ("pass", "")
    assert found["secret.pin complete"] == ("unmeasured", "no_table")  # which is all that the server says
    found = told(ask(verifying_mariadb.url_of(maria), 1, "shop.slow.n", "shop.people.age"))
    assert found["slow.n complete"] == ("unmeasured", "timeout")
    assert found["people.age complete"] == ("pass", "")


def test_nothing_can_be_changed_in_a_mariadb(maria: mariadb.Database) -> None:
    maria.run(MARIADB)
    url = verifying_mariadb.url_of(maria)
    with opened("shop", "the URL", url, 30) as asker, pytest.raises(Exception, match="refused"):
        list(asker.rows(f"DELETE FROM `{maria.name}`.people"))
    assert told(ask(url, 30, "shop.people.age"))["people.age complete"] == ("pass", "")


def test_wrong_credentials_say_nothing_of_them(maria: mariadb.Database) -> None:
    maria.run("CREATE USER u@localhost IDENTIFIED BY 'right';")
    with pytest.raises(EnvironmentFault) as fault:
        ask(verifying_mariadb.url_of(maria, "u", "s3cret"), 30, "shop.people.age")
    assert "the server does not accept its user and password" in fault.value.message
    assert "s3cret" not in f"{fault.value.message}{fault.value.hint}"
