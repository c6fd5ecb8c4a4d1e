"""`amanat fmt` from the outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support import write_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]
MESSY = "teams:\r\n    crm:\r\n        contact: crm@shop.example\r\n        label:  CRM # ours\r\n"
NEAT = "teams:\r\n  crm:\r\n    label: CRM # ours\r\n    contact: crm@shop.example\r\n"


def test_the_example_is_laid_out(run: Run, example: Path) -> None:
    done = run("fmt", "--check", str(example))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("laid out already\n")


def test_check_names_files_diff_shows_a_patch_that_git_takes_and_neither_writes(
    run: Run, tmp_path: Path
) -> None:
    root = write_files(tmp_path / "shop", {"teams.yaml": MESSY.encode()})
    done = run("fmt", "--check", cwd=root)
    assert (done.returncode, done.stdout) == (1, "would change teams.yaml\n1 of 2 files would change\n")
    patched = run("fmt", "--diff", cwd=root)
    assert patched.returncode == 1
    assert (root / "teams.yaml").read_bytes() == MESSY.encode()
    shown = subprocess.run(
        [sys.executable, "-m", "amanat", "fmt", "--diff"], cwd=root, capture_output=True, check=False
    )
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", "-"], cwd=root, input=shown.stdout, check=True)
    assert (root / "teams.yaml").read_bytes() == NEAT.encode()


def test_writing_keeps_permissions_and_touches_only_what_changes(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "shop", {"teams.yaml": MESSY.encode()})
    (root / "teams.yaml").chmod(0o640)
    before = (root / "amanat.yaml").stat().st_ino
    done = run("fmt", cwd=root)
    assert (done.returncode, done.stdout) == (0, "changed teams.yaml\n1 of 2 files changed\n")
    assert (root / "teams.yaml").read_bytes() == NEAT.encode()
    assert (root / "teams.yaml").stat().st_mode & 0o777 == 0o640
    assert (root / "amanat.yaml").stat().st_ino == before
    assert run("fmt", cwd=root).stdout == "2 laid out already\n"


def test_a_conflict_marker_is_told_at_its_line_and_the_file_stays_while_others_are_laid_out(
    run: Run, tmp_path: Path
) -> None:
    broken = "teams:\n<<<<<<< ours\n  a: {label: A}\n=======\n  a: {label: B}\n>>>>>>> theirs\n"
    root = write_files(tmp_path / "shop", {"teams.yaml": MESSY.encode(), "broken.yaml": broken})
    done = run("fmt", cwd=root)
    assert done.returncode == 1
    assert "error: broken.yaml:2:1: a merge conflict is not resolved here\n" in done.stderr
    assert (root / "broken.yaml").read_text() == broken
    assert (root / "teams.yaml").read_bytes() == NEAT.encode()


def test_paths_that_are_not_there_or_not_yaml_are_refused(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "shop", {"notes.txt": "x"})
    assert run("fmt", "gone.yaml", cwd=root).stderr.startswith("error: there is no `gone.yaml`\n")
    assert run("fmt", "notes.txt", cwd=root).returncode == 2
