"""`amanat export evidence` and `amanat verify`: reproducible, complete, provable, and honest about what it is not."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run
from tests.e2e.test_as_of import git
from tests.support import write_files

SNAPSHOT = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
customers,closed_at,date,,,,yes,,,,
customers,id,integer,,,,no,,,PK,
customers,left_alone,text,,,,yes,,,,
customers,nick,text,,,,yes,,,,
"""

_FIELD = """\
  customer.{0}: {{label: Number, definition: "The number of the {0} system.", category: id.internal,
    subject: customer, owner: sales, classification: internal, retention: account, purposes: [orders], {1}}}
"""
_MORE_FIELDS = "fields:\n" + "".join(
    _FIELD.format(*one)
    for one in (("next", "status: planned"), ("second", "sources: {crm.contacts.old_no: {}}"))
)


@pytest.fixture
def repository(small: Path) -> Path:
    """A catalog in git; one system is observed, with a column ignored and one that nobody accounts for."""
    base = small / "base.yaml"
    base.write_text(
        base.read_text().replace(
            "    engine: postgresql\n",
            "    engine: postgresql\n    ignore: [{columns: [customers.left_alone], reason: A note}]\n",
        )
    )
    write_files(
        small, {"amanat.yaml": (small / "amanat.yaml").read_text(), "observed/shop.columns.csv": SNAPSHOT}
    )
    git(small.parent, "init", "-q", "-b", "main")
    git(small.parent, "add", "-A", day="2026-03-10")
    git(small.parent, "commit", "-qm", "one", day="2026-03-10")
    return small.parent


def pack(run: Run, name: str, *more: str) -> str:
    done = run("export", "evidence", "-C", "small", "-o", name, *more)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_pack_is_the_same_twice_as_folder_and_as_archive(run: Run, repository: Path) -> None:
    pack(run, "one.zip", "--sample", "2", "--seed", "q1")
    pack(run, "two.zip", "--sample", "2", "--seed", "q1")
    pack(run, "folder", "--sample", "2", "--seed", "q1")
    assert (repository / "one.zip").read_bytes() == (repository / "two.zip").read_bytes()
    with zipfile.ZipFile(repository / "one.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names)
        for name in names:
            assert (repository / "folder" / name).read_bytes() == archive.read(name)
        manifest = json.loads(archive.read("manifest.json"))
    jsonschema.validate(manifest, load_schema("evidence"))
    assert manifest["commit"] == git(repository, "rev-parse", "HEAD")
    assert manifest["changed"] == []
    wanted = {
        "inventory/inventory.csv",
        "inventory/catalog.sqlite",
        "registers/access.csv",
        "registers/assessments.csv",
        "registers/quality.csv",
        "ropa/ropa.en.html",
        "notices/customer.en.html",
        "interchange/shop.odcs.yaml",
        "breach/exposure.json",
        "maturity/maturity.json",
        "registers/training.csv",
        "registers/controls.csv",
        "breach/shop.json",
        "reach/customer.json",
        "rights/access/customer.json",
        "rights/access/customer.en.md",
        "rights/erasure/customer.json",
        "rights/erasure/customer.en.md",
        "reach/customer.en.md",
        "breach/shop.en.md",
        "interchange/systems.dcat.jsonld",
        "interchange/processing.dpv.jsonld",
        "findings/check.json",
        "history/changes.csv",
        "completeness/population.csv",
        "completeness/sample.csv",
        "README.md",
    }
    assert wanted <= {one["name"] for one in manifest["files"]}


def test_the_calendar_stands_in_a_pack_that_names_its_day(run: Run, repository: Path) -> None:
    pack(run, "undated")
    assert not (repository / "undated/retention/calendar.json").exists()
    pack(run, "dated", "--as-of", "2026-05-01")
    told = json.loads((repository / "dated/retention/calendar.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, load_schema("retention-calendar"))
    asked = run("retention", "calendar", "-C", "small", "--as-of", "2026-05-01", "-f", "json")
    assert told == json.loads(asked.stdout)
    assert "2026-05-01" in (repository / "dated/retention/calendar.en.md").read_text(encoding="utf-8")


def test_every_line_of_ladders_and_corrections_is_what_the_command_prints(run: Run, repository: Path) -> None:
    (repository / "small/more.yaml").write_text(_MORE_FIELDS, encoding="utf-8")
    day = ("--as-of", "2026-05-01")
    pack(run, "dated", *day)
    for name, command, schema in (
        ("retention/ladders", ("retention", "explain"), "retention-explain"),
        ("rights/corrections", ("correction",), "correction"),
    ):
        lines = (repository / f"dated/{name}.jsonl").read_text(encoding="utf-8").splitlines()
        told = {one["field"]: one for one in map(json.loads, lines)}
        assert list(told) == ["customer.id", "customer.second"]
        read = (repository / f"dated/{name}.en.md").read_text(encoding="utf-8")
        for field, document in told.items():
            jsonschema.validate(document, load_schema(schema))
            asked = run(*command, field, "-C", "small", *day, "-f", "json")
            assert document == json.loads(asked.stdout)
            shown = run(*command, field, "-C", "small", *day, "-f", "md", "--lang", "en")
            assert shown.stdout in read


def test_rows_and_population_add_up(run: Run, repository: Path) -> None:
    pack(run, "folder")
    manifest = json.loads((repository / "folder/manifest.json").read_text())
    shop = {"observed": 4, "mapped": 2, "ignored": 1, "unmapped": 1, "adds_up": True}
    assert manifest["population"]["shop"] == manifest["population"]["total"] == shop
    assert manifest["population"]["crm"]["observed"] is None
    assert any("`crm` were never observed" in one for one in manifest["exclusions"])
    assert any("`crm` was never measured" in one for one in manifest["exclusions"])
    for one in manifest["files"]:
        if one["name"].endswith(".csv"):
            text = (repository / "folder" / one["name"]).read_text(encoding="utf-8")
            assert one["rows"] == sum(1 for _ in csv.reader(io.StringIO(text))) - 1, one


def test_the_sample_leads_to_line_and_commit_and_depends_on_the_seed_alone(
    run: Run, repository: Path, small: Path
) -> None:
    pack(run, "one", "--sample", "1", "--seed", "a")
    (row,) = csv.DictReader((repository / "one/completeness/sample.csv").open(encoding="utf-8"))
    line = (small / row["source_file"]).read_text().splitlines()[int(row["source_line"]) - 1]
    assert line.strip() == f"{row['source']}:"
    assert row["commit"] == git(repository, "rev-parse", "HEAD")
    assert (row["author"], row["author_date"], row["approver"]) == ("a", "2026-03-10", "unknown")
    wanted = {"shop.customers.id", "crm.contacts.customer_no"}
    drawn: set[str] = set()
    for seed in "abcdefgh":  # until both were drawn
        pack(run, f"seed-{seed}", "--sample", "1", "--seed", seed)
        (row,) = csv.DictReader((repository / f"seed-{seed}/completeness/sample.csv").open(encoding="utf-8"))
        drawn.add(row["source"])
        if len(drawn) == len(wanted):
            break
    assert drawn == wanted


def test_a_pack_is_proven_and_made_again(run: Run, repository: Path, small: Path) -> None:
    pack(run, "one.zip", "--sample", "1")
    (small / "more.yaml").write_text("teams:\n  a: {label: A, contact: a@shop.example, lead: L, deputy: D}\n")
    git(repository, "add", "-A", day="2026-04-10")
    git(repository, "commit", "-qm", "two", day="2026-04-10")
    done = run("verify", "one.zip", "--again", "-C", "small")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "made again it is the same" in done.stdout
    pack(run, "then.zip", "--sample", "1", "--as-of", "HEAD~1")
    assert (repository / "then.zip").read_bytes() == (repository / "one.zip").read_bytes()


FAULTS: Mapping[str, Callable[[Path], object]] = {
    "changed: ropa/ropa.en.csv": lambda root: (root / "ropa/ropa.en.csv").write_text("x"),
    "missing: ropa/ropa.en.csv": lambda root: (root / "ropa/ropa.en.csv").unlink(),
    "added: extra.txt": lambda root: (root / "extra.txt").write_text("x"),
    "missing: README.md": lambda root: (root / "README.md").rename(root / "README.txt"),
    "manifest.json cannot be read": lambda root: (root / "manifest.json").write_text("{"),
}


def test_whatever_was_changed_is_named(run: Run, repository: Path) -> None:
    pack(run, "folder")
    assert run("verify", "folder").returncode == 0
    for n, (says, fault) in enumerate(FAULTS.items()):
        fault(shutil.copytree(repository / "folder", repository / f"copy{n}"))
        done = run("verify", f"copy{n}")
        assert done.returncode == 1, says
        assert says in done.stdout


def test_packs_are_chained(run: Run, repository: Path) -> None:
    pack(run, "one.zip")
    pack(run, "two", "--previous", "one.zip")
    assert run("verify", "two", "--previous", "one.zip").returncode == 0
    assert "follows the pack whose manifest is sha256:" in run("verify", "two").stdout
    done = run("verify", "two", "--previous", "two")
    assert done.returncode == 1
    assert "chain: this pack follows" in done.stdout
    assert "chain: this pack names no pack before it" in run("verify", "one.zip", "--previous", "two").stdout


def test_uncommitted_changes_are_told_and_can_be_refused(run: Run, repository: Path, small: Path) -> None:
    (small / "more.yaml").write_text("teams:\n  a: {label: A, contact: a@shop.example, lead: L, deputy: D}\n")
    assert "1 files differ from the last commit" in pack(run, "folder")
    assert json.loads((repository / "folder/manifest.json").read_text())["changed"] == ["more.yaml"]
    done = run("export", "evidence", "-C", "small", "-o", "clean", "--require-clean")
    assert done.returncode == 2
    assert not (repository / "clean").exists()
    assert "cannot be made again" in run("verify", "folder", "--again", "-C", "small").stderr


def test_outside_git_a_pack_says_that_nobody_is_known(run: Run, small: Path) -> None:
    pack(run, "folder")
    manifest = json.loads((small.parent / "folder/manifest.json").read_text())
    assert manifest["commit"] is None
    assert any("not in git" in one for one in manifest["exclusions"])


def test_a_pack_from_another_version_still_holds(run: Run, repository: Path) -> None:
    pack(run, "folder")
    file = repository / "folder/manifest.json"
    file.write_text(file.read_text().replace('"version": "0.1.0"', '"version": "0.0.9"'))
    done = run("verify", "folder")
    assert done.returncode == 0
    assert "made by amanat 0.0.9" in done.stdout
    assert "pip install amanat==0.0.9" in run("verify", "folder", "--again", "-C", "small").stderr


def test_archives_that_are_damaged_or_lead_elsewhere_are_refused(run: Run, repository: Path) -> None:
    pack(run, "one.zip")
    whole = (repository / "one.zip").read_bytes()
    (repository / "cut.zip").write_bytes(whole[: len(whole) // 2])
    done = run("verify", "cut.zip")
    assert done.returncode == 2
    assert "is no whole archive" in done.stderr
    with zipfile.ZipFile(repository / "bad.zip", "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("../outside.txt", "x")
    assert "leads out of it" in run("verify", "bad.zip").stderr
    assert not (repository.parent / "outside.txt").exists()
    with zipfile.ZipFile(repository / "none.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    assert "is no evidence pack" in run("verify", "none.zip").stderr
    assert "cannot read" in run("verify", "nowhere").stderr


def test_nothing_is_written_over_and_nothing_is_left_half_there(run: Run, repository: Path) -> None:
    pack(run, "folder")
    before = sorted(os.listdir(repository))
    done = run("export", "evidence", "-C", "small", "-o", "folder")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    shutil.copy(repository / "small/base.yaml", repository / "file")
    assert run("export", "evidence", "-C", "small", "-o", "file/inside").returncode == 2
    (repository / "file").unlink()
    assert sorted(os.listdir(repository)) == before
