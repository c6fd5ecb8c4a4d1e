"""`amanat scan` of real servers: by their own catalogs and through SQLAlchemy's reflection, with rights and
without, read only, nothing of a row and nothing of a secret written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner, Result

from amanat.cli.finding import of_url
from amanat.cli.main import app
from amanat.connect import reflected
from amanat.diff.drift import from_earlier
from amanat.errors import EnvironmentFault
from amanat.load import load_catalog
from amanat.observe import live
from amanat.observe.column import Column, snapshot
from tests.differential import mariadb, verifying_mariadb
from tests.differential.postgres import Database
from tests.differential.verifying import url_of
from tests.support import write_files

SYSTEMS = """\
systems:
  shop: {label: Shop, kind: crm, country: DE, engine: postgresql, url_env: SHOP_URL}
  mail: {label: Mail, kind: crm, country: DE, engine: mariadb, url_env: MAIL_URL}
  lost: {label: Lost, kind: crm, country: DE, url_env: LOST_URL}
  odd: {label: Odd, kind: crm, country: DE, url_env: ODD_URL}
  gone: {label: Gone, kind: crm, country: DE, url_env: GONE_URL, status: retired}
"""
POSTGRES = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE odd AS ENUM ('a|b', 'c=d');
CREATE TABLE people (id bigint PRIMARY KEY, mail varchar(254) NOT NULL UNIQUE, feeling mood, strange odd,
  score numeric(9,2) DEFAULT 0 CHECK (score >= 0), at timestamptz, tags text[],
  state varchar(9) CHECK (state IN ('new', 'paid')), level integer CHECK (level = 1 OR level = 2 OR level IS NULL), "نام  خانوادگی" text, "select" uuid);
INSERT INTO people (id, mail) VALUES (1, 'real.person@shop.example');
CREATE TABLE "my orders" (no integer, line integer, who bigint REFERENCES people (id), PRIMARY KEY (no, line));
CREATE TABLE notes (id integer PRIMARY KEY, no integer, line integer, about integer REFERENCES notes (id),
  FOREIGN KEY (no, line) REFERENCES "my orders" (no, line));
CREATE VIEW seen AS SELECT mail FROM people;
"""
MARIADB = """
CREATE TABLE people (id bigint PRIMARY KEY, mail varchar(254) NOT NULL UNIQUE COMMENT 'Where one writes to',
  feeling enum('sad','glad'), score decimal(9,2) DEFAULT 0 CHECK (score >= 0), at datetime, flag tinyint(1), `نام` text,
  state varchar(9) CHECK (state IN ('new', 'paid')), level integer, CHECK (level = 1 or level = 2 or level is null));
CREATE TABLE orders (no integer, line integer, who bigint, PRIMARY KEY (no, line), FOREIGN KEY (who) REFERENCES people (id));
CREATE VIEW seen AS SELECT mail FROM people;
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_files(tmp_path / "c", {"systems.yaml": SYSTEMS})


def _scan(catalog: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["scan", "-C", str(catalog), "--taken-on", "2026-02-01", *arguments])


def _written(catalog: Path, system: str) -> str:
    return (catalog / f"observed/{system}.columns.csv").read_text(encoding="utf-8")


def test_a_postgresql_is_read_whole(
    database: Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(POSTGRES)
    monkeypatch.setenv("SHOP_URL", url_of(database))
    done = _scan(catalog, "shop", "--views")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "shop: 19 columns of 4 tables written" in done.output
    assert _written(catalog, "shop") == (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "my orders,line,integer,,,,no,,,PK,\n"
        "my orders,no,integer,,,,no,,,PK,\n"
        "my orders,who,bigint,,,,yes,,,FK:people.id,\n"
        "notes,about,integer,,,,yes,,,FK:notes.id,\n"
        "notes,id,integer,,,,no,,,PK,\n"
        "notes,line,integer,,,,yes,,,,\n"
        "notes,no,integer,,,,yes,,,,\n"
        "people,at,timestamp with time zone,,,,yes,,,,\n"
        "people,feeling,enum,,,,yes,,glad|sad,,\n"
        "people,id,bigint,,,,no,,,PK,\n"
        "people,level,integer,,,,yes,,1|2,,\n"
        "people,mail,character varying(254),,,,no,,,UQ,\n"
        'people,score,"numeric(9,2)",,,,yes,0,,,\n'
        "people,select,uuid,,,,yes,,,,\n"
        "people,state,character varying(9),,,,yes,,new|paid,,\n"
        "people,strange,enum,,,,yes,,,,\n"
        "people,tags,text[],,,,yes,,,,\n"
        "people,نام  خانوادگی,text,,,,yes,,,,\n"
        "seen,mail,character varying(254),,,,,,,,\n"
    )
    about = json.loads((catalog / "observed/shop.json").read_text())
    assert (about["method"], about["taken_on"]) == ("scan", "2026-02-01")
    assert about["server"].startswith("PostgreSQL ")
    again = _scan(catalog, "shop", "--views")
    assert "(0 new, 0 vanished, 0 changed)" in again.output


def _alchemy(url: str, system: str = "shop") -> list[Column]:
    with reflected.connected(system, "SHOP_URL", url) as session:
        found = live.reflected(session.columns(), session.engine)
        assert session.failed == []
    return found


def _differences(system: str, one: Sequence[Column], other: Sequence[Column], catalog: Path) -> list[str]:
    """What drift finds between two ways of reading one database, but for the words of defaults."""
    texts = []
    for found in (one, other):
        write_files(catalog, {f"observed/{system}.columns.csv": snapshot(found)})
        texts.append(load_catalog(catalog).catalog)
    drifts = from_earlier(texts[1], texts[0].snapshots, [system])
    return [f"{each.column} {each.what}" for each in drifts.found if each.what != "default"]


def test_reflection_and_the_catalog_of_a_postgresql_say_the_same(database: Database, catalog: Path) -> None:
    database.run(POSTGRES)
    where = conninfo_to_dict(url_of(database))
    address = f"host={quote(str(where['host']), safe='')}&port={where.get('port', 5432)}"
    url = f"postgresql+psycopg://{where['user']}@/{where['dbname']}?{address}"
    native = of_url("shop", "SHOP_URL", url_of(database)).columns
    assert len(native) == 18
    assert _differences("shop", native, _alchemy(url), catalog) == []


def test_reflection_and_the_catalog_of_a_mariadb_say_the_same(maria: mariadb.Database, catalog: Path) -> None:
    maria.run(MARIADB)
    url = verifying_mariadb.url_of(maria)
    native = of_url("mail", "MAIL_URL", url).columns
    assert len(native) == 12
    found = _alchemy(url.replace("mariadb://", "mysql://", 1), "mail")
    # A condition that is written at a column of a MariaDB is not told by SQLAlchemy's reflection.
    assert _differences("mail", native, found, catalog) == ["people.state codes"]
    assert {one.column: one.values for one in native if one.values} == {
        "feeling": "glad|sad",
        "level": "1|2",
        "state": "new|paid",
    }


def test_nothing_can_be_changed_through_reflection(maria: mariadb.Database) -> None:
    maria.run(MARIADB)
    url = verifying_mariadb.url_of(maria).replace("mariadb://", "mysql://", 1)
    with (
        pytest.raises(EnvironmentFault, match="READ ONLY"),
        reflected.connected("mail", "MAIL_URL", url) as session,
    ):
        session._connection.exec_driver_sql("INSERT INTO people (id, mail) VALUES (2, 'x')")


def test_all_systems_are_read_and_one_failure_stops_none(
    database: Database, maria: mariadb.Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(POSTGRES)
    maria.run(MARIADB)
    monkeypatch.setenv("SHOP_URL", url_of(database))
    monkeypatch.setenv("MAIL_URL", verifying_mariadb.url_of(maria))
    monkeypatch.setenv("LOST_URL", "postgresql://me:s3cret@localhost:1/x")
    monkeypatch.setenv(
        "ODD_URL", "mysql://me:s3cret@127.0.0.1:9/x?bogus=s3cret"
    )  # its driver raises TypeError
    done = _scan(catalog, "--all")
    assert done.exit_code == 2
    assert "mail: 12 columns of 2 tables" in done.output and "shop: 18 columns of 3 tables" in done.output
    assert "error: lost: cannot connect to the database of system `lost`" in done.stderr
    assert "error: odd: cannot look into the database of system `odd`" in done.stderr
    assert "s3cret" not in done.output + done.stderr
    assert sorted(file.name for file in (catalog / "observed").iterdir()) == [
        "mail.columns.csv",
        "mail.json",
        "shop.columns.csv",
        "shop.json",
    ]
    held = "".join(file.read_text() for file in (catalog / "observed").iterdir())
    assert "real.person" not in held and url_of(database) not in held


def test_a_user_without_rights_reads_names_and_types_all_the_same(
    database: Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a column is called is in PostgreSQL's catalog for everybody: no grant on a table is needed."""
    database.run(POSTGRES)
    database.run("DROP ROLE IF EXISTS onlooker; CREATE ROLE onlooker LOGIN")
    monkeypatch.setenv("SHOP_URL", url_of(database, "onlooker"))
    try:
        done = _scan(catalog, "shop")
        assert (done.exit_code, done.stderr) == (0, "")
        assert "shop: 18 columns of 3 tables" in done.output
    finally:
        database.run("DROP ROLE onlooker")


def test_a_user_who_sees_no_table_is_told_so(
    maria: mariadb.Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_URL", verifying_mariadb.url_of(maria))
    done = _scan(catalog, "mail")
    assert done.exit_code == 2
    assert "error: mail: the user sees no table in the database" in done.stderr
    assert not (catalog / "observed").exists()


def test_a_locked_table_keeps_nobody_waiting(
    database: Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(POSTGRES)
    monkeypatch.setenv("SHOP_URL", url_of(database))
    with database.connection.transaction():
        database.connection.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        done = _scan(catalog, "shop")
    assert done.exit_code == 0 or "does not answer: canceling statement due to lock timeout" in done.stderr


def test_twenty_thousand_columns_are_read(
    database: Database, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = ", ".join(f"c{n} text" for n in range(1000))
    database.run("".join(f"CREATE TABLE t{n} ({wide});" for n in range(20)))
    monkeypatch.setenv("SHOP_URL", url_of(database))
    done = _scan(catalog, "shop")
    assert "shop: 20000 columns of 20 tables" in done.output
