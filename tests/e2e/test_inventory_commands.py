"""`amanat export inventory`, `query`, `list` and `where`, as people run them."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

from tests.e2e.conftest import Run
from tests.support import write_files


def test_the_inventory_of_the_example_has_every_source_and_twice_the_same_bytes(
    run: Run, example: Path, tmp_path: Path
) -> None:
    for name in ("one.csv", "two.csv"):
        done = run("export", "inventory", "-C", str(example), "-o", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote 1097 rows to {name}\n")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = json.loads(run("list", "sources", "-C", str(example), "-f", "json").stdout)["rows"]
    assert {(row["field"], row["source"]) for row in rows if row["source"] not in ("unknown", "n/a")} == {
        (row["field"], row["source"]) for row in listed
    }
    assert all(cell for row in rows for cell in row.values())
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


def test_json_and_sqlite_say_where_they_come_from(run: Run, small: Path, tmp_path: Path) -> None:
    parsed = json.loads(run("export", "inventory", "-C", str(small), "-f", "json", "--by", "field").stdout)
    assert (parsed["by"], parsed["total"]) == ("field", len(parsed["rows"]))
    assert run("export", "inventory", "-C", str(small), "-f", "sqlite", "-o", "inventory.db").returncode == 0
    with sqlite3.connect(tmp_path / "inventory.db") as database:
        meta = dict(database.execute("SELECT key, value FROM meta"))
    assert meta["catalog_digest"] == parsed["catalog"]["digest"]


def test_sqlite_without_a_file_or_with_filters_is_a_usage_error(run: Run, small: Path) -> None:
    done = run("export", "inventory", "-C", str(small), "-f", "sqlite")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: a database needs a file\n  help: add --output inventory.db\n"
    done = run("export", "inventory", "-C", str(small), "-f", "sqlite", "-o", "x.db", "--owner", "crm")
    assert done.returncode == 2
    assert "always holds everything" in done.stderr


def test_an_inventory_of_a_broken_catalog_says_that_something_may_be_missing(run: Run, small: Path) -> None:
    write_files(small, {"amanat.yaml": (small / "amanat.yaml").read_text(), "more.yaml": "fields: [\n"})
    done = run("export", "inventory", "-C", str(small))
    assert done.returncode == 1
    assert done.stdout.startswith("field,")
    assert done.stderr.startswith("warning: 1 error in the catalog's files")


def test_a_query_shows_null_and_not_nothing(run: Run, small: Path) -> None:
    sql = "SELECT NULL AS a, '' AS b, 'NULL' AS c, '=1' AS d"
    assert run("query", sql, "-C", str(small), "-f", "csv").stdout == 'a,b,c,d\nNULL,"""""","""NULL""",\'=1\n'
    parsed = json.loads(run("query", sql, "-C", str(small), "-f", "json").stdout)
    assert parsed["rows"] == [{"a": None, "b": "", "c": "NULL", "d": "=1"}]


def test_control_characters_never_reach_the_terminal(run: Run, small: Path) -> None:
    done = run("query", "SELECT char(27) || '[31m' || char(8238) AS a", "-C", str(small))
    assert done.stdout == "a\n\\x1b[31m\\u202e\n"


def test_a_query_that_writes_is_refused(run: Run, small: Path) -> None:
    done = run("query", "DELETE FROM fields", "-C", str(small))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the index is only for reading\n  help: write a SELECT")


def test_the_tables_can_be_listed(run: Run, small: Path) -> None:
    listed = run("query", "--tables", "-C", str(small)).stdout
    assert "\nfields\tCustomer data fields after inheritance.\tid, label," in listed
    assert run("query", "-C", str(small)).returncode == 2


def test_where_tells_fields_and_nearest_columns(run: Run, example: Path) -> None:
    done = run("where", "saleor.account_user.email", "-C", str(example), "-f", "csv")
    assert done.stdout.splitlines()[1].startswith(
        "saleor.account_user.email,mapped,customer.email,yes,fields/"
    )
    done = run("where", "saleor.account_user.emial", "-C", str(example))
    assert done.returncode == 2
    assert "did you mean `saleor.account_user.email`" in done.stderr


def test_list_is_filtered_and_an_unknown_filter_value_is_answered(run: Run, example: Path) -> None:
    listed = json.loads(
        run(
            "list", "fields", "--system", "saleor", "--category", "contact", "-C", str(example), "-f", "json"
        ).stdout
    )
    assert listed["rows"]
    assert all(row["category"].startswith("contact") for row in listed["rows"])
    done = run("list", "--system", "saelor", "-C", str(example))
    assert (done.returncode, done.stderr) == (
        2,
        "error: no system `saelor`\n  help: did you mean `saleor`?\n",
    )


def test_the_register_of_discrepancies_of_the_example_has_every_entry(
    run: Run, example: Path, tmp_path: Path
) -> None:
    listed = json.loads(run("list", "discrepancies", "-C", str(example), "-f", "json").stdout)["rows"]
    day = ("--as-of", "2026-12-01")
    for name in ("one.csv", "two.csv"):
        done = run("export", "discrepancies", "-C", str(example), "-o", name, *day)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.startswith(f"{len(listed)} entries of the ledger: ")
        assert done.stderr.endswith(f"; {len(listed)} rows\n")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["entry"] for row in rows} == {row["discrepancy"] for row in listed}
    assert all(cell for row in rows for cell in row.values())
    sql = "SELECT id, status FROM discrepancies ORDER BY id"
    asked = json.loads(run("query", sql, "-C", str(example), "-f", "json", *day).stdout)["rows"]
    assert asked == sorted(
        ({"id": row["entry"], "status": row["status"]} for row in rows), key=lambda r: r["id"]
    )


def test_a_year_later_every_decision_has_expired(run: Run, example: Path) -> None:
    done = run("export", "discrepancies", "-C", str(example), "-f", "json", "--as-of", "2028-01-01")
    parsed = json.loads(done.stdout)
    assert parsed["counts"]["reopened"] == parsed["held"] == parsed["total"]
    assert all(any(why.startswith("it expired on") for why in row["why"]) for row in parsed["rows"])
    soon = run(
        "export",
        "discrepancies",
        "-C",
        str(example),
        "-f",
        "md",
        "--as-of",
        "2026-12-01",
        "--expiring",
        "P1D",
    )
    assert soon.stdout.startswith("# Discrepancies between sources\n\n0 entries of ")


def test_filters_of_discrepancies_that_mean_nothing_are_usage_errors(run: Run, small: Path) -> None:
    for arguments, said in (
        (("--status", "acepted"), "did you mean `accepted`?"),
        (("--owner", "sale"), "did you mean `sales`?"),
        (("--expiring", "P30D"), "add --as-of"),
        (("--expiring", "PT1H", "--as-of", "2026-01-31"), "`PT1H` is not a period"),
        (("--expiring", "P9999Y", "--as-of", "2026-01-31"), "is not a period"),
        (("-f", "md", "--by", "source"), "leave out `--by`"),
    ):
        done = run("export", "discrepancies", "-C", str(small), *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
