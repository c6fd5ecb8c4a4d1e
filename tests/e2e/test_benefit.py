"""`amanat benefit` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from amanat.schema import load_schema
from tests.e2e.conftest import Run


def test_the_example_is_counted_in_every_format(run: Run, example: Path) -> None:
    text = run("benefit", "--catalog", str(example))
    assert text.returncode == 0 and "Purposes that customers do not expect" in text.stdout
    assert "1 of 26 (4" in text.stdout and "purposes.yaml:" in text.stdout
    persian = run("benefit", "--lang", "fa", "-f", "md", "--catalog", str(example)).stdout
    assert persian.startswith("# هدف‌ها و سود مشتری") and "۲۶ از ۲۶" in persian
    found = json.loads(run("benefit", "-f", "json", "--catalog", str(example)).stdout)
    jsonschema.validate(found, load_schema("benefit"))
    assert len(found["purposes"]) == found["counts"]["purposes"] == 26


def test_an_unknown_language_is_refused(run: Run, example: Path) -> None:
    done = run("benefit", "--lang", "de", "--catalog", str(example))
    assert done.returncode == 2 and "no language `de`" in done.stderr
