"""MariaDB: one role per acting pair, and a view for every table that the pair reads. Privileges on columns of
a table do not hide its other columns here, so nothing but INSERT and DELETE is granted on tables, and nothing
on a database or to PUBLIC.

Systems that the catalog calls MySQL get the same files, for where they run on MariaDB: the SQL is MariaDB's
own, was executed there only, and MySQL refuses it. A session of MySQL may enable all of its roles at once,
which no policy could keep from uniting two pairs.
"""

from __future__ import annotations

from amanat.model.catalog import Catalog
from amanat.policy.loss import Generated, SystemLoss, overview, report
from amanat.policy.plan import Plan
from amanat.policy.targets.granting import lost, realised
from amanat.policy.targets.mariadb.engine import MARIADB
from amanat.policy.targets.mariadb.script import Script, apply_script, undo_script

ENGINES = frozenset(("mariadb", "mysql"))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "mariadb"

__all__ = ["ENGINES", "NAME", "generate", "losses"]


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """Files for every MariaDB or MySQL system of the plan: the policy, its undo and its loss report; and one
    overview that also names the systems without a target."""
    files: dict[str, str] = {}
    reports: list[SystemLoss] = []
    for each in plan.systems:
        engine = each.system.engine or ""
        if engine not in ENGINES:
            continue
        privileges, loss = realised(MARIADB, each)
        script = Script(each.system.id, engine, plan.digest, plan.as_of, privileges, each.tables)
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
    """What is lost in every MariaDB or MySQL system of the plan, but for exporting; no policy is written.
    Tables in which nothing can be lost are passed over, so not every cell is told."""
    return tuple(lost(MARIADB, each) for each in plan.systems if each.system.engine in ENGINES)
