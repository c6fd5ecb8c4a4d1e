"""`amanat export`: registers in every format, what is asked for and what makes no sense."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run

REGISTERS = (
    "inventory",
    "retention",
    "access",
    "holds",
    "transfers",
    "assessments",
    "training",
    "users",
    "controls",
)


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_has_the_same_rows_in_every_format(
    run: Run, example: Path, tmp_path: Path, register: str
) -> None:
    some = ("--where", "field LIKE 'customer.%'") if register in ("inventory", "access") else ()
    made = {}
    for form in ("csv", "json", "xlsx", "md"):
        file = tmp_path / f"r.{form}"
        done = run("export", register, "-C", str(example), "-f", form, "-o", str(file), *some)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        made[form] = file
    rows = list(csv.reader(io.StringIO(made["csv"].read_text(encoding="utf-8"))))
    data = json.loads(made["json"].read_text(encoding="utf-8"))
    jsonschema.validate(data, load_schema("register"))
    assert data["total"] == len(data["rows"]) == len(rows) - 1 > 0
    assert [column["name"] for column in data["columns"]] == rows[0]
    page = openpyxl.load_workbook(made["xlsx"])[register]
    assert page.max_row == len(rows)
    assert [cell.value for cell in page[1]] == rows[0]
    assert f"\n{len(rows) - 1} row" in made["md"].read_text(encoding="utf-8")


def test_the_workbook_of_the_inventory_has_a_sheet_for_each_resource(
    run: Run, example: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        run(
            "export",
            "inventory",
            "-C",
            str(example),
            "-f",
            "xlsx",
            "--lang",
            "fa",
            "-o",
            str(tmp_path / f"{name}.xlsx"),
        )
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    wanted = {
        "about",
        "inventory",
        "fields",
        "systems",
        "purposes",
        "roles",
        "teams",
        "recipients",
        "retention",
        "holds",
        "transfers",
        "assessments",
        "training",
        "users",
        "controls",
        "discrepancies",
    }
    assert wanted <= set(book.sheetnames)
    assert book["inventory"].sheet_view.rightToLeft
    heading = [cell.value for cell in book["inventory"][1]]
    assert "label_fa" in heading
    assert "label_en" not in heading


def test_parquet_reads_as_the_csv_and_is_the_same_twice(run: Run, example: Path, tmp_path: Path) -> None:
    import duckdb

    for name in ("one", "two"):
        run(
            "export",
            "inventory",
            "-C",
            str(example),
            "-f",
            "parquet",
            "-o",
            str(tmp_path / f"{name}.parquet"),
        )
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    found = duckdb.sql(f"SELECT source FROM '{tmp_path / 'one.parquet'}'")
    assert found is not None
    rows = found.fetchall()
    listed = csv.DictReader(io.StringIO(run("export", "inventory", "-C", str(example)).stdout))
    assert [source for (source,) in rows] == [row["source"] for row in listed]


def test_a_byte_order_mark_and_columns_in_the_order_asked_for(run: Run, example: Path) -> None:
    done = run("export", "holds", "-C", str(example), "--bom", "--columns", "by,hold")
    assert done.stdout.startswith("\ufeffby,hold\n")


def test_what_was_filtered_is_told_and_no_row_is_said(run: Run, example: Path) -> None:
    done = run("export", "transfers", "-C", str(example), "--where", "country = 'ZZ'")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "no row is left by the filters" in done.stderr
    data = json.loads(run("export", "access", "-C", str(example), "--role", "marketer", "-f", "json").stdout)
    assert data["filters"] == {"role": "marketer"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("retention", "--columns", "sytem"), "no column `sytem`"),
        (("retention", "--where", "1 ="), "`--where` is not an expression"),
        (("retention", "--lang", "de"), "no language `de`"),
        (("retention", "-f", "xlsx"), "xlsx needs a file"),
        (("inventory", "-f", "parquet", "-o", "."), "it is a folder"),
        (("inventory", "-f", "sqlite", "-o", "x.db", "--columns", "field"), "always holds everything"),
        (("access", "--role", "marketeer"), "no role matches `marketeer`"),
        (("holds", "--bom", "-f", "json"), "`--bom` is for CSV"),
        (("inventory", "-f", "csv", "-o", "/proc/nowhere/x.csv"), "cannot write"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, example: Path, arguments: tuple[str, ...], says: str
) -> None:
    name, *rest = arguments
    done = run("export", name, "-C", str(example), *rest)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
