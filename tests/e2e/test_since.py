"""`amanat conflicts --since`: a change in a git repository, told from the outside."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.test_accept import FIELDS, FILLED, Run
from tests.support import write_files
from tests.unit.conflicts.samples import ORGANISATION

KEY = "fields:\n  customer.global_key: {label: Key, definition: What all know, category: id.internal, subject: customer}\n"


def git(folder: Path, *arguments: str) -> str:
    """Run git with an author, a day and no configuration of the machine's."""
    who = ("-c", "user.name=T", "-c", "user.email=t@shop.example", "-c", "commit.gpgsign=false")
    day = {"GIT_COMMITTER_DATE": "2026-05-01T12:00:00Z", "GIT_AUTHOR_DATE": "2026-05-01T12:00:00Z"}
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **day},
    )
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog in a folder of a repository, committed once and then changed."""
    root = write_files(
        tmp_path / "repo/cat", {"organisation.yaml": ORGANISATION, "fields.yaml": FIELDS, "key.yaml": KEY}
    )
    (root / ".gitattributes").write_text("*.yaml export-ignore\n")
    git(tmp_path / "repo", "init", "-q")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-qm", "first")
    return root


def test_a_change_is_told_by_what_it_introduced_resolved_and_changed(run: Run, root: Path) -> None:
    changed = FIELDS.replace("length: 191", "length: 100, format: email").replace(
        "254", "254, format: free_text"
    )
    (root / "fields.yaml").write_text("# moved\n\n" + changed.replace("unique: true", "unique: false"))
    before = git(root, "status", "--porcelain")
    done = run("conflicts", "--since", "HEAD", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    commit = git(root, "rev-parse", "HEAD")
    assert [line for line in done.stdout.splitlines() if not line.startswith("    ")] == [
        "introduced",
        "  warning CF111 customer.thing/format (open)",
        "resolved",
        "  error CF109 customer.thing/unique (open)",
        "changed",
        "  warning CF103 customer.thing/length (open)",
        f"1 introduced, 1 resolved, 1 changed since `HEAD` ({commit[:12]})",
    ]
    assert "    `crm.contacts.thing` was `191` and is `100`\n" in done.stdout
    assert git(root, "status", "--porcelain") == before
    assert run("conflicts", "--since", "HEAD", "--fail-on", "warning", cwd=root).returncode == 1
    told = run("conflicts", "--since", "HEAD", "-f", "json", "--facet", "length", cwd=root)
    document = json.loads(told.stdout)
    jsonschema.Draft202012Validator(load_schema("conflicts-since")).validate(document)
    assert document["since"] == {"revision": "HEAD", "commit": commit}
    assert (document["introduced"], document["resolved"], len(document["changed"])) == ([], [], 1)
    assert document["changed"][0]["differences"] == ["`crm.contacts.thing` was `191` and is `100`"]


def test_a_decision_is_a_change_and_moved_lines_are_none(run: Run, root: Path) -> None:
    (root / "fields.yaml").write_text("# moved\n\n" + FIELDS)
    done = run("conflicts", "--since", "HEAD", cwd=root)
    assert done.stdout.startswith("0 introduced, 0 resolved, 0 changed since `HEAD` (")
    run("conflicts", "--accept", "customer.thing/unique", *FILLED, cwd=root)
    done = run("conflicts", "--since", "HEAD", "--as-of", "2026-06-01", cwd=root)
    assert "    was open and is accepted\n    was error and is info\n" in done.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--since", "gone"), "there is no revision `gone`"),
        (("--since", "--all"), "there is no revision `--all`"),
        (("--since", ""), "there is no revision ``"),
        (("--since", "HEAD", "-f", "md"), "text or json"),
        (("--since", "HEAD", "--field", "nobody.x"), "no field is called `nobody.x`"),
        (("--since", "HEAD", "--accept", "a/b"), "takes no filters"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    run: Run, root: Path, options: tuple[str, ...], told: str
) -> None:
    done = run("conflicts", *options, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())


def test_outside_a_repository_and_before_the_catalog_is_said(run: Run, root: Path, tmp_path: Path) -> None:
    bare = write_files(tmp_path / "bare", {"organisation.yaml": ORGANISATION})
    done = run("conflicts", "--since", "HEAD", cwd=bare)
    assert done.returncode == 2
    assert "is not in a git repository" in done.stderr
    later = write_files(tmp_path / "repo/later", {"organisation.yaml": ORGANISATION})
    done = run("conflicts", "--since", "HEAD", cwd=later)
    assert done.returncode == 2
    assert "there was no catalog in `later` at `HEAD`" in done.stderr


def test_a_file_that_could_not_be_read_then_is_told(run: Run, root: Path) -> None:
    (root / "more.yaml").write_text("fields: [\n")
    (root / "link.yaml").symlink_to("/etc/hostname")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "broken")
    (root / "more.yaml").unlink()
    (root / "link.yaml").unlink()
    done = run("conflicts", "--since", "HEAD", cwd=root)
    assert done.returncode == 0
    assert done.stderr == "warning: `more.yaml` cannot be read at `HEAD`: conflicts may be missing\n"
