"""`amanat check` in a pipeline: several reports, only what is new, the baseline, and the files for CI systems."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from sarif_pydantic import Sarif

from amanat.schema import load_schema
from tests.e2e.conftest import Run

REPOSITORY = Path(__file__).parents[2]
WORKFLOW = REPOSITORY / ".github/workflows/amanat.yml"
NO_LEAD = "teams:\n  {0}: {{label: {0}, contact: {0}@shop.example}}\n"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@shop.example")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(small: Path) -> Path:
    """A repository whose catalog, in `small/`, has one finding: a team without lead and deputy."""
    (small / "one.yaml").write_text(NO_LEAD.format("one"))
    git(small.parent, "init", "-q", "-b", "main")
    git(small.parent, "add", "-A")
    git(small.parent, "commit", "-qm", "one")
    return small.parent


def test_several_reports_come_from_one_run(run: Run, repository: Path) -> None:
    done = run(
        "check", "small", "-o", "sarif:r/a.sarif", "-o", "junit:r/a.xml", "-o", "json:a.json", "-o", "md:a.md"
    )
    assert done.returncode == 0, done.stderr
    assert "warning[OW102" in done.stdout
    log = json.loads((repository / "r/a.sarif").read_text())
    Sarif.model_validate(log)
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "small/one.yaml"
    assert json.loads((repository / "a.json").read_text())["summary"]["warning"] == 1
    assert "small/one.yaml:2:3" in (repository / "a.md").read_text()
    assert run("check", "small", "-f", "github").stdout.startswith("::warning file=small/one.yaml,line=2,")
    plain = run("check", "small", "-f", "gitlab", "-o", "plain.json")
    assert plain.stdout == ""
    assert len(json.loads((repository / "plain.json").read_text())) == 1
    before = set(repository.iterdir())
    for arguments in (("-f", "gitlab", "-o", "-"), ("-o", "gitlab:-"), ("-o", "gitlab:/dev/stderr", "-q")):
        done = run("check", "small", *arguments)
        assert len(json.loads(done.stdout if arguments[-1] != "-q" else done.stderr)) == 1
    assert set(repository.iterdir()) == before


def test_the_summary_of_a_step_keeps_what_others_wrote_there(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "summary.md"))
    run("check", "small", "-o", f"md:{repository / 'summary.md'}")
    run("diff", "-C", "small", "-f", "md", "-o", str(repository / "summary.md"))
    titles = [line for line in (repository / "summary.md").read_text().splitlines() if line.startswith("# ")]
    assert titles == ["# ✅ amanat check", "# What this change means"]


def test_only_what_is_new_since_a_revision_counts(run: Run, repository: Path, small: Path) -> None:
    (small / "two.yaml").write_text(NO_LEAD.format("two"))
    (small / "one.yaml").rename(small / "moved.yaml")
    done = run("check", "small", "--since", "HEAD", "--fail-on", "warning")
    assert done.returncode == 1
    assert "two.yaml:2:3" in done.stdout
    assert "moved.yaml" not in done.stdout
    assert done.stdout.endswith(": new: 1 warning (1 old, 0 resolved since `HEAD`)\n")
    data = json.loads(run("check", "small", "--since", "HEAD", "-f", "json").stdout)
    jsonschema.validate(data, load_schema("check"))
    assert sorted(d["state"] for d in data["diagnostics"]) == ["new", "old"]
    (small / "two.yaml").unlink()
    (small / "moved.yaml").unlink()
    done = run("check", "small", "--since", "main", "--fail-on", "info")
    assert done.returncode == 0
    assert "resolved[OW102 owner-without-deputy] " in done.stdout


def test_a_translation_that_stayed_behind_is_told_since_a_revision(
    run: Run, repository: Path, small: Path
) -> None:
    root = small / "amanat.yaml"
    root.write_text(root.read_text().replace("languages: [en]", "languages: [en, fa]"))
    guest = (
        "subjects: {guest: {label: {en: Guest, fa: مهمان}, definition: {en: Who %s, fa: کسی که می‌خورد}}}\n"
    )
    (small / "guest.yaml").write_text(guest % "eats")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "guest")
    (small / "guest.yaml").write_text(guest % "eats and sleeps")
    assert "TX104" not in run("check", "small").stdout
    done = run("check", "small", "--since", "HEAD", "--fail-on", "warning")
    assert done.returncode == 1
    assert "warning[TX104 stale-translation]" in done.stdout
    assert "guest.yaml:1:93" in done.stdout
    assert ": new: 1 warning (" in done.stdout
    data = json.loads(run("check", "small", "--since", "HEAD", "-f", "json").stdout)
    jsonschema.validate(data, load_schema("check"))
    assert data["summary"]["warning"] == len([d for d in data["diagnostics"] if d["severity"] == "warning"])
    git(repository, "commit", "-qam", "more")
    assert "TX104" not in run("check", "small", "--since", "HEAD").stdout


def test_since_where_there_is_no_such_revision_or_no_git(run: Run, repository: Path) -> None:
    done = run("check", "small", "--since", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no revision `nope`" in done.stderr
    git(repository, "clone", "-q", "--depth", "1", repository.as_uri(), "cut")
    done = run("check", "cut/small", "--since", "HEAD~1")
    assert done.returncode == 2
    assert "in this clone, which is shallow" in done.stderr
    assert "git fetch --unshallow" in done.stderr
    for name in os.listdir(repository / ".git"):
        (repository / ".git" / name).rename(repository / f"was-{name}")
    (repository / ".git").rmdir()
    done = run("check", "small", "--since", "HEAD")
    assert done.returncode == 2
    assert "is not in a git repository" in done.stderr
    git(repository, "init", "-q")
    done = run("check", "small", "--since", "HEAD")
    assert done.returncode == 2
    assert "nothing was committed in this repository yet" in done.stderr


def test_since_follows_a_folder_that_got_another_name(run: Run, repository: Path) -> None:
    git(repository, "mv", "small", "moved")
    done = run("check", "moved", "--since", "HEAD", "--fail-on", "warning")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 old" in done.stdout


def test_all_is_new_in_the_change_that_begins_the_catalog(run: Run, repository: Path, small: Path) -> None:
    """Also where another catalog was there before, and still is."""
    git(repository, "checkout", "-q", "--orphan", "empty")
    git(repository, "rm", "-rqf", "--cached", ".")
    git(repository, "commit", "-q", "--allow-empty", "-m", "nothing")
    done = run("check", "small", "--since", "HEAD", "--fail-on", "warning")
    assert done.returncode == 1
    assert done.stderr == "note: there was no catalog in `small` at `HEAD`: all is new\n"
    data = json.loads(run("check", "small", "--since", "HEAD", "-f", "json").stdout)
    jsonschema.validate(data, load_schema("check"))
    assert "warning[OW102" in done.stdout
    shutil.copytree(small, repository / "other")
    git(repository, "add", "small")
    git(repository, "commit", "-qm", "small")
    assert run("check", "other", "--since", "HEAD", "--fail-on", "warning").returncode == 1


def test_a_baseline_lets_nothing_new_in_and_shrinks_by_itself(
    run: Run, repository: Path, small: Path
) -> None:
    assert "wrote 1 finding to known.json" in run("check", "small", "--write-baseline", "known.json").stderr
    check = ("check", "small", "--baseline", "known.json", "--fail-on", "info")
    done = run(*check)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": new: no findings (1 known in the baseline)\n")
    (small / "two.yaml").write_text(NO_LEAD.format("two"))
    before = (repository / "known.json").read_bytes()
    assert run(*check).returncode == 1
    assert (repository / "known.json").read_bytes() == before
    again = run("check", "small", "--write-baseline", "known.json")
    assert again.returncode == 2
    assert "may only shrink" in again.stderr
    (small / "one.yaml").unlink()
    done = run(*check)
    assert done.returncode == 1
    assert "1 finding gone: known.json is smaller now, commit it" in done.stderr
    (small / "one.yaml").write_text(NO_LEAD.format("one"))
    assert "one.yaml" in run(*check).stdout, "what came back is new"


def test_a_baseline_does_not_shrink_while_something_cannot_be_read(
    run: Run, repository: Path, small: Path
) -> None:
    run("check", "small", "--write-baseline", "known.json")
    before = (repository / "known.json").read_bytes()
    (small / "one.yaml").write_text("teams: [\n")
    done = run("check", "small", "--baseline", "known.json")
    assert done.returncode == 1
    assert (repository / "known.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no baseline"),
        ("{", "is not whole JSON"),
        ('{"version": 2, "findings": []}', "of version 2"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_told(
    run: Run, repository: Path, content: str | None, says: str
) -> None:
    if content is not None:
        (repository / "known.json").write_text(content)
    done = run("check", "small", "--baseline", "known.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "help: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-o", "sarif:"), "names no file"),
        (("-o", "sarif:x", "-o", "md:x"), "two reports go to `x`"),
        (("-o", "x", "-o", "y", "-o", "x"), "two reports go to `x`"),
        (("-o", "md:-", "-o", "json:-"), "two reports go to standard output"),
        (("-o", "sarf:x"), "there is no format `sarf`"),
        (("-o", "sarif:."), "cannot write `.`: it is a folder"),
        (("--write-baseline", "b", "--since", "HEAD"), "takes no other baseline"),
    ],
)
def test_reports_that_make_no_sense_are_refused(
    run: Run, small: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run("check", "small", *arguments)
    assert done.returncode == 2
    assert says in done.stderr


def test_the_workflow_for_github_is_valid_and_its_steps_run(repository: Path, small: Path) -> None:
    read = yaml.safe_load(WORKFLOW.read_text())
    workflow = {
        "on" if key is True else key: value for key, value in read.items()
    }  # YAML 1.1 reads `on` as yes
    jsonschema.validate(workflow, get_builtin_schema("vendor.github-workflows"))
    (small / "two.yaml").write_text(NO_LEAD.format("two"))
    (step,) = (s for s in workflow["jobs"]["check"]["steps"] if s.get("name") == "Check")
    (repository / "bin").mkdir()
    (repository / "bin/amanat").write_text(f'#!/bin/sh\nexec {sys.executable} -m amanat "$@"\n')
    (repository / "bin/amanat").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{repository / 'bin'}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(repository / "summary.md"),
        "CATALOG": "small",
        "FAIL_ON": "warning",
        "BASELINE": "",
        "BASE": git(repository, "rev-parse", "HEAD"),
    }
    assert set(step["env"]) <= environment.keys()
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::warning file=small/two.yaml,line=2,")
    assert "two" in (repository / "summary.md").read_text()
    results = json.loads((repository / "amanat.sarif").read_text())["runs"][0]["results"]
    assert sorted(result["baselineState"] for result in results) == ["new", "unchanged"]


def test_the_snippet_for_gitlab_is_valid_and_its_command_runs(
    run: Run, repository: Path, small: Path
) -> None:
    (text,) = re.findall(
        r"```yaml\n# \.gitlab-ci\.yml\n(.*?)```", (REPOSITORY / "README.md").read_text(), re.S
    )
    snippet = yaml.safe_load(text)
    jsonschema.Draft7Validator(get_builtin_schema("vendor.gitlab-ci")).validate(snippet)
    command = snippet["amanat"]["script"][-1].replace(
        "amanat check", f"{sys.executable} -m amanat check small", 1
    )
    base = git(repository, "rev-parse", "HEAD")
    for environment, new in (({}, 1), ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, 0)):
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=repository,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        reports = snippet["amanat"]["artifacts"]["reports"]
        assert len(json.loads((repository / reports["codequality"]).read_text())) == new
        assert (repository / reports["junit"]).is_file()
