"""Help teaches by examples: every command has one, and each runs on the example catalog. The reference in
`src/amanat/manual` is made from the same help."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from amanat.cli.main import main
from amanat.cli.reference import documented, files

ROOT = Path(__file__).parents[2]
COMMANDS = {one.name: one for one in documented()}
ELSEWHERE = (
    "amanat measure",  # needs the data: tests/e2e/test_measure.py
    "amanat policy verify",  # needs a database: tests/differential
    "amanat docs serve",
    "amanat lsp",
    "amanat build",
    "amanat export evidence",
    "amanat export odcs",
    "amanat verify",
)
"""What needs a server or many seconds is run by tests of its own."""
WRITES = "--accept"
"""What changes the catalog comes last."""
EXAMPLES = sorted(
    (example for one in COMMANDS.values() for example in one.examples if not example.startswith(ELSEWHERE)),
    key=lambda example: (WRITES in example, example),
)


def test_every_command_has_an_example_of_its_own() -> None:
    assert len(COMMANDS) > 30
    for name, one in COMMANDS.items():
        assert any(example.startswith(f"{name} ") for example in one.examples), name


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@shop.example", "-c", "init.defaultBranch=main")
    day = {"GIT_AUTHOR_DATE": "2026-06-30T12:00:00Z", "GIT_COMMITTER_DATE": "2026-06-30T12:00:00Z"}
    subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **day}
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example catalog in a repository with the branches, tags and files that examples name."""
    folder = tmp_path_factory.mktemp("shop") / "data"
    shutil.copytree(ROOT / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("build"))
    git(folder, "init", "-q", ".")
    for tag in ("v1.0", "v1.1", "v1.2"):
        (folder / "notes.txt").write_text(tag)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", tag)
        git(folder, "tag", tag)
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    (folder.parent / "edited").mkdir()
    shutil.copy(folder / "catalog/purposes.yaml", folder.parent / "edited")
    words = ("export", "notice", "--output", "published.html")
    subprocess.run([sys.executable, "-m", "amanat", *words], cwd=folder, check=False, capture_output=True)
    return folder


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_help_run(
    example: str,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command, _, output = example.partition(" > ")
    assert not output or output.startswith("~/")
    if command.startswith("amanat scan "):  # it changes the catalog: others go on with theirs
        repository = shutil.copytree(repository, tmp_path / "data")
        (repository / "schema.sql").write_text("CREATE TABLE account_user (id integer PRIMARY KEY);")
        for system in ("saleor", "lago"):
            with sqlite3.connect(tmp_path / f"{system}.db") as there:
                there.execute("CREATE TABLE people (id integer PRIMARY KEY)")
            monkeypatch.setenv(f"{system.upper()}_URL", f"sqlite:///{tmp_path}/{system}.db")
    (repository / "contract.yaml").write_text(
        "kind: DataContract\nname: new\nschema: [{name: t, properties: [{name: c}]}]\n"
    )
    (repository / "queries.csv").write_text("user,query\nann,SELECT email FROM account_user\n")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("HOME", str(repository.parent))
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    signal.alarm(100)  # an example that waits for ever fails
    code = main()
    signal.alarm(0)
    told = capsys.readouterr()
    assert code in (0, 1), told.err
    assert "error:" not in told.err


def test_the_reference_is_what_the_commands_say() -> None:
    """`python -m amanat.cli.reference src/amanat/manual` writes it."""
    for name, text in files().items():
        assert (ROOT / "src/amanat/manual" / name).read_text(encoding="utf-8") == text, name


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
def test_the_man_page_is_read_without_a_warning() -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", str(ROOT / "src/amanat/manual/amanat.1")],
        env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "amanat policy explain" in done.stdout and "--fail-on error|warning|info|never" in done.stdout
