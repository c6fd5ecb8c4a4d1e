"""Rules judged by two processes find what they find in one, in the same order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amanat.lint import engine
from amanat.load import load_catalog
from amanat.parallel import in_two
from amanat.rules import RULES
from tests.benchmarks.generate import write

DAY = date(2026, 6, 30)


@pytest.mark.parametrize("which", ["example", "defects"])
def test_two_processes_find_what_one_finds(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[3] / "catalog"
    if which == "defects":
        root = tmp_path / "catalog"
        write(root, 300, defects=0.1, snapshots=True)
    loaded = load_catalog(root)
    alone = engine.lint(loaded, RULES, DAY)
    assert len({diagnostic.code[:2] for diagnostic in alone}) > 3
    forked: list[int] = []

    def watched(items: Any, split: int, *how: Any) -> list[Any]:
        forked.append(split)
        return in_two(items, split, *how)

    monkeypatch.setattr(engine, "WORTH_IT", 0)
    monkeypatch.setattr(engine, "can_fork", lambda: True)
    monkeypatch.setattr(engine, "in_two", watched)
    assert engine.lint(loaded, RULES, DAY) == alone
    assert forked and 0 < forked[0] < len(RULES)
