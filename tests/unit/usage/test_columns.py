"""Which columns a statement touches, and what of it is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.load.snapshots import read_snapshot
from amanat.usage.columns import Gap, Reader, Touched
from amanat.usage.reading import Broken, Entry, Unknown, entries
from tests.support import write_files

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
COLUMNS = """\
odd t,"a ""b",text,,,,,,,,
orders,id,integer,,,,,,,PK,
orders,total,numeric,,,,,,,,
orders,who,integer,,,,,,,FK:people.id,
people,id,integer,,,,,,,PK,
people,mail,text,,,,,,,,
people,name,text,,,,,,,,
sales.people,id,integer,,,,,,,,
"""
VIEWS = "CREATE VIEW writers AS SELECT id, mail AS address FROM people; CREATE VIEW few AS SELECT address FROM writers"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = write_files(tmp_path_factory.mktemp("c"), {"observed/shop.columns.csv": HEADER + COLUMNS})
    snapshot = read_snapshot(folder, "observed/shop.columns.csv").snapshot
    assert snapshot is not None
    return Reader(snapshot, "postgresql", VIEWS)


def _told(found: Touched) -> list[str]:
    return sorted(f"{action.value} {path}" for action, path in found.columns)


CASES = {
    "SELECT mail FROM people WHERE name = 'Ann'": ["read people.mail", "read people.name"],
    "select p.mail, o.total from people p join orders o on o.who = p.id": [
        "read orders.total",
        "read orders.who",
        "read people.id",
        "read people.mail",
    ],
    "SELECT * FROM orders": ["read orders.id", "read orders.total", "read orders.who"],
    "SELECT o.* FROM orders o, people p": ["read orders.id", "read orders.total", "read orders.who"],
    "WITH x AS (SELECT * FROM people) SELECT mail FROM x": ["read people.mail"],
    "SELECT (SELECT max(total) FROM orders WHERE who = p.id) FROM people p": [
        "read orders.total",
        "read orders.who",
        "read people.id",
    ],
    "SELECT mail FROM people UNION SELECT name FROM people": ["read people.mail", "read people.name"],
    "SELECT address FROM writers": ["read people.mail"],
    "SELECT * FROM few": ["read people.mail"],
    "SELECT count(*) FROM people WHERE id IN (SELECT who FROM orders)": ["read orders.who", "read people.id"],
    'SELECT "a ""b" FROM "odd t"': ['read odd t.a "b'],
    "SELECT id FROM sales.people": ["read sales.people.id"],
    "INSERT INTO people (id, mail) VALUES (1, 'x')": ["create people.id", "create people.mail"],
    "INSERT INTO orders SELECT id, 0, id FROM people WHERE name = 'x'": [
        "create orders.id",
        "create orders.total",
        "create orders.who",
        "read people.id",
        "read people.name",
    ],
    "UPDATE people SET mail = lower(name) WHERE id = 7": [
        "read people.id",
        "read people.name",
        "update people.mail",
    ],
    "DELETE FROM orders WHERE total < 1": [
        "delete orders.id",
        "delete orders.total",
        "delete orders.who",
        "read orders.total",
    ],
    "CREATE TABLE copy AS SELECT mail FROM people": ["read people.mail"],
    "COPY (SELECT name FROM people) TO STDOUT": ["read people.name"],
    "SELECT mail FROM people WHERE id = $1": ["read people.mail", "read people.id"],
    "SELECT 1": [],
}


@pytest.mark.parametrize("statement", CASES)
def test_columns_are_found(statement: str, reader: Reader) -> None:
    found = reader.touched(statement)
    assert _told(found) == sorted(CASES[statement])
    assert not found.gaps


@pytest.mark.parametrize(
    ("statement", "gap"),
    [
        ("SELEC mail FROM people", Gap.UNPARSED),
        ("SELECT mail FROM (people", Gap.UNPARSED),
        ("selec mail", Gap.UNPARSED),
        ("EXECUTE kept(1)", Gap.UNPARSED),
        ("CALL take_all()", Gap.UNPARSED),
        ("SELECT x FROM nowhere", Gap.TABLE),
        ("SELECT nickname FROM people", Gap.COLUMN),
        ("UPDATE people SET nickname = 1", Gap.COLUMN),
        ("SELECT " + "1," * 200_000 + "1", Gap.UNPARSED),
    ],
)
def test_what_is_not_known_is_a_gap_and_no_silence(statement: str, gap: Gap, reader: Reader) -> None:
    assert gap in {found for found, _ in reader.touched(statement).gaps}


@pytest.mark.parametrize(
    "statement", ["SET search_path = x", "BEGIN", "COMMIT", "VACUUM people", "SHOW tables", ""]
)
def test_what_is_not_about_data_is_no_gap(statement: str, reader: Reader) -> None:
    found = reader.touched(statement)
    assert not found.columns and not found.gaps


@given(st.text(max_size=80))
def test_any_text_is_read_or_a_gap(reader: Reader, statement: str) -> None:
    reader.touched(statement)


JSON_LINES = '{"user": "ann", "query": "SELECT 1", "calls": 3}\nnot json\n\n{"user": "bo"}\n[1]\n'
SNOWFLAKE = 'QUERY_TEXT,USER_NAME,ROLE_NAME,START_TIME\n"SELECT ""x"", 1\nFROM t",ANN,SALES,2026-01-01\nonly one cell\n'
CSVLOG = [
    "2026-01-01 10:00:00 UTC",
    "ann",
    "shop",
    *[""] * 8,
    "LOG",
    "00000",
    "statement: SELECT 1",
    *[""] * 12,
]


def test_lines_of_json_are_read_and_broken_ones_told() -> None:
    assert list(entries(JSON_LINES)) == [
        Entry(1, ("ann",), "SELECT 1", 3),
        Broken(2, "is not JSON"),
        Broken(4, "has no statement"),
        Broken(5, "is no map"),
    ]


def test_a_history_of_queries_names_role_and_user() -> None:
    assert list(entries(SNOWFLAKE)) == [
        Entry(2, ("SALES", "ANN"), 'SELECT "x", 1\nFROM t'),
        Broken(4, "has 1 cells, where the header has 4"),
    ]


def test_a_csvlog_needs_no_header() -> None:
    other = [*CSVLOG[:11], "ERROR", "42601", "syntax error", *[""] * 12]
    slow = [*CSVLOG[:13], "duration: 1.5 ms  execute <unnamed>: SELECT 2", *[""] * 12]
    text = "".join(f"{','.join(row)}\n" for row in (CSVLOG, other, slow, ["x"]))
    assert list(entries(text)) == [
        Entry(1, ("ann",), "SELECT 1"),
        Entry(3, ("ann",), "SELECT 2"),
        Broken(4, "has 1 cells, where PostgreSQL's csvlog has 22 to 26"),
    ]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "query,b\nx,y\n", "user\nann\n", "[1"])
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(Unknown):
        list(entries(text))


def test_an_empty_log_says_nothing() -> None:
    assert list(entries("")) == list(entries("[]")) == []
