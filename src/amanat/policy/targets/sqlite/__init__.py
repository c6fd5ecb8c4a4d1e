"""SQLite: what each acting pair may read and write, and a guard that the application opens the database with.

SQLite has no privileges: whoever can read the file reads all of it. The application is the one that enforces,
by `guard.py`, which it imports, and the policy file. The database itself is not changed, so there is no undo.
"""

from __future__ import annotations

from importlib import resources

from amanat.model.catalog import Catalog
from amanat.policy.loss import Generated, SystemLoss, overview, report
from amanat.policy.plan import Plan
from amanat.policy.targets.sqlite.access import given
from amanat.policy.targets.sqlite.script import Script, policy

ENGINES: frozenset[str] | None = frozenset(("sqlite",))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "sqlite"


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """A policy and a loss report for every SQLite system of the plan, the guard, and one overview that also
    names the systems without a target."""
    files: dict[str, str] = {}
    reports: list[SystemLoss] = []
    base = f"policy/{NAME}"
    for each in plan.systems:
        if each.system.engine == NAME:
            privileges, loss = given(each)
            script = Script(each.system.id, plan.digest, plan.as_of, privileges)
            files[f"{base}/{each.system.id}.json"] = policy(script)
            files[f"{base}/{each.system.id}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
            reports.append(loss)
    if reports:
        files[f"{base}/guard.py"] = guard_text()
    without = {
        each.system.id: each.system.engine or "" for each in plan.systems if each.system.engine != NAME
    }
    files[f"{base}/loss.json"] = overview(NAME, reports, without)
    return Generated(dict(sorted(files.items())), tuple(reports))


def guard_text() -> str:
    """The guard, as it stands in this package."""
    return resources.files(__package__).joinpath("guard.py").read_text(encoding="utf-8")


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """What is lost in every SQLite system of the plan, but for exporting; no policy is written."""
    reports = [given(each)[1] for each in plan.systems if each.system.engine == NAME]
    return tuple(
        SystemLoss(
            each.system,
            tuple(cell for cell in each.cells if cell.cause not in ("", "absent", "export")),
            each.vanished,
        )
        for each in reports
    )
