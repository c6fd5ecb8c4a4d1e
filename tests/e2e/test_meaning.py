"""`amanat meaning` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from amanat.schema import load_schema
from tests.e2e.conftest import Run


def test_the_example_is_told_in_every_format(run: Run, example: Path) -> None:
    text = run("meaning", "--catalog", str(example))
    assert text.returncode == 0 and "Figures with caveats" in text.stdout and "Confidence: 78%" in text.stdout
    persian = run("meaning", "--lang", "fa", "-f", "md", "--catalog", str(example)).stdout
    assert persian.startswith("# معنای رقم‌ها و برآوردها") and "۴ از ۴" in persian
    found = json.loads(run("meaning", "-f", "json", "--catalog", str(example)).stdout)
    jsonschema.validate(found, load_schema("meaning"))
    assert found["counts"]["fields"] == found["counts"]["dated"] + len(found["undated"])


def test_an_unknown_language_is_refused(run: Run, example: Path) -> None:
    done = run("meaning", "--lang", "de", "--catalog", str(example))
    assert done.returncode == 2 and "no language `de`" in done.stderr
