"""The facts: columns of seven real systems, which of them hold one field, and how those differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from amanat.conflicts.observed import observed_claims
from amanat.conflicts.values import Claims
from amanat.model.snapshot import ObservedColumn

FACTS = Path(__file__).parents[1] / "cases" / "facts"
ENGINES = {
    "chatwoot": "postgresql",
    "killbill": "mysql",
    "lago": "postgresql",
    "matomo": "mysql",
    "mautic": "mysql",
    "saleor": "postgresql",
    "suitecrm": "mysql",
}
Column = tuple[str, str, str]


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of facts."""
    with (FACTS / name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def two_columns(row: dict[str, str]) -> tuple[Column, Column]:
    """The two columns of which a row of a truth speaks."""
    return (row["system1"], row["table1"], row["column1"]), (row["system2"], row["table2"], row["column2"])


@cache
def columns() -> dict[Column, Claims]:
    """What every column of the seven systems claims."""
    found = {}
    for system, engine in ENGINES.items():
        for row in rows(f"systems/{system}.csv"):
            key = (system, row["table"], row["column"])
            found[key] = observed_claims(engine, _observed(row), defaults=True)
    return found


def _observed(row: dict[str, str]) -> ObservedColumn:
    size = row["length"]
    numbers = [int(part) for part in size.split(",")] if size else []
    is_time = "time" in row["native_type"]
    decimal = len(numbers) == 2
    return ObservedColumn(
        table=row["table"],
        column=row["column"],
        type=row["native_type"],
        length=numbers[0] if numbers and not (decimal or is_time) else None,
        precision=numbers[0] if numbers and (decimal or is_time) else None,
        scale=numbers[1] if decimal else None,
        nullable={"YES": True, "NO": False}.get(row["nullable"]),
        default=row["default"] or None,
        values=dict(_value(value) for value in row["enum_values"].split("|")) if row["enum_values"] else {},
        keys=(),
        comment="",
        line=1,
    )


def _value(value: str) -> tuple[str, str]:
    code, _, meaning = value.partition("=")
    return code, meaning
