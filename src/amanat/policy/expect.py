"""Policy tests: a catalog's own expectations, run against its matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import NamedTuple, TypeVar

from amanat.model.catalog import Catalog, ancestors, selects
from amanat.model.field import Field
from amanat.model.resources import Expectation
from amanat.model.values import Action, FieldId, PurposeId, RoleId
from amanat.policy.matrix import ACTIONS, Matrix, matrix
from amanat.policy.request import Outcome

T = TypeVar("T", bound=str)

SHOWN = 5
"""How many cells that differ are told of one expectation to people."""
KEPT = 100
"""How many cells that differ are kept of one expectation; machine-readable reports hold them all."""


class Verdict(StrEnum):
    """How an expectation fared. One with a selector that matches nothing is empty: it proves nothing, or less
    than it says."""

    PASS = "pass"
    FAIL = "FAIL"
    EMPTY = "EMPTY"


class Differing(NamedTuple):
    """A cell that is not as expected, and what it is instead."""

    role: RoleId
    purpose: PurposeId
    action: Action
    field: FieldId
    got: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an expectation: how many cells it is about, how many differ and the first of those, the
    selectors that match nothing; and all of that in words."""

    expectation: Expectation
    verdict: Verdict
    cells: int
    different: int
    differing: tuple[Differing, ...]
    broken: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every cell is as expected, and there is at least one for each selector."""
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
    roles = _chosen(catalog.roles, expected.roles)
    purposes = _chosen(catalog.purposes, expected.purposes)
    actions = [action for action in ACTIONS if action in (expected.actions or ACTIONS)]
    cells = len(fields) * len(roles) * len(purposes) * len(actions)
    empty = tuple(_empty(catalog, expected))
    if empty or not cells:
        return Result(
            expected, Verdict.EMPTY, cells, 0, (), empty or ("its selectors together match no cell",)
        )
    different = 0
    differing: list[Differing] = []
    for role, purpose, action in product(roles, purposes, actions):
        numbers = table.kinds(role, purpose, action).numbers
        for at in fields:
            got = table.answer(role, purpose, action, numbers[at])
            if not _meets(got, expected):
                different += 1
                if different <= KEPT:
                    differing.append(Differing(role, purpose, action, table.fields[at], got))
    broken = [_told(cell, expected) for cell in differing[:SHOWN]]
    broken += [f"and {different - SHOWN} more"] if different > SHOWN else []
    verdict = Verdict.FAIL if different else Verdict.PASS
    return Result(expected, verdict, cells, different, tuple(differing), tuple(broken))


def _meets(got: Outcome, expected: Expectation) -> bool:
    return got.effect.value == expected.effect and expected.mask in (None, got.mask)


def _asks(expected: Expectation, entry: Field) -> bool:
    """Whether the selectors of fields, categories and classes match."""
    return (
        _any(expected.fields, lambda selector: _is_field(selector, entry))
        and _any(expected.categories, lambda selector: _is_below(selector, entry))
        and _any(expected.classifications, lambda selector: _is_in(selector, entry))
    )


def _any(selectors: Sequence[str], matches: Callable[[str], bool]) -> bool:
    return not selectors or any(matches(selector) for selector in selectors)


def _is_field(selector: str, entry: Field) -> bool:
    """Whether a field selector matches: a field id, or `prefix.*` over field or category ids."""
    return selects(selector, entry.id) or (
        selector.endswith(".*") and selects(selector, entry.category or "")
    )


def _is_below(selector: str, entry: Field) -> bool:
    return bool(entry.category) and any(selects(selector, above) for above in ancestors(entry.category or ""))


def _is_in(selector: str, entry: Field) -> bool:
    return selects(selector, entry.classification or "")


def _chosen(ids: Iterable[T], selectors: Sequence[str]) -> list[T]:
    return [name for name in sorted(ids) if not selectors or any(selects(one, name) for one in selectors)]


def _told(cell: Differing, expected: Expectation) -> str:
    got = cell.got
    extra = f" ({got.mask or got.reason})" if got.mask or got.reason else ""
    mask = f" ({expected.mask})" if expected.mask else ""
    asked = f"{cell.role} · {cell.purpose} · {cell.action} · {cell.field}"
    return f"{asked}: expected {expected.effect}{mask}, got {got.effect}{extra}"


def _empty(catalog: Catalog, expected: Expectation) -> Iterator[str]:
    """What is said of every selector that matches nothing."""
    entries = list(catalog.fields.values())
    wanted: tuple[tuple[str, Sequence[str], Callable[[str], bool]], ...] = (
        ("role", expected.roles, lambda one: any(selects(one, name) for name in catalog.roles)),
        ("purpose", expected.purposes, lambda one: any(selects(one, name) for name in catalog.purposes)),
        ("field", expected.fields, lambda one: any(_is_field(one, entry) for entry in entries)),
        ("field by category", expected.categories, lambda one: any(_is_below(one, each) for each in entries)),
        ("field by class", expected.classifications, lambda one: any(_is_in(one, each) for each in entries)),
    )
    for kind, selectors, matches in wanted:
        yield from (f"matches no {kind}: `{one}`" for one in selectors if not matches(one))
