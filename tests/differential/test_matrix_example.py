"""The fast matrix against the reference decision, on the example catalog: every cell of two actions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.policy.decide import decide
from amanat.policy.matrix import cells

EXAMPLE = Path(__file__).parents[2] / "catalog"
DAY = date(2026, 11, 1)


@pytest.mark.parametrize("action", ["read", "delete"])
def test_every_cell_of_the_matrix_is_what_the_reference_decides(action: str) -> None:
    catalog = load_catalog(EXAMPLE).catalog
    wrong = []
    count = 0
    for cell in cells(catalog, DAY, action=action):
        decision = decide(catalog, cell.role, cell.purpose, action, cell.field, DAY)
        count += 1
        if (cell.effect, cell.mask, cell.conditions, cell.reason) != (
            decision.effect,
            decision.mask,
            decision.conditions,
            decision.reason,
        ):
            wrong.append((cell, decision.effect, decision.reason))
    assert wrong == []
    assert count == len(catalog.roles) * len(catalog.purposes) * len(catalog.fields)
