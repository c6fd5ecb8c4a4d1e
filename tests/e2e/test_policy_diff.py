"""`amanat policy diff` and `policy matrix --changed-since`: what a change opens, told from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run
from tests.e2e.test_since import git
from tests.support import write_files
from tests.unit.policy.support import BASE as BARE
from tests.unit.policy.support import ROOT
from tests.unit.policy.test_postgres import SYSTEMS

BASE = BARE.replace("    classification:", "    retention: keep\n    classification:")
KEEP = "{label: Keep, keep: P1Y, from: order, proved_by: shop.customers.email, then: delete}"
MORE = f"retention: {{keep: {KEEP}}}\n{SYSTEMS}"
GRANT = "      marketer: [read, export]\n"
OPENED = BASE.replace(GRANT, "      marketer: [read, export, share]\n")
CLOSED = BASE.replace(GRANT, "      marketer: [read]\n")
DAY = ("--as-of", "2026-06-30")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog in a folder of a repository, committed once."""
    root = write_files(
        tmp_path / "repo/cat", {"amanat.yaml": ROOT, "org/base.yaml": BASE, "org/all.yaml": MORE}
    )
    git(tmp_path / "repo", "init", "-q")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-qm", "first")
    return root


def test_what_an_edit_would_open_is_told_and_nothing_is_written(run: Run, root: Path, tmp_path: Path) -> None:
    edit = tmp_path / "base.yaml"
    edit.write_text(OPENED, encoding="utf-8")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = run("policy", "diff", "--with", str(edit), "--fail-on", "opened", *DAY, cwd=root)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "opened: 6 cells",
        *(
            line
            for purpose in ("marketing", "marketing.email")
            for line in (
                f"  marketer for {purpose}",
                (
                    "    + share: deny (action_not_granted) -> mask (year), only in rows with consent for "
                    f"{purpose}: shop.customers.news = true"
                ),
                "        customer.birth_date",
                (
                    "    + share: deny (action_not_granted) -> allow, only in rows with consent for "
                    f"{purpose}: shop.customers.news = true"
                ),
                "        customer.email",
                (
                    "    + share: deny (action_not_granted) -> mask (redact), only in rows with consent for "
                    f"{purpose}: shop.customers.news = true"
                ),
                "        customer.phone",
            )
        ),
        f"6 opened, 0 closed with `{edit}` for `org/base.yaml`",
    ]
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_an_edit_that_only_closes_fails_only_where_any_change_does(
    run: Run, root: Path, tmp_path: Path
) -> None:
    edit = tmp_path / "edited.yaml"
    edit.write_text(CLOSED, encoding="utf-8")
    asked = ("policy", "diff", "--with", str(edit), "--as", "org/base.yaml", *DAY)
    assert run(*asked, "--fail-on", "opened", cwd=root).returncode == 0
    assert run(*asked, "--fail-on", "any", cwd=root).returncode == 1
    done = run(*asked, "--format", "json", "--action", "export", "--field", "customer.email", cwd=root)
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(load_schema("policy-changes")).validate(document)
    assert (document["since"], document["with"]) == (None, ["org/base.yaml"])
    assert document["summary"] == {"opened": 0, "closed": 2}


def test_a_new_file_can_be_tried(run: Run, root: Path, tmp_path: Path) -> None:
    edit = tmp_path / "denials.yaml"
    edit.write_text(
        "denials: {d: {role: agent, purpose: service.calls, reason: not by phone}}", encoding="utf-8"
    )
    done = run("policy", "diff", "--with", str(edit), "--as", "org/denials.yaml", *DAY, cwd=root)
    assert "    - delete, read, update: allow -> deny (denied:d)\n" in done.stdout
    assert not (root / "org/denials.yaml").exists()


def test_a_change_in_the_working_tree_is_compared_with_a_revision(run: Run, root: Path) -> None:
    assert run("policy", "diff", *DAY, cwd=root).stdout.startswith("0 opened, 0 closed since `HEAD` (")
    (root / "org/base.yaml").write_text(CLOSED, encoding="utf-8")
    commit = git(root, "rev-parse", "HEAD")
    by_diff = run("policy", "diff", "HEAD", "-f", "csv", *DAY, cwd=root)
    by_matrix = run("policy", "matrix", "--changed-since", "HEAD", "-f", "csv", *DAY, cwd=root)
    assert by_diff.stdout == by_matrix.stdout
    assert by_diff.stdout.splitlines()[1].startswith(
        "closed,marketer,marketing,export,customer.birth_date,mask,year,"
    )
    document = json.loads(run("policy", "diff", "HEAD", "-f", "json", *DAY, cwd=root).stdout)
    assert document["since"] == {"revision": "HEAD", "commit": commit}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--with", "gone.yaml"), "there is no file `gone.yaml`"),
        (("--with", "../other.yaml"), "no file of the catalog is called `other.yaml`"),
        (("--with", "../other.yaml", "--as", "../x.yaml"), "`../x.yaml` is not a file of a catalog"),
        (
            ("--with", "../other.yaml", "--as", "build/x.yaml"),
            "`build/x.yaml` is no place for a catalog's file",
        ),
        (("--with", "../other.yaml", "--as", "more.yaml"), "is declared twice"),
        (("--with", "../broken.yaml", "--as", "org/base.yaml"), "../broken.yaml:3: not valid YAML"),
        (
            ("--with", "org/base.yaml", "--with", "../cat/org/base.yaml"),
            "both stand for `org/base.yaml`",
        ),
        (("--as", "org/base.yaml"), "`--as` goes with `--with FILE`"),
        (("gone",), "there is no revision `gone`"),
        (("--role", "ghost"), "no role matches `ghost`"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    run: Run, root: Path, options: tuple[str, ...], told: str
) -> None:
    (root.parent / "other.yaml").write_text(OPENED, encoding="utf-8")
    (root.parent / "broken.yaml").write_text("roles:\n  a: [\n", encoding="utf-8")
    done = run("policy", "diff", *options, *DAY, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())


def test_an_edit_that_may_stand_for_two_files_is_asked_about(run: Run, root: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (root / folder).mkdir()
        (root / folder / "same.yaml").write_text("{}", encoding="utf-8")
    edit = tmp_path / "same.yaml"
    edit.write_text("{}", encoding="utf-8")
    done = run("policy", "diff", "--with", str(edit), *DAY, cwd=root)
    assert done.returncode == 2
    assert "may stand for `a/same.yaml`, `b/same.yaml`" in done.stderr
    deeper = tmp_path / "b/same.yaml"
    deeper.parent.mkdir()
    deeper.write_text("{}", encoding="utf-8")
    assert "for `b/same.yaml`" in run("policy", "diff", "--with", str(deeper), *DAY, cwd=root).stdout


def test_an_answer_that_rests_on_what_could_be_read_is_warned_of(
    run: Run, root: Path, tmp_path: Path
) -> None:
    edit = tmp_path / "base.yaml"
    edit.write_text(BASE.replace("clearance: internal", "clearence: internal"), encoding="utf-8")
    done = run("policy", "diff", "--with", str(edit), "--fail-on", "opened", *DAY, cwd=root)
    assert done.returncode == 0
    assert done.stderr.startswith("warning: the catalog with the edit has a fault in how it is written")
    assert "deny (above_clearance)" in done.stdout
