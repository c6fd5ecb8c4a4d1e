"""`amanat build`: the main job, and that it loses nothing."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.support import write_files


def _content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_build_writes_policy_site_inventory_findings_and_schemas(run: Run, small: Path) -> None:
    done = run("build", cwd=small)
    assert done.returncode == 0, done.stdout + done.stderr
    names = _content(small / "build")
    for name in (
        "site/index.html",
        "site/en/fields/customer.id.html",
        "policy/postgres/shop.sql",
        "policy/postgres/shop.undo.sql",
        "policy/postgres/shop.loss.json",
        "inventory/inventory.csv",
        "inventory/inventory.json",
        "inventory/discrepancies.csv",
        "inventory/catalog.sqlite",
        "findings/check.json",
        "findings/conflicts.json",
        "schemas/catalog-file.schema.json",
    ):
        assert name in names, name
    assert "open " in done.stdout and "index.html" in done.stdout


def test_the_same_catalog_gives_the_same_bytes_anywhere(small: Path, tmp_path: Path) -> None:
    results = []
    for n, settings in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "Asia/Tehran"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "UTC"})
    ):
        out = tmp_path / f"out{n}"
        copy = write_files(tmp_path / f"copy{n}", {p.name: p.read_bytes() for p in small.glob("*.yaml")})
        subprocess.run(
            [sys.executable, "-m", "amanat", "build", "-C", str(copy), "-o", str(out), "-q"],
            check=True,
            env={**os.environ, **settings},
        )
        results.append(_content(out))
    assert results[0].keys() == results[1].keys()
    assert [name for name in results[0] if results[0][name] != results[1][name]] == []


def test_a_commit_that_changes_nothing_makes_nothing_stale(run: Run, small: Path) -> None:
    def git(*arguments: str, day: str = "2026-01-01T00:00:00Z") -> None:
        environment = {**os.environ, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        identity = ("-c", "user.name=t", "-c", "user.email=t@shop.example")
        subprocess.run(
            ["git", *identity, *arguments], cwd=small, check=True, env=environment, capture_output=True
        )

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    assert run("build", "-q", cwd=small).returncode == 0
    git("commit", "-q", "--allow-empty", "-m", "two", day="2026-02-02T00:00:00Z")
    done = run("build", "--check", cwd=small)
    assert (done.returncode, "up to date" in done.stdout) == (0, True), done.stdout


def test_build_check_notices_stale_missing_and_edited_files_and_writes_nothing(run: Run, small: Path) -> None:
    assert run("build", "--check", cwd=small).returncode == 1
    assert not (small / "build").exists()
    run("build", cwd=small)
    assert run("build", "--check", cwd=small).returncode == 0
    (small / "build" / "site" / "index.html").write_text("mine")
    (small / "build" / "inventory" / "inventory.csv").unlink()
    before = _content(small / "build")
    done = run("build", "--check", cwd=small)
    assert done.returncode == 1
    assert "edited by hand: build/site/index.html" in done.stdout
    assert "missing: build/inventory/inventory.csv" in done.stdout
    assert _content(small / "build") == before
    base = small / "base.yaml"
    base.write_text(base.read_text().replace("Customer number", "Number of the customer"))
    assert "stale: " in run("build", "--check", cwd=small).stdout


def test_a_file_that_was_edited_by_hand_is_not_overwritten_unless_forced(run: Run, small: Path) -> None:
    run("build", cwd=small)
    edited = small / "build" / "policy" / "postgres" / "shop.sql"
    edited.write_text("-- my own line")
    done = run("build", cwd=small)
    assert done.returncode == 2
    assert "`policy/postgres/shop.sql`" in done.stderr and "--force" in done.stderr
    assert edited.read_text() == "-- my own line"
    assert run("build", "--force", cwd=small).returncode == 0
    assert edited.read_text() != "-- my own line"


def test_files_of_others_stay_and_files_no_longer_generated_go(run: Run, small: Path) -> None:
    more = small / "more.yaml"
    more.write_text("teams:\n  care: {label: Care, contact: care@shop.example, lead: Head, deputy: Second}\n")
    run("build", cwd=small)
    page = small / "build" / "site" / "en" / "teams" / "care.html"
    assert page.exists()
    mine = small / "build" / "site" / "notes.txt"
    mine.write_text("mine")
    more.unlink()
    assert run("build", cwd=small).returncode == 0
    assert not page.exists()
    assert mine.read_text() == "mine"


def test_policy_alone_is_part_of_the_build_and_overwrites_no_edit_either(run: Run, small: Path) -> None:
    run("build", cwd=small)
    assert run("policy", "build", cwd=small).returncode == 0
    assert run("build", "--check", cwd=small).returncode == 0
    edited = small / "build" / "policy" / "postgres" / "shop.sql"
    edited.write_text("-- my own line")
    done = run("policy", "build", cwd=small)
    assert (done.returncode, "--force" in done.stderr) == (2, True)
    assert edited.read_text() == "-- my own line"
    assert run("policy", "build", "--force", cwd=small).returncode == 0
    assert run("build", "--check", cwd=small).returncode == 0


def test_policy_alone_into_an_empty_folder(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("policy", "build", "-o", str(tmp_path / "out"), cwd=small).returncode == 0
    assert (tmp_path / "out" / "policy" / "postgres" / "shop.undo.sql").exists()


def test_nothing_is_built_from_a_catalog_with_errors(run: Run, small: Path) -> None:
    run("build", cwd=small)
    before = _content(small / "build")
    (small / "more.yaml").write_text("teams:\n  a: {label: A}\n")
    done = run("build", cwd=small)
    assert done.returncode == 1
    assert "more.yaml:2:3" in done.stdout
    assert "nothing was built" in done.stderr
    assert _content(small / "build") == before


def test_a_place_that_cannot_be_written_is_a_clear_error(run: Run, small: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    done = run("build", "-o", str(blocked / "out"), cwd=small)
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that even root cannot write to")
def test_a_folder_that_nobody_may_write_to_is_a_clear_error(run: Run, small: Path) -> None:
    done = run("build", "-o", "/proc/amanat", cwd=small)
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write `/proc/amanat`") and "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_clear_error(run: Run, small: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    done = run("build", "-o", str(locked / "out"), cwd=small)
    assert (done.returncode, "Permission denied" in done.stderr) == (2, True)


def test_when_the_disk_fills_the_old_files_stay(run: Run, small: Path) -> None:
    run("build", cwd=small)
    before = _content(small / "build")
    base = small / "base.yaml"
    base.write_text(base.read_text().replace("Customer number", "Number of the customer"))

    def little_room() -> None:  # no file may grow beyond 40 kB: the database cannot be written
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    done = run("build", cwd=small, preexec_fn=little_room)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "cannot write" in done.stderr and "unchanged" in done.stderr
    assert _content(small / "build") == before
    assert not [p for p in (small / "build").iterdir() if p.name.startswith(".amanat-") and p.is_dir()]


def test_the_example_catalog_builds_clean(run: Run, example: Path, tmp_path: Path) -> None:
    done = run("build", "-C", str(example), "-o", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "out" / "findings" / "check.json").read_text(encoding="utf-8"))
    assert report["summary"]["error"] == 0
    assert report["catalog"]["fields"] >= 80 and report["catalog"]["sources"] >= 300
