"""The history in the site that `amanat build` writes: from the outside, in a git repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_accept import FIELDS, Run
from tests.e2e.test_since import git
from tests.support import write_files
from tests.unit.conflicts.samples import ORGANISATION

PAGE = "site/en/fields/customer.thing.html"
BUILD = ("build", "--fail-on", "never", "-o", "../out")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog in a folder of a repository, committed twice."""
    root = write_files(tmp_path / "repo/cat", {"organisation.yaml": ORGANISATION, "fields.yaml": FIELDS})
    git(root.parent, "init", "-q")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "first")
    (root / "fields.yaml").write_text(FIELDS.replace("length: 191", "length: 100"))
    git(root.parent, "commit", "-qam", "second <b>")
    return root


def test_the_page_tells_it_and_a_commit_elsewhere_leaves_the_build_as_it_is(run: Run, root: Path) -> None:
    assert run(*BUILD, cwd=root).returncode == 0
    text = (root.parent / "out" / PAGE).read_text(encoding="utf-8")
    assert "second &lt;b&gt;" in text
    assert text.index("second") < text.index("first</bdi>")
    (root.parent / "README").write_text("x")
    git(root.parent, "add", "README")
    git(root.parent, "commit", "-qm", "elsewhere")
    assert run(*BUILD, "--check", cwd=root).returncode == 0


def test_a_build_that_is_committed_stays_as_it_is_by_the_commit_that_holds_it(run: Run, root: Path) -> None:
    assert run(*BUILD, cwd=root).returncode == 0
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "the build")
    assert run(*BUILD, cwd=root).returncode == 0
    assert "The history is left out" in (root.parent / "out" / PAGE).read_text(encoding="utf-8")
    (root / "fields.yaml").write_text(FIELDS.replace("length: 191", "length: 120"))
    assert run(*BUILD, cwd=root).returncode == 0
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "catalog and build")
    assert run(*BUILD, "--check", cwd=root).returncode == 0
