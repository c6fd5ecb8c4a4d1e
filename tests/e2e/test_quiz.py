"""`amanat quiz` as people run it: asked line by line, in a script, as a paper."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema

from amanat.schema import load_schema
from tests.e2e.conftest import Run


def _right(run: Run, example: Path, *more: str) -> list[int]:
    """The right answers, as somebody learns them who answers wrongly first."""
    done = run("quiz", "support_agent", "--answers", "1", "-f", "json", *more, "--catalog", str(example))
    assert done.returncode == 1
    found = json.loads(done.stdout)
    jsonschema.validate(found, load_schema("quiz"))
    return [one["right"] for one in found["questions"]]


def test_the_exit_code_says_who_passed(run: Run, example: Path, tmp_path: Path) -> None:
    right = _right(run, example)
    (tmp_path / "answers.txt").write_text("\n".join(map(str, right)))
    for answers in (",".join(map(str, right)), "answers.txt"):
        done = run("quiz", "support_agent", "--answers", answers, "--catalog", str(example))
        assert (done.returncode, done.stdout) == (0, "9 of 9 right. Passed (at least 80 % were needed).\n")
    half = ",".join(map(str, right[:5]))
    done = run("quiz", "support_agent", "--answers", half, "--catalog", str(example))
    assert done.returncode == 1 and "5 of 9 right. Not passed" in done.stdout
    assert "no answer" in done.stdout and ".yaml:" in done.stdout
    done = run("quiz", "support_agent", "--answers", half, "--pass", "50", "--catalog", str(example))
    assert done.returncode == 0


def test_a_paper_does_not_tell_what_is_right(run: Run, example: Path) -> None:
    done = run("quiz", "analyst", "--seed", "q4", "-f", "json", "--catalog", str(example))
    assert done.returncode == 0
    found = json.loads(done.stdout)
    jsonschema.validate(found, load_schema("quiz"))
    assert all(one["right"] is None and one["line"] is None for one in found["questions"])
    assert found["score"] is None


def test_lines_are_read_one_by_one_and_what_is_no_choice_is_asked_again(run: Run, example: Path) -> None:
    right = _right(run, example, "--lang", "fa")
    lines = "".join(f"{one}\n" for one in ("x", 7, *right))
    done = subprocess.run(
        [sys.executable, "-m", "amanat", "quiz", "support_agent", "--lang", "fa", "--catalog", str(example)],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0 and "۹ از ۹ درست" in done.stdout
    assert done.stderr.count("۱ تا") == len(right) + 2 and "آزمون نقش" in done.stderr


def test_an_unknown_role_is_refused_with_the_nearest(run: Run, example: Path) -> None:
    done = run("quiz", "suport_agent", "--catalog", str(example))
    assert done.returncode == 2 and "did you mean `support_agent`" in done.stderr
