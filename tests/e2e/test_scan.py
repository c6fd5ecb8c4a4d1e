"""`amanat scan` of files: databases that are files, and descriptions of systems."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import duckdb
import fastavro
import pytest
from typer.testing import CliRunner

from amanat.cli.main import app
from amanat.connect.reflected import Reflected, Session
from amanat.load.snapshots import read_snapshot
from tests.e2e.conftest import Run
from tests.support import write_files

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
SYSTEMS = """\
systems:
  shop: {label: Shop, kind: crm, country: DE}
  mail: {label: Mail, kind: crm, country: DE, engine: mysql}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_files(tmp_path / "c", {"systems.yaml": SYSTEMS})


def _scanned(run: Run, catalog: Path, *arguments: str, system: str = "shop") -> str:
    done = run("scan", system, "-C", str(catalog), "--taken-on", "2026-02-01", *arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert read_snapshot(catalog, f"observed/{system}.columns.csv").findings == ()
    text = (catalog / f"observed/{system}.columns.csv").read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    return text.removeprefix(HEADER)


def test_an_sqlite_is_read_and_not_touched(run: Run, catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(
            """CREATE TABLE "odd name" (id integer PRIMARY KEY, "نام" varchar(20) NOT NULL DEFAULT 'x',
            "sel""ect" decimal(10,2), mail text UNIQUE);
            CREATE TABLE b (x integer REFERENCES "odd name"(id), y); CREATE VIEW v AS SELECT x FROM b;
            INSERT INTO b VALUES (7, 'Ada Lovelace')"""
        )
    before = file.read_bytes()
    assert _scanned(run, catalog, "--url", f"sqlite:///{file}") == (
        "b,x,integer,,,,yes,,,,refers to odd name.id\n"
        "b,y,,,,,yes,,,,\n"
        "odd name,id,integer,,,,yes,,,PK,\n"
        "odd name,mail,text,,,,yes,,,UQ,\n"
        'odd name,"sel""ect","decimal(10,2)",,,,yes,,,,\n'
        "odd name,نام,varchar(20),,,,no,'x',,,\n"
    )
    assert file.read_bytes() == before
    assert "v,x,integer,,,,,,,,\n" in _scanned(run, catalog, "--url", f"sqlite:///{file}", "--views")


def test_a_duckdb_is_read_by_schema(run: Run, catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE a (id integer PRIMARY KEY, e ENUM('x', 'y'), d decimal(10,2) NOT NULL DEFAULT 1);"
            "CREATE SCHEMA sales; CREATE TABLE sales.b (x integer UNIQUE, l varchar[], s varchar CHECK (s IN ('b', 'a')));"
            "CREATE TABLE c (x integer REFERENCES a(id)); CREATE VIEW v AS SELECT x FROM c;"
            "COMMENT ON COLUMN c.x IS 'Who'"
        )
    assert _scanned(run, catalog, "--url", f"duckdb:///{file}") == (
        'a,d,"decimal(10,2)",,,,no,1,,,\n'
        "a,e,enum,,,,yes,,x|y,,\n"
        "a,id,integer,,,,no,,,PK,\n"
        "c,x,integer,,,,yes,,,FK:a.id,Who\n"
        "sales.b,l,varchar[],,,,yes,,,,\n"
        "sales.b,s,varchar,,,,yes,,a|b,,\n"
        "sales.b,x,integer,,,,yes,,,UQ,\n"
    )
    only = _scanned(run, catalog, "--url", f"duckdb:///{file}", "--schema", "sales")
    assert [line.split(",")[0] for line in only.splitlines()] == ["sales.b"] * 3


def test_what_only_people_know_stays(run: Run, catalog: Path, tmp_path: Path) -> None:
    known = "t,a,int,,,,yes,,,REF:people.id,\nt,gone,int,,,,yes,,,REF:people.id,\n"
    write_files(catalog, {"observed/shop.columns.csv": HEADER + known})
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a bigint UNIQUE, b int);")
    done = run("scan", "shop", "-C", str(catalog), "--from", "t.sql")
    assert "(1 new, 1 vanished, 1 changed)" in done.stdout
    text = (catalog / "observed/shop.columns.csv").read_text()
    assert text == HEADER + "t,a,bigint,,,,yes,,,REF:people.id UQ,\nt,b,int,,,,yes,,,,\n"


def test_a_table_that_cannot_be_read_keeps_what_was_known_and_is_told(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is called, and whatever its driver raises."""
    known = '"a: b",x,int,,,,no,,,PK,\nok,y,int,,,,yes,,,,\n'
    write_files(catalog, {"observed/shop.columns.csv": HEADER + known})
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.executescript('CREATE TABLE "a: b" (x integer); CREATE TABLE ok (z integer)')
    read = Session._table

    def refused(self: Session, kind: str, name: str, schema: str | None, shown: str) -> list[Reflected]:
        if name == "a: b":
            raise TypeError("no rights on /s3cret/shop.db")
        return read(self, kind, name, schema, shown)

    monkeypatch.setattr(Session, "_table", refused)
    arguments = ["scan", "shop", "-C", str(catalog), "--url", f"sqlite:///{file}", "--taken-on", "2026-02-01"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "partial: a: b: no rights on /s3cret/shop.db; what was known of it stays" in done.output
    text = (catalog / "observed/shop.columns.csv").read_text()
    assert text == HEADER + "a: b,x,int,,,,no,,,PK,\nok,z,integer,,,,yes,,,,\n"
    about = json.loads((catalog / "observed/shop.json").read_text())
    assert about["partial"] == [{"table": "a: b", "why": "no rights on /s3cret/shop.db"}]


PERSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Person",
    "type": "object",
    "required": ["mail"],
    "properties": {
        "mail": {"type": "string", "format": "email", "maxLength": 254, "description": "Where\none writes"},
        "born": {"type": ["string", "null"], "format": "date"},
        "stage": {"enum": ["new", "old"]},
        "home": {"$ref": "#/$defs/address"},
        "friends": {"type": "array", "items": {"$ref": "#"}},
    },
    "$defs": {
        "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
    },
}


def test_a_json_schema_is_read_also_where_it_refers_to_itself(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    (tmp_path / "person.json").write_text(json.dumps(PERSON))
    lines = _scanned(run, catalog, "--from", "person.json").splitlines()
    assert lines[0] == "Person,born,date,,,,yes,,,,"
    assert "Person,home,object,,,,yes,,,," in lines and "Person,home.city,text,,,,no,,,," in lines
    assert "Person,mail,varchar(254),,,,no,,,,Where one writes" in lines
    assert "Person,stage,enum,,,,yes,,new|old,," in lines
    assert "Person,friends[].mail,varchar(254),,,,no,,,,Where one writes" in lines
    assert len(lines) < 200


def test_an_openapi_description_is_read(run: Run, catalog: Path, tmp_path: Path) -> None:
    schemas = {
        "Person": {"properties": {"id": {"type": "integer", "format": "int64"}, "vip": {"type": "boolean"}}},
        "Staff": {
            "allOf": [{"$ref": "#/components/schemas/Person"}, {"properties": {"desk": {"type": "string"}}}]
        },
        "Word": {"type": "string"},
    }
    api = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "components": {"schemas": schemas}}
    (tmp_path / "api.json").write_text(json.dumps(api))
    assert _scanned(run, catalog, "--from", "api.json") == (
        "Person,id,bigint,,,,yes,,,,\nPerson,vip,boolean,,,,yes,,,,\n"
        "Staff,desk,text,,,,yes,,,,\nStaff,id,bigint,,,,yes,,,,\nStaff,vip,boolean,,,,yes,,,,\n"
    )


AVRO = {
    "type": "record",
    "name": "Event",
    "namespace": "shop",
    "fields": [
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {
            "name": "at",
            "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}],
            "default": None,
        },
        {"name": "sum", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["view", "buy"]}},
        {
            "name": "who",
            "type": {"type": "record", "name": "Who", "fields": [{"name": "mail", "type": "string"}]},
        },
        {"name": "also", "type": {"type": "array", "items": "Who"}},
    ],
}


@pytest.mark.parametrize("form", ["avsc", "avro"])
def test_an_avro_schema_is_read(form: str, run: Run, catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / f"event.{form}"
    if form == "avsc":
        file.write_text(json.dumps(AVRO))
    else:
        with file.open("wb") as out:
            fastavro.writer(out, fastavro.parse_schema(AVRO), [])
    assert _scanned(run, catalog, "--from", file.name) == (
        "Event,also,array,,,,no,,,,\n"
        "Event,also[].mail,text,,,,no,,,,\n"
        "Event,at,timestamp with time zone,,,,yes,,,,\n"
        "Event,id,uuid,,,,no,,,,\n"
        "Event,kind,enum,,,,no,,buy|view,,\n"
        'Event,sum,"decimal(9,2)",,,,no,,,,\n'
        "Event,who,record,,,,no,,,,\n"
        "Event,who.mail,text,,,,no,,,,\n"
    )


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_columns_of_files_of_rows_are_read_and_no_row_is(
    form: str, run: Run, catalog: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"people.{form}"
    if form == "parquet":
        rows = "SELECT 'Ada' AS name, DATE '1815-12-10' AS born, 1::bigint AS n"
        duckdb.execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")
    else:
        file.write_text("name,born,n\nAda,1815-12-10,1\n")
    text = _scanned(run, catalog, "--from", file.name)
    assert text == "people,born,date,,,,,,,,\npeople,n,bigint,,,,,,,,\npeople,name,varchar,,,,,,,,\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name the systems to scan, or give --all"),
        (("ghost",), "no system is called `ghost`"),
        (("shop",), "system `shop` has no `url_env`"),
        (("--all",), "no system in use has a `url_env`"),
        (("shop", "--url", "nonsense"), "`--url` holds no URL of a database"),
        (("shop", "--url", "snowflake://u:s3cret@a/b"), "the engine `snowflake` of `--url` needs a package"),
        (("shop", "--url", "sqlite:///none.db"), "names no file of an SQLite database"),
        (("shop", "--url", "duckdb:///none.db"), "`--url` names no file of a DuckDB"),
        (("shop", "--url", "postgresql://u:s3cret@localhost:1/x"), "no server answers there"),
        (("shop", "--url", "mysql://u:s3cret@localhost:1/x"), "cannot look into the database"),
        (("shop", "--from", "none.sql"), "`none.sql` cannot be read"),
        (("shop", "--from", "none.csv"), "`none.csv` cannot be read"),
        (("shop", "--from", "odd.txt"), "what `odd.txt` is does not show"),
        (("shop", "--from", "odd.txt", "--kind", "avro"), "cannot be read as an Avro schema"),
        (("shop", "--from", "odd.txt", "--kind", "parquet"), "cannot be read as parquet"),
        (("shop", "--from", "odd.txt", "--url", "x"), "give one"),
        (("shop", "mail", "--url", "x"), "are of one system"),
        (("shop", "--taken-on", "soon"), "`soon` is not a date"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    arguments: tuple[str, ...], words: str, run: Run, catalog: Path, tmp_path: Path
) -> None:
    (tmp_path / "odd.txt").write_text("hello")
    done = run("scan", "-C", str(catalog), *arguments)
    assert done.returncode == 2 and words in " ".join(done.stderr.split()), done.stderr
    assert "s3cret" not in done.stdout + done.stderr and "Traceback" not in done.stderr
    assert not (catalog / "observed").exists() and not (tmp_path / "none.db").exists()
