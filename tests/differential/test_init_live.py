"""`amanat init` from a live database: the columns of real servers, nothing changed, no secret written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from amanat.cli.main import app
from amanat.load.snapshots import read_snapshot
from tests.differential import mariadb, verifying_mariadb
from tests.differential.postgres import Database
from tests.differential.verifying import url_of

SHOP = (
    "--name",
    "Shop",
    "--controller",
    "Shop",
    "--contact",
    "p@shop.example",
    "--country",
    "DE",
    "--laws",
    "EU",
)
POSTGRES = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE people (id bigint PRIMARY KEY, mail varchar(254) NOT NULL UNIQUE, feeling mood, "od,d ""x" numeric(9,2) DEFAULT 0);
COMMENT ON COLUMN people.mail IS E'Where one\\nwrites to';
CREATE SCHEMA sales;
CREATE TABLE sales.orders (no integer, line integer, who bigint REFERENCES people (id), PRIMARY KEY (no, line));
CREATE VIEW seen AS SELECT mail FROM people;
"""
MARIADB = """
CREATE TABLE people (id bigint PRIMARY KEY, mail varchar(254) NOT NULL UNIQUE COMMENT 'Where one writes to', feeling enum('sad','glad'));
CREATE TABLE orders (no integer, line integer, who bigint, PRIMARY KEY (no, line), FOREIGN KEY (who) REFERENCES people (id));
CREATE VIEW seen AS SELECT mail FROM people;
"""


def _started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv("SHOP_URL", url)
    folder = tmp_path / "c"
    arguments = ["init", str(folder), *SHOP, "--from-url-env", "SHOP_URL", "--system", "db"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert not any(url in file.read_text() for file in folder.rglob("*") if file.is_file())
    assert read_snapshot(folder, "observed/db.columns.csv").findings == ()
    assert "    url_env: SHOP_URL\n" in (folder / "systems/db.yaml").read_text()
    return (folder / "observed/db.columns.csv").read_text()


def test_a_postgresql_tells_its_columns(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(POSTGRES)
    assert _started(tmp_path, monkeypatch, url_of(database)) == (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "people,feeling,enum,,,,yes,,glad|sad,,\n"
        "people,id,bigint,,,,no,,,PK,\n"
        "people,mail,character varying(254),,,,no,,,UQ,Where one writes to\n"
        'people,"od,d ""x","numeric(9,2)",,,,yes,0,,,\n'
        "sales.orders,line,integer,,,,no,,,PK,\n"
        "sales.orders,no,integer,,,,no,,,PK,\n"
        "sales.orders,who,bigint,,,,yes,,,FK:people.id,\n"
    )


def test_a_mariadb_tells_its_columns(
    mariadb_server: mariadb.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = mariadb.Database.create(mariadb_server)
    try:
        database.run(MARIADB)
        text = _started(tmp_path, monkeypatch, verifying_mariadb.url_of(database))
    finally:
        database.drop()
    assert text == (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "orders,line,int(11),,,,no,,,PK,\n"
        "orders,no,int(11),,,,no,,,PK,\n"
        "orders,who,bigint(20),,,,yes,,,FK:people.id,\n"
        "people,feeling,enum,,,,yes,,glad|sad,,\n"
        "people,id,bigint(20),,,,no,,,PK,\n"
        "people,mail,varchar(254),,,,no,,,UQ,Where one writes to\n"
    )


def test_a_database_that_is_not_there_is_said_without_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (
        "postgresql://me:s3cret@localhost:1/x",
        "mariadb://me:s3cret@localhost:1/x",
        "oracle://me:s3cret@h/x",
    ):
        monkeypatch.setenv("SHOP_URL", url)
        done = CliRunner().invoke(app, ["init", str(tmp_path / "c"), *SHOP, "--from-url-env", "SHOP_URL"])
        assert done.exit_code != 0
        assert "s3cret" not in f"{done.output}{done.exception}"
        assert not (tmp_path / "c").exists()
