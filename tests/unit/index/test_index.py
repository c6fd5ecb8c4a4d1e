"""The index: whole, sound, the same bytes each time, and only for reading."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanat.diagnostic import Diagnostic, Severity
from amanat.errors import EnvironmentFault, UsageError
from amanat.index.build import TABLES, build_index, index_bytes, index_in_memory
from amanat.index.reading import Value, ask, describe, read_only
from amanat.index.views import VIEWS
from amanat.inventory.register import register
from amanat.model.values import FieldId
from tests.unit.inventory.samples import FIELDS, PEOPLE, sample


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    loaded, report = sample()
    made = index_in_memory(loaded.catalog, report, (), loaded.spans)
    yield made
    made.close()


def _all(connection: sqlite3.Connection, sql: str) -> list[tuple[Value, ...]]:
    return list(ask(connection, sql).rows)


def test_no_foreign_key_dangles_and_the_file_is_sound(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    keys = connection.execute("SELECT * FROM pragma_foreign_key_list('fields')").fetchall()
    assert {row[2] for row in keys} >= {"teams", "categories", "retention", "subjects", "classifications"}


def test_references_to_nothing_are_kept_beside_the_tables() -> None:
    people = PEOPLE.replace("  life:", "  other:").replace("recipient: host", "recipient: hots")
    loaded, report = sample(people=people)
    made = index_in_memory(loaded.catalog, report, (), loaded.spans)
    assert made.execute("PRAGMA foreign_key_check").fetchall() == []
    assert made.execute("SELECT * FROM dangling").fetchall() == [
        ("fields", "customer.email", "retention", "life"),
        ("systems", "shop", "recipient", "hots"),
    ]


def test_every_field_source_and_observed_column_is_there(connection: sqlite3.Connection) -> None:
    loaded, report = sample()
    made = register(loaded.catalog, report, loaded.spans)
    rows = connection.execute("SELECT field, source FROM inventory ORDER BY 1, 2").fetchall()
    assert rows == [(row["field"], None if row["source"] == "n/a" else row["source"]) for row in made.rows()]
    assert connection.execute("SELECT source, status FROM columns ORDER BY 1").fetchall() == [
        ("shop.users.created_at", "ignored"),
        ("shop.users.email", "mapped"),
        ("shop.users.phone", "unmapped"),
    ]
    assert connection.execute("SELECT * FROM system_coverage").fetchall() == [
        ("mail", "Mail", None, None, None, None),
        ("shop", "Shop", 3, 1, 1, 1),
    ]


def test_conflicts_ledger_and_findings_are_there() -> None:
    loaded, report = sample(fields=FIELDS.replace("values: {field: 254,", "values: {field: 255,"))
    place = loaded.catalog.fields[FieldId("customer.wish")].place
    finding = Diagnostic("RT101", "missing-retention", Severity.ERROR, "no retention", place, "customer.wish")
    made = index_in_memory(loaded.catalog, report, (finding,), loaded.spans)
    assert made.execute("SELECT id, status, discrepancy FROM conflicts").fetchall() == [
        ("customer.email/length", "reopened", "email_length")
    ]
    values = made.execute("SELECT source, value, line FROM conflict_values ORDER BY 1").fetchall()
    assert values == [
        ("field", "[254]", 9),
        ("mail.leads.email", "[191]", 14),
        ("shop.users.email", "[254]", 13),
    ]
    assert made.execute("SELECT code, severity, subject, file, line FROM findings").fetchall() == [
        ("RT101", "error", "customer.wish", "fields.yaml", 22)
    ]


@pytest.mark.parametrize(
    "terms",
    ["نشانی", "نشاني", "ایمیل", "ايميل", "fold('نشاني ايميل')", "email", "leads", "crm", "نامه‌ها", "نامهها"],
)
def test_a_field_is_found_by_its_words_in_either_keyboards_letters(
    connection: sqlite3.Connection, terms: str
) -> None:
    read_only(connection)
    wanted = terms if terms.startswith("fold") else f"'{terms}'"
    assert ("customer.email",) in _all(connection, f"SELECT field FROM search WHERE search MATCH {wanted}")


def test_the_same_catalog_gives_the_same_bytes(tmp_path: Path) -> None:
    loaded, report = sample()
    for name in ("one.db", "two.db"):
        build_index(tmp_path / name, loaded.catalog, report, (), loaded.spans)
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "two.db").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.db", "two.db"]
    again, report = sample()
    assert index_bytes(again.catalog, report, (), again.spans) == index_bytes(
        loaded.catalog, report, (), loaded.spans
    )


def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    loaded, report = sample()
    (tmp_path / "file").write_text("a file, not a folder")
    with pytest.raises(EnvironmentFault, match="cannot write"):
        build_index(tmp_path / "file" / "one.db", loaded.catalog, report, (), loaded.spans)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX")
def test_what_stood_there_stays_when_the_disk_is_full(tmp_path: Path) -> None:
    import resource
    import signal

    target = tmp_path / "one.db"
    target.write_text("before")
    loaded, report = sample()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    try:
        with pytest.raises(EnvironmentFault, match="cannot write"):
            build_index(target, loaded.catalog, report, (), loaded.spans)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_every_table_and_view_is_described_and_can_be_read(connection: sqlite3.Connection) -> None:
    read_only(connection)
    described = {one.name: one for one in describe(connection)}
    assert set(described) == {table.name for table in TABLES} | {view.name for view in VIEWS} | {
        "search",
        "about",
    }
    for one in described.values():
        assert one.columns and one.about.endswith((".", "'."))
        assert ask(connection, f'SELECT * FROM "{one.name}"').columns[: len(one.columns)] == one.columns


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM fields",
        "UPDATE fields SET id = 'x'",
        "INSERT INTO meta VALUES ('a', 'b')",
        "REPLACE INTO meta VALUES ('a', 'b')",
        "WITH x AS (SELECT 1) INSERT INTO meta SELECT 1, 2",
        "DROP TABLE fields",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "INSERT INTO search (search) VALUES ('optimize')",
        "ATTACH '{path}' AS x",
        "VACUUM INTO '{path}'",
        "VACUUM",
        "REINDEX",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = WAL",
        "UPDATE sqlite_master SET type = 'view'",
        "SELECT load_extension('x')",
        "BEGIN",
    ],
)
def test_writing_is_refused_with_a_way_out(connection: sqlite3.Connection, sql: str, tmp_path: Path) -> None:
    read_only(connection)
    path = tmp_path / "other.db"
    with pytest.raises(UsageError) as error:
        _all(connection, sql.format(path=path))
    assert error.value.message == "the index is only for reading"
    assert not path.exists()
    assert _all(connection, "SELECT count(*) FROM fields") == [(3,)]


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("SELECT * FROM feilds", "there is no table `feilds`", "did you mean `fields`"),
        ("SELECT lable FROM fields", "there is no column `lable`", "did you mean `label`"),
        ("SELECT f.lable FROM fields f", "there is no column `lable`", "did you mean `label`"),
        ("SELEKT", 'SQLite cannot read this query: near "SELEKT": syntax error', "amanat query --tables"),
        ("SELECT 1; SELECT 2", "this is more than one statement", "give one SELECT"),
        ("", "this is no query", "write a SELECT"),
        ("SELECT '\ud800'", "the query holds a lone surrogate, which is no character", None),
    ],
)
def test_wrong_sql_is_answered_with_the_way_out(
    connection: sqlite3.Connection, sql: str, message: str, hint: str | None
) -> None:
    read_only(connection)
    with pytest.raises(UsageError) as error:
        _all(connection, sql)
    assert error.value.message == message
    assert hint is None or hint in str(error.value.hint)


@pytest.mark.skipif(sys.platform == "win32", reason="timers are POSIX")
def test_ctrl_c_ends_an_endless_query(connection: sqlite3.Connection) -> None:
    import signal

    read_only(connection)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            ask(connection, endless)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_hostile_texts_are_only_texts() -> None:
    nasty = "x'); DROP TABLE fields; --"
    loaded, report = sample(fields=FIELDS.replace("label: Wish", f'label: "{nasty}"'))
    made = read_only(index_in_memory(loaded.catalog, report, (), loaded.spans))
    assert _all(made, "SELECT label FROM fields WHERE id = 'customer.wish'") == [(nasty,)]
