"""Rules judged by two processes find what they find in one, in the same order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amanat.lint import engine
from amanat.lint.rule import Context
from amanat.load import load_catalog
from amanat.parallel import from_both_ends
from amanat.rules import RULES
from tests.benchmarks.generate import write

DAY = date(2026, 6, 30)
EXAMPLE = Path(__file__).parents[3] / "catalog"


@pytest.mark.parametrize("which", ["example", "defects"])
def test_two_processes_find_what_one_finds(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = EXAMPLE
    if which == "defects":
        root = tmp_path / "catalog"
        write(root, 300, defects=0.1, snapshots=True)
    loaded = load_catalog(root)
    alone = engine.lint(loaded, RULES, DAY)
    assert len({diagnostic.code[:2] for diagnostic in alone}) > 3
    forked: list[int] = []

    def watched(items: Any, *how: Any) -> list[Any]:
        forked.append(len(items))
        return from_both_ends(items, *how)

    monkeypatch.setattr(engine, "WORTH_IT", 0)
    monkeypatch.setattr(engine, "can_fork", lambda: True)
    monkeypatch.setattr(engine, "from_both_ends", watched)
    assert engine.lint(loaded, RULES, DAY) == alone
    assert forked and 1 < forked[0] < len(RULES)


@pytest.mark.parametrize("which", ["example", "defects"])
def test_no_result_that_rules_share_is_made_by_both(which: str, tmp_path: Path) -> None:
    root = EXAMPLE
    if which == "defects":
        root = tmp_path / "catalog"
        write(root, 100, defects=0.1, snapshots=True)
    catalog = load_catalog(root).catalog
    groups = engine._groups([rule for rule in RULES if rule.check is not None])
    wanted_by: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        context = Context(catalog, DAY)
        for rule in group:
            list(rule.check(context) if rule.check is not None else ())
        for name in context._shared:
            wanted_by.setdefault(name, set()).add(number)
    wanted_by.pop("rules.live_purposes")  # few, and cheap to find
    assert {name: len(numbers) for name, numbers in wanted_by.items()} == dict.fromkeys(wanted_by, 1)
    assert wanted_by["conflicts"] == {0}  # the first is judged here: callers go on to use it
