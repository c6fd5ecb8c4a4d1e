"""`amanat retention` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run

DAY = ("--as-of", "2026-11-27")


def test_the_ladder_names_law_place_and_day(run: Run, example: Path) -> None:
    done = run("retention", "explain", "payment.amount", *DAY, "--catalog", str(example))
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "In Saleor, IR",
        "10 years from end of the fiscal year",
        "Commercial Code",
        "retention.yaml:81",
        "An event on 2026-11-27: kept until 2037-03-19, due on 2037-03-20.",
        "kept until 2034-12-31",
    ):
        assert words in done.stdout


def test_a_hold_is_told_where_it_stands(run: Run, example: Path) -> None:
    done = run("retention", "explain", "order.status", *DAY, "--catalog", str(example), "--lang", "fa")
    saleor, other = done.stdout.split("در سوئیت‌سی‌آر‌ام")
    assert "carrier_dispute_2026" in saleor and "carrier_dispute_2026" not in other


@pytest.mark.parametrize("words", [("explain", "payment.amount"), ("calendar",), ("plan", "lago")])
def test_json_is_as_its_schema_says(run: Run, example: Path, words: tuple[str, ...]) -> None:
    done = run("retention", *words, *DAY, "-f", "json", "--catalog", str(example))
    document = json.loads(done.stdout)
    jsonschema.validate(document, load_schema(f"retention-{words[0]}"))
    assert document["as_of"] == "2026-11-27"
    again = run("retention", *words, *DAY, "-f", "json", "--catalog", str(example))
    assert again.stdout == done.stdout


def test_the_calendar_says_what_is_over_and_when_the_last_backup_is_gone(run: Run, example: Path) -> None:
    done = run("retention", "calendar", *DAY, "--catalog", str(example))
    assert "security_log: collection on or before 2026-05-26 – delete" in done.stdout
    assert "Hold carrier_dispute_2026 is to be reviewed" in done.stdout
    assert "Last backup gone: 2027-01-01" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("explain", "payment.amont"), ("no field `payment.amont`", "did you mean `payment.amount`")),
        (("explain", "payment.amount", "--lang", "de"), ("no language `de`",)),
        (("plan", "salor"), ("no system `salor`", "did you mean `saleor`")),
        (("plan", "saleor", "--dialect", "oracle"), ("the SQL of `oracle` is not known here", "`duckdb`")),
        (("plan", "saleor", "--jurisdiction", "US"), ("no jurisdiction `US`",)),
        (("calendar", "--as-of", "2026-3-1"), ("`2026-3-1` is not a date",)),
    ],
)
def test_wrong_input_is_refused_with_the_way_out(
    run: Run, example: Path, words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    done = run("retention", *words, "--catalog", str(example))
    assert done.returncode == 2 and done.stdout == ""
    assert all(one in done.stderr for one in told)


def test_the_plan_is_sql_that_says_what_it_leaves_alone(run: Run, example: Path, tmp_path: Path) -> None:
    done = run("retention", "plan", "saleor", *DAY, "-o", "over.sql", "--catalog", str(example))
    assert (done.returncode, done.stdout) == (0, "")
    lines = (tmp_path / "over.sql").read_text(encoding="utf-8").splitlines()
    assert all(line == "" or line.startswith(("-- ", "UPDATE ", "DELETE ")) for line in lines)
    assert any("under the hold carrier_dispute_2026" in line for line in lines)
    assert any("The rules differ between EU, IR for books, vouchers" in line for line in lines)
    persian = run("retention", "plan", "saleor", *DAY, "--lang", "fa", "--catalog", str(example)).stdout
    assert "زیر توقیف carrier_dispute_2026" in persian
    assert [s for s in persian.splitlines() if s.startswith("UPDATE")] == [
        s for s in lines if s.startswith("UPDATE")
    ]
