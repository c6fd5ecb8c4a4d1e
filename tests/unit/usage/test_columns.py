"""Which columns a statement touches, and what of it is not known."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.load.snapshots import read_snapshot
from amanat.usage.columns import BadViews, Gap, Reader, Touched
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


def _reader(where: pytest.TempPathFactory, engine: str, views: str = "") -> Reader:
    folder = write_files(where.mktemp("c"), {"observed/shop.columns.csv": HEADER + COLUMNS})
    snapshot = read_snapshot(folder, "observed/shop.columns.csv").snapshot
    assert snapshot is not None
    return Reader(snapshot, engine, views)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return _reader(tmp_path_factory, "postgresql", VIEWS)


def _told(found: Touched) -> list[str]:
    return sorted(f"{action.value} {path}" for action, path in found.columns)


_ROW = ["read people.id", "read people.mail", "read people.name"]
_GONE = ["delete people.id", "delete people.mail", "delete people.name"]
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
    # Whole rows under their table's name.
    "SELECT p FROM people p": _ROW,
    "SELECT people FROM people": _ROW,
    "SELECT row_to_json(p) FROM people p": _ROW,
    "SELECT count(p.*) FROM people p": _ROW,
    "SELECT (p).mail FROM people p": _ROW,
    "SELECT to_jsonb(x) FROM (SELECT mail, name FROM people) x": ["read people.mail", "read people.name"],
    # What is run later, or explained by running it.
    "PREPARE q AS SELECT mail FROM people": ["read people.mail"],
    "DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT mail FROM people": ["read people.mail"],
    "EXPLAIN (ANALYZE, BUFFERS) SELECT mail FROM people": ["read people.mail"],
    "CREATE MATERIALIZED VIEW m AS SELECT mail FROM people": ["read people.mail"],
    # What statements that change rows read and return.
    "DELETE FROM people WHERE false RETURNING mail": [*_GONE, "read people.mail"],
    "UPDATE people SET mail = 'x' RETURNING name": ["read people.name", "update people.mail"],
    "INSERT INTO people (id) VALUES (1) RETURNING mail": ["create people.id", "read people.mail"],
    "INSERT INTO people (id) VALUES ((SELECT max(who) FROM orders WHERE total = 1))": [
        "create people.id",
        "read orders.total",
        "read orders.who",
    ],
    "INSERT INTO people (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET mail = excluded.mail RETURNING name": [
        "create people.id",
        "read people.name",
        "update people.mail",
    ],
    "WITH d AS (SELECT id, mail FROM people) UPDATE orders SET total = 1 FROM d WHERE d.id = orders.who AND d.mail = 'z'": [
        "read orders.who",
        "read people.id",
        "read people.mail",
        "update orders.total",
    ],
    "WITH d AS (DELETE FROM people RETURNING *) SELECT mail FROM d": [*_GONE, *_ROW],
    "DELETE FROM orders USING people WHERE who = people.id AND people.mail = 'x'": [
        "delete orders.id",
        "delete orders.total",
        "delete orders.who",
        "read orders.who",
        "read people.id",
        "read people.mail",
    ],
    "UPDATE orders SET (id, total) = (SELECT id, 1 FROM people WHERE mail = 'x')": [
        "read people.id",
        "read people.mail",
        "update orders.id",
        "update orders.total",
    ],
    "MERGE INTO people USING orders ON people.id = orders.who WHEN MATCHED AND orders.total > 1 THEN UPDATE SET mail = 'x'"
    " WHEN NOT MATCHED THEN INSERT (id) VALUES (orders.id)": [
        "create people.id",
        "read orders.id",
        "read orders.total",
        "read orders.who",
        "read people.id",
        "update people.mail",
    ],
    "TRUNCATE people": _GONE,
    "DROP TABLE people": _GONE,
    "SELECT 1 FROM orders NATURAL JOIN people": ["read orders.id", "read people.id"],
    "WITH people AS (SELECT mail FROM people) SELECT mail FROM people": ["read people.mail"],
    "TABLE people": _ROW,
    "COPY people TO STDOUT": _ROW,
    "COPY people (mail) FROM STDIN": ["create people.mail"],
    "SELECT * FROM sales.people": ["read sales.people.id"],
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
        ("SELECT take_all()", Gap.UNPARSED),
        ("SELECT * FROM dblink('x', 'select mail from people') d", Gap.UNPARSED),
        ("SELECT query_to_xml('select mail from people', true, true, '') FROM orders", Gap.UNPARSED),
        ("DO $$ BEGIN PERFORM mail FROM people; END $$", Gap.UNPARSED),
        ("FETCH 10 FROM c", Gap.UNPARSED),
        ("REFRESH MATERIALIZED VIEW m", Gap.UNPARSED),
        ("DELETE FROM orders USING nowhere n WHERE n.x = 1", Gap.TABLE),
        ("SELECT id FROM hr.people", Gap.TABLE),
        ("SELECT x FROM nowhere", Gap.TABLE),
        ("SELECT nickname FROM people", Gap.COLUMN),
        ("UPDATE people SET nickname = 1", Gap.COLUMN),
        ("SELECT " + "1," * 200_000 + "1", Gap.UNPARSED),
    ],
)
def test_what_is_not_known_is_a_gap_and_no_silence(statement: str, gap: Gap, reader: Reader) -> None:
    assert gap in {found for found, _ in reader.touched(statement).gaps}


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT mail FROM people WHERE name = "Secretperson"',
        'SELECT mail FROM people WHERE "0912 345 6789".x = 1',
        'SELECT * FROM "ann@secret.example"',
        "PREPARE p AS SELECT mail FROM people WHERE name = 'Secretperson'; garbage 'Secretperson'",
        "COPY INTO 's3://secret' FROM people",
    ],
)
def test_a_text_in_the_wrong_quotes_is_never_shown(
    statement: str, reader: Reader, capfd: pytest.CaptureFixture[str]
) -> None:
    found = reader.touched(statement)
    assert found.gaps
    told = repr(found) + "".join(capfd.readouterr())
    assert not any(text in told.lower() for text in ("secret", "0912"))


ENGINES = {
    "mysql": {
        "REPLACE INTO people (mail) VALUES ('x')": ["create people.mail"],
        "INSERT INTO people (id) VALUES (1) ON DUPLICATE KEY UPDATE mail = VALUES(mail)": [
            "create people.id",
            "update people.mail",
        ],
        "UPDATE people p JOIN orders o ON o.who = p.id SET p.mail = 'x' WHERE o.total > 1": [
            "read orders.total",
            "read orders.who",
            "read people.id",
            "update people.mail",
        ],
        "DELETE p FROM people p JOIN orders o ON o.who = p.id": [*_GONE, "read orders.who", "read people.id"],
        "SET @x = (SELECT mail FROM people)": ["read people.mail"],
    },
    "snowflake": {
        "CREATE TABLE x CLONE people": _ROW,
        "SELECT MAIL FROM DB.PUBLIC.PEOPLE": ["read people.mail"],
        "COPY INTO @stage/x FROM people": _ROW,
        "SELECT * EXCLUDE (mail) FROM people": ["read people.id", "read people.name"],
    },
    "bigquery": {
        "DECLARE x STRING DEFAULT (SELECT mail FROM people LIMIT 1)": ["read people.mail"],
        "SELECT * EXCEPT (mail) FROM people": ["read people.id", "read people.name"],
    },
}


@pytest.mark.parametrize(
    ("engine", "statement"), [(engine, one) for engine, cases in ENGINES.items() for one in cases]
)
def test_what_engines_have_of_their_own_is_read(
    engine: str, statement: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = _reader(tmp_path_factory, engine).touched(statement)
    assert _told(found) == sorted(ENGINES[engine][statement])
    assert not found.gaps


@pytest.mark.parametrize(
    ("views", "words"),
    [("SELECT 1", "it creates no view"), ("(((", "line 1")],
)
def test_views_that_cannot_be_read_are_told(
    views: str, words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(BadViews, match=words):
        _reader(tmp_path_factory, "postgresql", views)


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
        Broken(4, "has 1 cell, where the header has 4"),
    ]


def test_a_csvlog_needs_no_header() -> None:
    other = [*CSVLOG[:11], "ERROR", "42601", "syntax error", *[""] * 12]
    slow = [*CSVLOG[:13], "duration: 1.5 ms  execute <unnamed>: SELECT 2", *[""] * 12]
    text = "".join(f"{','.join(row)}\n" for row in (CSVLOG, other, slow, ["x"]))
    assert list(entries(text)) == [
        Entry(1, ("ann",), "SELECT 1"),
        Entry(3, ("ann",), "SELECT 2"),
        Broken(4, "has 1 cell, where PostgreSQL's csvlog has 22 to 26"),
    ]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "query,b\nx,y\n", "user\nann\n", "[1"])
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(Unknown):
        list(entries(text))


STRAY = """\
user,query,calls
ann,SELECT 1,1
ann,"SELECT 2 WHERE x = 'cut off here,1
ann,"SELECT 3
FROM t",2
ann,SELECT "4,1
ann,SELECT 5,many
"""


def test_a_quote_too_many_spoils_its_own_line_only() -> None:
    found = list(entries(STRAY))
    assert [one for one in found if isinstance(one, Entry)] == [
        Entry(2, ("ann",), "SELECT 1"),
        Entry(4, ("ann",), "SELECT 3\nFROM t", 2),
        Entry(7, ("ann",), "SELECT 5"),
    ]
    assert [one.line for one in found if isinstance(one, Broken)] == [3, 6]


@given(
    st.lists(st.sampled_from(["ann,SELECT 1", 'ann,"SELECT 2"', "ann", 'ann,"x', '"', "a,b,c"]), max_size=12)
)
def test_no_good_line_is_lost_behind_a_broken_one(lines: list[str]) -> None:
    """Lines without a quote are read or told, whatever stands around them."""
    found = list(entries("\n".join(["user,query", *lines])))
    told = {one.line for one in found}
    quoted = [number for number, line in enumerate(lines, 2) if line.count('"') % 2]
    for number, line in enumerate(lines, 2):
        inside = any(first < number < last for first, last in pairwise(quoted))
        assert number in told or inside or '"' in line, line


def test_json_lines_whose_first_is_cut_off_are_read() -> None:
    assert list(entries('ery": "x"}\n{"user": "ann", "query": "SELECT 1"}\n')) == [
        Broken(1, "is not JSON"),
        Entry(2, ("ann",), "SELECT 1"),
    ]


def test_an_empty_log_says_nothing() -> None:
    assert list(entries("")) == list(entries("[]")) == []
