"""`--as-of REV|DATE`: an export of an earlier state is the same as the one that was made then."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Run


def git(folder: Path, *arguments: str, day: str = "2026-03-01") -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@shop.example")
    environment = {
        **os.environ,
        "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
    }
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout.strip()


EXPORTS = (
    ("export", "inventory"),
    ("export", "inventory", "-f", "json"),
    ("export", "inventory", "-f", "md", "--by", "field"),
    ("export", "retention"),
    ("export", "access", "-f", "json"),
    ("export", "transfers"),
    ("export", "holds"),
    ("export", "discrepancies"),
    ("export", "ropa", "-f", "json"),
    ("export", "ropa", "-f", "html"),
    ("show", "customer.id"),
    ("list", "fields"),
    ("export", "odcs", "shop"),
    ("export", "dcat"),
    ("export", "assessments"),
    ("export", "dpv"),
    ("where", "*", "-f", "json"),
    ("query", "SELECT * FROM fields"),
    ("conflicts",),
    ("conflicts", "-f", "json"),
    ("conflicts", "--since", "March"),
    ("policy", "matrix", "-f", "csv"),
    ("policy", "matrix", "--changed-since", "March"),
    ("policy", "explain", "--role", "agent", "--purpose", "orders", "--field", "customer.id"),
    ("identity",),
    ("identity", "-f", "json"),
    ("golden",),
    ("golden", "customer.id", "--explain"),
)


@pytest.fixture
def repository(small: Path) -> Path:
    """A catalog with commits of March, April and May; the field's definition says the month."""
    root = small.parent
    git(root, "init", "-q", "-b", "main")
    for month, day in (("March", "2026-03-10"), ("April", "2026-04-10"), ("May", "2026-05-10")):
        text = (small / "base.yaml").read_text()
        for word in (
            "Number by which every system knows the customer.",
            "Number of March.",
            "Number of April.",
        ):
            text = text.replace(word, f"Number of {month}.")
        (small / "base.yaml").write_text(text)
        git(root, "add", "-A", day=day)
        git(root, "commit", "-qm", month, day=day)
        git(root, "tag", month, day=day)
    return root


def test_an_export_of_an_earlier_state_is_the_same_as_then(run: Run, repository: Path, small: Path) -> None:
    git(repository, "checkout", "-q", "April")
    then = {one: run(*one, "-C", "small").stdout for one in EXPORTS}
    git(repository, "checkout", "-q", "main")
    (small / "more.yaml").write_text("teams: [\n")
    for one, text in then.items():
        assert text, one
        done = run(*one, "-C", "small", "--as-of", "April")
        assert done.stdout == text, one
        assert "as of commit " in done.stderr
        assert "/tmp/" not in done.stdout


def test_a_day_is_the_last_commit_on_or_before_it(run: Run, repository: Path) -> None:
    for day, month in (
        ("2026-04-10", "April"),
        ("2026-04-09", "March"),
        ("2026-05-09", "April"),
        ("2026-05-10", "May"),
        ("2030-01-01", "May"),
    ):
        shown = run("show", "customer.id", "-C", "small", "--as-of", day).stdout
        assert f"Number of {month}." in shown, day


def test_a_later_day_judges_what_stands_now(run: Run, repository: Path, small: Path) -> None:
    text = (small / "base.yaml").read_text()
    (small / "base.yaml").write_text(text.replace("Number of May.", "Number of today."))
    assert "Number of today." in run("show", "customer.id", "-C", "small", "--as-of", "2026-05-10").stdout
    assert "Number of May." in run("show", "customer.id", "-C", "small", "--as-of", "HEAD").stdout


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("2026-03-09", "there was no catalog on 2026-03-09"),
        ("June", "there is no revision `June`"),
        ("2026-13-01", "there is no revision `2026-13-01`"),
        ("--all", "there is no revision `--all`"),
    ],
)
def test_what_was_not_there_is_told(run: Run, repository: Path, as_of: str, says: str) -> None:
    done = run("export", "inventory", "-C", "small", f"--as-of={as_of}")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "help: " in done.stderr


def test_outside_git_a_day_judges_and_a_revision_is_refused(run: Run, small: Path) -> None:
    assert run("export", "holds", "-C", "small", "--as-of", "2026-03-01").returncode == 0
    done = run("export", "holds", "-C", "small", "--as-of", "main")
    assert done.returncode == 2
    assert "is not in a git repository" in done.stderr
    assert "`2026-3-1` is not a date" in run("export", "holds", "-C", "small", "--as-of", "2026-3-1").stderr


def test_a_shallow_clone_says_that_it_does_not_reach_back(run: Run, repository: Path) -> None:
    git(repository, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    done = run("export", "holds", "-C", "shallow/small", "--as-of", "2026-04-15")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the clone is shallow and does not reach back to 2026-04-15" in done.stderr
