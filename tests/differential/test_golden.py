"""The generated SQL builds the golden record that is known, in PostgreSQL and in DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.differential import golden
from tests.differential.postgres import Database

_CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "golden" / "winners.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("target", ["postgres", "duckdb"])
@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_the_known_winner_wins(case: dict[str, Any], target: str, database: Database) -> None:
    made = golden.catalog(case)
    prepared = golden.setup(golden.columns_of(case), case["rows"])
    view = golden.sql_of(made, target)
    if target == "duckdb":
        answer = golden.in_duckdb(prepared, view)
    else:
        answer = golden.in_postgres(database, prepared, view)
    expected = {
        customer: (tuple(value) if isinstance(value, list) else value, source, reason)
        for customer, (value, source, reason) in case["expect"].items()
    }
    assert answer == expected
