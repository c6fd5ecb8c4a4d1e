"""Policy tests: a catalog's own expectations, run against its matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product

from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field
from amanat.model.resources import Expectation
from amanat.policy.matrix import ACTIONS, Matrix, chosen, matrix
from amanat.policy.request import Outcome

SHOWN = 5
"""How many cells that differ are told of one expectation."""


class Verdict(StrEnum):
    """How an expectation fared. One that matches no cell is empty: it can never fail, and proves nothing."""

    PASS = "pass"
    FAIL = "FAIL"
    EMPTY = "EMPTY"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an expectation: how many cells it is about, how many differ, and the first of those in
    words."""

    expectation: Expectation
    verdict: Verdict
    cells: int
    different: int
    broken: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every cell is as expected, and there is at least one."""
        return self.verdict is Verdict.PASS


def run_expectations(catalog: Catalog, as_of: date | None) -> tuple[Result, ...]:
    """Every expectation, by id."""
    if not catalog.expectations:
        return ()
    table = matrix(catalog, as_of)
    return tuple(_run(table, entry) for _, entry in sorted(catalog.expectations.items()))


def _run(table: Matrix, expected: Expectation) -> Result:
    catalog = table.catalog
    fields = [at for at, name in enumerate(table.fields) if _asks(expected, catalog.fields[name])]
    roles = [name for name in sorted(catalog.roles) if chosen(expected.role, name)]
    purposes = [name for name in sorted(catalog.purposes) if chosen(expected.purpose, name)]
    actions = [action for action in ACTIONS if expected.action in (None, action)]
    cells = len(fields) * len(roles) * len(purposes) * len(actions)
    if not cells:
        return Result(expected, Verdict.EMPTY, 0, 0, (_why_empty(expected, roles, purposes),))
    broken: list[str] = []
    for role, purpose, action in product(roles, purposes, actions):
        numbers = table.kinds(role, purpose, action).numbers
        for at in fields:
            got = table.answer(role, purpose, action, numbers[at])
            if got.effect.value != expected.effect:
                broken.append(f"{role} · {purpose} · {action} · {table.fields[at]}: {_told(got, expected)}")
    more = [f"and {len(broken) - SHOWN} more"] if len(broken) > SHOWN else []
    verdict = Verdict.FAIL if broken else Verdict.PASS
    return Result(expected, verdict, cells, len(broken), (*broken[:SHOWN], *more))


def _asks(expected: Expectation, entry: Field) -> bool:
    """Whether the field selector matches: a field id, or `prefix.*` over field or category ids."""
    if expected.field is None or selects(expected.field, entry.id):
        return True
    return expected.field.endswith(".*") and selects(expected.field, entry.category or "")


def _told(outcome: Outcome, expected: Expectation) -> str:
    answer = (
        f"{outcome.effect.value} ({outcome.mask or outcome.reason})" if outcome.mask or outcome.reason else ""
    )
    return f"expected {expected.effect}, got {answer or outcome.effect.value}"


def _why_empty(expected: Expectation, roles: Sequence[object], purposes: Sequence[object]) -> str:
    if not roles:
        return f"matches no role: `{expected.role}`"
    return (
        f"matches no purpose: `{expected.purpose}`"
        if not purposes
        else f"matches no field: `{expected.field}`"
    )
