"""`amanat usage` over the example, and over the logs of a real PostgreSQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import psycopg
import pytest

from amanat.schema import load_schema
from tests.differential.engine import MissingError
from tests.differential.postgres import debian
from tests.e2e.conftest import Run

WHOLE = """\
user,query
insights_analyst,SELECT u FROM account_user u
insights_analyst,SELECT row_to_json(u) FROM account_user u
insights_analyst,DECLARE c CURSOR FOR SELECT password FROM account_user
insights_analyst,PREPARE p AS SELECT password FROM account_user WHERE last_name = 'Secretperson'
insights_analyst,EXPLAIN ANALYZE SELECT password FROM account_user
insights_analyst,CREATE MATERIALIZED VIEW m AS SELECT password FROM account_user
insights_analyst,DELETE FROM account_user WHERE false RETURNING password
insights_analyst,"WITH d AS (SELECT id, password FROM account_user) UPDATE order_order SET status = '' FROM d WHERE d.password = 'x'"
"""
LOG = """\
user,query,calls
support_agent,"SELECT email FROM account_user WHERE last_name = 'Secretperson'",10
insights_analyst,SELECT password FROM account_user,2
ann,SELECT password FROM account_user,1
nobody,SELECT email FROM account_user,1
support_agent,selec broken,1
support_agent,SELECT x FROM nowhere,1
support_agent,SET search_path = x,3
support_agent
"""


def _json(run: Run, code: int, *arguments: str) -> Any:
    done = run("usage", "saleor", "-f", "json", *arguments)
    assert done.returncode == code, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, load_schema("usage"))
    return document


def _uses(document: Any, what: str) -> list[tuple[str, str, str, int]]:
    return [
        (one["role"], one["field"], one["column"], one["times"])
        for one in document["uses"]
        if one["what"] == what
    ]


def test_violations_and_gaps_are_kept_apart(run: Run, example: Path, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    found = _json(run, 1, "log.csv", "-C", str(example), "--as", "ann=marketer")
    assert _uses(found, "undeclared") == [
        ("analyst", "customer.password_hash", "account_user.password", 2),
        ("marketer", "customer.password_hash", "account_user.password", 1),
    ]
    assert found["partial"] is True and (found["statements"], found["of_data"]) == (7, 6)
    assert found["gaps"] == {
        "broken": [{"line": "log.csv:9", "why": "has 1 cell, where the header has 3"}],
        "unparsed": ["log.csv:6"],
        "principals": {"nobody": ["log.csv:5"]},
        "tables": {"nowhere": ["log.csv:7"]},
        "columns": {"x": ["log.csv:7"]},
    }
    unread = {field for _, field, _, _ in _uses(found, "unread")}
    assert "order.total" in unread and "customer.email" not in unread
    assert ("marketer", "customer.email") in {one[:2] for one in _uses(found, "unused")}


def test_no_way_to_read_a_column_is_passed_over(run: Run, example: Path, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(WHOLE)
    found = _json(run, 1, "log.csv", "-C", str(example))
    read = [
        use for use in found["uses"] if use["column"] == "account_user.password" and use["action"] == "read"
    ]
    assert [(use["what"], use["times"]) for use in read] == [("undeclared", 8)]
    assert (found["of_data"], found["partial"]) == (8, False)
    shown = run("usage", "saleor", "log.csv", "-C", str(example))
    assert "Secretperson" not in shown.stdout + shown.stderr


def test_views_that_cannot_be_read_stop_it(run: Run, example: Path, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(WHOLE)
    (tmp_path / "v.sql").write_text("SELECT 1")
    done = run("usage", "saleor", "log.csv", "--views", "v.sql", "-C", str(example))
    assert done.returncode == 2 and "`v.sql` cannot be read as views: it creates no view" in done.stderr


def test_no_literal_of_a_statement_is_ever_shown(run: Run, example: Path, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    for form in ("text", "json", "csv"):
        done = run("usage", "saleor", "log.csv", "-C", str(example), "-f", form)
        assert "Secretperson" not in done.stdout + done.stderr
    assert (
        "partial: of these nothing is known" in run("usage", "saleor", "log.csv", "-C", str(example)).stdout
    )


def test_use_as_declared_is_no_finding(run: Run, example: Path, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG.splitlines()[0] + "\n" + LOG.splitlines()[1] + "\n")
    found = _json(run, 0, "log.csv", "-C", str(example))
    assert found["partial"] is False and _uses(found, "undeclared") == _uses(found, "unmasked") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ghost", "log.csv"), "no system is called `ghost`"),
        (("saleor",), "name a query log, or give --live"),
        (("saleor", "none.csv"), "`none.csv` cannot be read"),
        (("saleor", "odd.csv"), "`odd.csv` is no query log that is known"),
        (("saleor", "odd.csv", "--as", "x"), "`x` is not PRINCIPAL=ROLE of a declared role"),
        (("saleor", "--live"), "no URL of system `saleor` is known"),
    ],
)
def test_what_cannot_be_read_is_said(
    arguments: tuple[str, ...], words: str, run: Run, example: Path, tmp_path: Path
) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    done = run("usage", "-C", str(example), *arguments)
    assert done.returncode == 2 and words in " ".join(done.stderr.split())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL that logs and counts every statement."""
    try:
        started = debian(
            *(15, "shared_preload_libraries=pg_stat_statements", "logging_collector=on"),
            *("log_destination=csvlog", "log_statement=all", "log_filename=q.log"),
        )
    except MissingError as missing:
        pytest.skip(str(missing))
    with started as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
            connection.execute("CREATE ROLE insights_analyst LOGIN SUPERUSER")
            connection.execute("CREATE TABLE account_user (id integer, email text, password text)")
        with psycopg.connect(
            f"{url}&user=insights_analyst".replace("postgres@", ""), autocommit=True
        ) as analyst:
            for number in range(3):
                analyst.execute("SELECT u.password FROM account_user u WHERE u.id = %s", (number,))
        yield url


def test_the_csvlog_of_a_real_server_is_read(run: Run, example: Path, server: str) -> None:
    folder = parse_qs(urlsplit(server).query)["host"][0]
    found = _json(run, 1, f"{folder}/data/log/q.csv", "-C", str(example))
    assert ("analyst", "customer.password_hash", "account_user.password", 3) in _uses(found, "undeclared")
    assert found["gaps"]["broken"] == []


def test_what_a_real_server_has_counted_is_read(
    run: Run, example: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SALEOR_URL", server)
    found = _json(run, 1, "--live", "-C", str(example))
    assert ("analyst", "customer.password_hash", "account_user.password", 3) in _uses(found, "undeclared")
