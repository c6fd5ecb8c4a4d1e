"""What targets with privileges share: principals that act for pairs, and what the pairs of a system get."""

from __future__ import annotations

from amanat.model.values import Pair
from amanat.policy.loss import Loss, SystemLoss
from amanat.policy.plan import SystemPlan
from amanat.policy.targets.quoting import fit
from amanat.policy.targets.relational import Engine, Privileges, can_lose, realise


def principal(pair: Pair) -> str:
    """The name under which an engine knows a pair: `role__purpose`. Where that could be another pair's name
    too, or is reserved, a digest tells them apart."""
    name = f"{pair.role}__{pair.purpose}"
    reserved = name.startswith("pg_")
    ambiguous = "__" in pair.role or "__" in pair.purpose or pair.role.endswith("_")
    whole = f"{pair.role}\n{pair.purpose}" if ambiguous or reserved else None
    return fit(f"role-{name}" if reserved else name, whole)


def realised(engine: Engine, plan: SystemPlan) -> tuple[list[Privileges], SystemLoss]:
    """What every pair gets in a system, sorted by pair and table, and how each open cell fares."""
    given: list[Privileges] = []
    lost: list[Loss] = []
    for pair_plan in plan.pairs:
        for access in pair_plan.tables:
            privileges, cells = realise(engine, pair_plan.pair, access)
            lost += cells
            if privileges is not None and (privileges.on_table or privileges.on_view):
                given.append(privileges)
    return given, SystemLoss(plan.system.id, sorted_cells(lost), plan.vanished)


def lost(engine: Engine, plan: SystemPlan) -> SystemLoss:
    """What is lost in a system, but for exporting; no policy is written. Tables in which nothing can be lost
    are passed over, so not every cell is told."""
    cells = [
        cell
        for of_pair in plan.pairs
        for access in of_pair.tables
        if can_lose(engine, access)
        for cell in realise(engine, of_pair.pair, access)[1]
        if cell.cause not in ("", "absent", "export")
    ]
    return SystemLoss(plan.system.id, sorted_cells(cells), plan.vanished)


def sorted_cells(cells: list[Loss]) -> tuple[Loss, ...]:
    """Cells in the order of a report."""
    return tuple(
        sorted(cells, key=lambda cell: (cell.pair.role, cell.pair.purpose, cell.action, cell.source))
    )
