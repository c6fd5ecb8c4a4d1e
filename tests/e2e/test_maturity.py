"""`amanat maturity` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from amanat.schema import load_schema
from tests.e2e.conftest import Run


def test_the_example_is_counted_in_every_format(run: Run, example: Path) -> None:
    text = run("maturity", "--catalog", str(example))
    assert text.returncode == 0 and "Are the columns of each system observed?" in text.stdout
    assert "counted: 7 of 7" in text.stdout and "systems/chatwoot.yaml:2" in text.stdout
    persian = run("maturity", "--lang", "fa", "-f", "md", "--catalog", str(example)).stdout
    assert persian.startswith("# بلوغ حکمرانی داده") and "۷ از ۷" in persian
    done = run("maturity", "-f", "json", "--catalog", str(example))
    found = json.loads(done.stdout)
    jsonschema.validate(found, load_schema("maturity"))
    assert len(found["dimensions"]) == 10


def test_an_unknown_language_is_refused(run: Run, example: Path) -> None:
    done = run("maturity", "--lang", "de", "--catalog", str(example))
    assert done.returncode == 2 and "no language `de`" in done.stderr
