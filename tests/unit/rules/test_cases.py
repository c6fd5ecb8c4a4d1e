"""Rules at work: every case of tests/cases/rules, laid over the base catalog of the rule pages.

`expect` lists every finding, but for those of the rules in `beside`, which the case is not about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from amanat.diagnostic import Severity
from amanat.lint.engine import lint
from amanat.rules import RULES
from amanat.rules.base import base_files
from amanat.rules.gate import JUDGING
from tests.support import catalog_of

CASES = Path(__file__).parents[2] / "cases" / "rules"
PROFILES = ("core", "gdpr", "ir", "ccpa", "pci", "style")
_MILD = frozenset(
    rule.code
    for rule in RULES
    if rule.code.startswith(JUDGING) and rule.severity is not Severity.ERROR and rule.check is not None
)


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {name}")
        for file in sorted(CASES.glob("*.yaml"))
        for name, case in yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader).items()
    ]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    files: dict[str, str | bytes] = {**base_files(), **case.get("files", {}), "example.yaml": case["given"]}
    loaded = catalog_of(files)
    settings = replace(loaded.catalog.settings, profiles=PROFILES)
    loaded = replace(loaded, catalog=replace(loaded.catalog, settings=settings))
    as_of = date.fromisoformat(case["as_of"]) if "as_of" in case else None
    judged = lint(loaded, RULES, as_of)
    graver = [d.code for d in judged if d.severity is Severity.ERROR and d.code in _MILD]
    assert graver == [], "the gate asks only rules that are errors"
    found = [
        f"{d.code} {d.place.file}:{d.span.line if d.span else 0}:{d.span.column if d.span else 0} {d.subject}"
        for d in judged
        if d.code not in case.get("beside", ())
    ]
    assert found == case["expect"]
