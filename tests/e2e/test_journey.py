"""`amanat journey` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from amanat.schema import load_schema
from tests.e2e.conftest import Run


def test_the_example_is_mapped_in_every_format(run: Run, example: Path) -> None:
    text = run("journey", "--catalog", str(example))
    assert text.returncode == 0 and "Entry (entry), overloaded" in text.stdout
    persian = run("journey", "--lang", "fa", "-f", "md", "--catalog", str(example)).stdout
    assert persian.startswith("# نقشهٔ سفر مشتری") and "بیش از حد سنگین" in persian
    found = json.loads(run("journey", "-f", "json", "--catalog", str(example)).stdout)
    jsonschema.validate(found, load_schema("journey"))
    assert [one["stage"] for one in found["stages"]][:3] == ["discovery", "signup", "entry"]
    assert all(one["touchpoints"] for one in found["stages"])


def test_an_unknown_language_is_refused(run: Run, example: Path) -> None:
    done = run("journey", "--lang", "de", "--catalog", str(example))
    assert done.returncode == 2 and "no language `de`" in done.stderr
