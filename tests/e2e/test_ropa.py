"""`amanat export ropa` from the outside: formats, companions, evidence that leads to the line, wrong input."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run
from tests.e2e.test_check_for_ci import git


@pytest.fixture
def repository(small: Path) -> Path:
    git(small.parent, "init", "-q", "-b", "main")
    git(small.parent, "add", "-A")
    git(small.parent, "commit", "-qm", "one")
    return small.parent


def test_each_cell_leads_to_its_line_and_commit(run: Run, repository: Path, small: Path) -> None:
    done = run("export", "ropa", "-C", "small", "-o", "ropa.csv")
    assert done.returncode == 0, done.stderr
    assert "is there a joint controller" in done.stderr
    commit = git(repository, "rev-parse", "HEAD")[:12]
    with (repository / "ropa.evidence.csv").open(encoding="utf-8") as file:
        evidence = list(csv.DictReader(file))
    assert {row["commit"] for row in evidence} == {commit}
    lines = (small / "base.yaml").read_text().splitlines()
    (reason,) = (row for row in evidence if row["column"] == "purpose")
    assert lines[int(reason["line"]) - 1].strip().startswith("reason:")
    (small / "base.yaml").write_text("# changed\n" + (small / "base.yaml").read_text())
    run("export", "ropa", "-C", "small", "-o", "ropa.csv")
    with (repository / "ropa.evidence.csv").open(encoding="utf-8") as file:
        found = {row["file"]: row["commit"] for row in csv.DictReader(file)}
    assert found == {"amanat.yaml": commit, "base.yaml": f"{commit}+"}


def test_every_format_says_the_same(run: Run, repository: Path) -> None:
    for form in ("json", "xlsx", "html", "md"):
        assert run("export", "ropa", "-C", "small", "-f", form, "-o", f"r.{form}").returncode == 0
    data = json.loads((repository / "r.json").read_text())
    jsonschema.validate(data, load_schema("ropa"))
    assert [row["activity"] for row in data["activities"]] == ["orders"]
    book = openpyxl.load_workbook(repository / "r.xlsx")
    assert book.sheetnames == ["about", "ropa", "evidence", "questions"]
    assert book["evidence"].max_row - 1 == len(data["evidence"])
    assert "To deliver what the customer ordered" in (repository / "r.html").read_text()
    assert "To deliver what the customer ordered" in (repository / "r.md").read_text()
    processor = json.loads(run("export", "ropa", "-C", "small", "-f", "json", "--as", "processor").stdout)
    assert processor["template"] == "art30-2"
    assert "controllers_served" in [one["column"] for one in processor["questions"]]


def test_a_template_of_ones_own(run: Run, repository: Path) -> None:
    file = repository / "own.yaml"
    file.write_text("title: Ours\ncolumns:\n  - {slot: activity}\n  - {slot: basis, label: Why we may}\n")
    done = run("export", "ropa", "-C", "small", "--template", "own.yaml")
    assert done.stdout == "activity,basis\norders,contract\n"
    file.write_text("title: Ours\ncolumns:\n  - {slot: bassis}\n")
    done = run("export", "ropa", "-C", "small", "--template", "own.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "column 1 of `own.yaml`: no slot `bassis`" in done.stderr
    file.write_text("columns: [\n")
    assert (
        "own.yaml:2: not valid YAML" in run("export", "ropa", "-C", "small", "--template", "own.yaml").stderr
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--template", "icco"), "no template `icco`"),
        (("--template", "missing.yaml"), "cannot read `missing.yaml`"),
        (("--purpose", "ordres"), "no purpose `ordres`"),
        (("--status", "alive"), "no status `alive`"),
        (("--lang", "de"), "no language `de`"),
        (("-f", "xlsx"), "xlsx needs a file"),
    ],
)
def test_what_is_not_there_is_refused(run: Run, small: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run("export", "ropa", "-C", "small", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
