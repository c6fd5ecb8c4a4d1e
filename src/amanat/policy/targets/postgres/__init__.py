"""PostgreSQL: one role per acting pair, privileges on columns, and views where something is masked or rows
depend on consent. Nothing is granted on a whole table but DELETE, and nothing to PUBLIC."""

from __future__ import annotations

from amanat.model.catalog import Catalog
from amanat.policy.loss import Generated, Loss, SystemLoss, overview, report
from amanat.policy.plan import Plan, SystemPlan
from amanat.policy.targets.postgres.engine import POSTGRES
from amanat.policy.targets.postgres.script import Script, apply_script, principal, undo_script
from amanat.policy.targets.relational import Privileges, can_lose, realise

ENGINES = frozenset(("postgresql",))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "postgres"

__all__ = ["ENGINES", "NAME", "generate", "losses", "principal", "realised"]


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """Files for every PostgreSQL system of the plan: the policy, its undo and its loss report; and one
    overview that also names the systems without a target."""
    files: dict[str, str] = {}
    reports: list[SystemLoss] = []
    for each in plan.systems:
        if each.system.engine not in ENGINES:
            continue
        privileges, loss = realised(each)
        script = Script(each.system.id, plan.digest, plan.as_of, privileges, each.tables)
        base = f"policy/{NAME}/{each.system.id}"
        files[f"{base}.sql"] = apply_script(script)
        files[f"{base}.undo.sql"] = undo_script(script)
        files[f"{base}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
        reports.append(loss)
    without = {
        each.system.id: each.system.engine or "" for each in plan.systems if each.system.engine not in ENGINES
    }
    files[f"policy/{NAME}/loss.json"] = overview(NAME, reports, without)
    return Generated(dict(sorted(files.items())), tuple(reports))


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """What is lost in every PostgreSQL system of the plan, but for exporting; no policy is written. Tables
    in which nothing can be lost are passed over, so not every cell is told."""
    return tuple(_lost(each) for each in plan.systems if each.system.engine in ENGINES)


def _lost(plan: SystemPlan) -> SystemLoss:
    cells = [
        cell
        for of_pair in plan.pairs
        for access in of_pair.tables
        if can_lose(POSTGRES, access)
        for cell in realise(POSTGRES, of_pair.pair, access)[1]
        if cell.cause not in ("", "absent", "export")
    ]
    return SystemLoss(plan.system.id, tuple(sorted(cells, key=_order)), plan.vanished)


def realised(plan: SystemPlan) -> tuple[list[Privileges], SystemLoss]:
    """What the pairs get in a system, sorted by pair and table, and what is lost."""
    given: list[Privileges] = []
    lost: list[Loss] = []
    for pair_plan in plan.pairs:
        for access in pair_plan.tables:
            privileges, cells = realise(POSTGRES, pair_plan.pair, access)
            lost += cells
            if privileges is not None and (privileges.on_table or privileges.on_view):
                given.append(privileges)
    return given, SystemLoss(plan.system.id, tuple(sorted(lost, key=_order)), plan.vanished)


def _order(cell: Loss) -> tuple[str, ...]:
    return (cell.pair.role, cell.pair.purpose, cell.action, cell.source)
