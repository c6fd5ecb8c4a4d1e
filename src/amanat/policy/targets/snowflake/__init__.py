"""Snowflake: a role for each acting pair, which reads secure views and has nothing on the tables.

Not by masking and row access policies: those need SELECT on the whole table, so that a column which nobody
has declared yet is open. A view has the declared columns only, is worked out with its owner's rights, and
hides its text and what is cut from it. A session may have secondary roles, which would unite what two pairs
may see, so each view looks at the primary role.

Snowflake writes through no view and has no privileges on columns of a table, so pairs only read.
"""

from __future__ import annotations

from dataclasses import replace

from amanat.model.catalog import Catalog
from amanat.model.values import Action
from amanat.policy.loss import Generated, Loss, Status, SystemLoss, overview, report
from amanat.policy.plan import Access, PairPlan, Plan, SystemPlan
from amanat.policy.targets.granting import lost, sorted_cells
from amanat.policy.targets.relational import Engine, Privileges, realise
from amanat.policy.targets.snowflake.consent import DEFAULT_SCHEMA
from amanat.policy.targets.snowflake.masks import unable
from amanat.policy.targets.snowflake.quoting import identifier, literal
from amanat.policy.targets.snowflake.script import NOT_EXECUTED, Script, apply_script, undo_script

ENGINES = frozenset(("snowflake",))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "snowflake"

SNOWFLAKE = Engine(
    "Snowflake", DEFAULT_SCHEMA, identifier, literal, unable, writes_rows=False, hides_columns=False
)

_READING = (Action.READ, Action.EXPORT, Action.SHARE)
_READ_ONLY = (
    "Snowflake has no privileges on columns of a table and writes through no view, so pairs only read"
)


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """Files for every Snowflake system of the plan: the policy, its undo and its loss report; and one
    overview that also names the systems without a target."""
    files: dict[str, str] = {}
    reports: list[SystemLoss] = []
    for each in plan.systems:
        if each.system.engine not in ENGINES:
            continue
        privileges, loss = _realised(each)
        loss = replace(loss, not_executed=NOT_EXECUTED)
        script = Script(each.system.id, plan.digest, plan.as_of, privileges)
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
    """What of reading is lost in every Snowflake system of the plan; no policy is written. That pairs only
    read stands in the loss reports: the catalog could not mend it."""
    return tuple(lost(SNOWFLAKE, _reading(each)) for each in plan.systems if each.system.engine in ENGINES)


def _reading(plan: SystemPlan) -> SystemPlan:
    pairs = [
        PairPlan(of_pair.pair, tuple(_only_reading(access) for access in of_pair.tables))
        for of_pair in plan.pairs
    ]
    return replace(plan, pairs=tuple(pairs))


def _only_reading(access: Access) -> Access:
    kept = {action: found for action, found in access.outcomes.items() if action in _READING}
    return access._replace(outcomes=kept)


def _realised(plan: SystemPlan) -> tuple[list[Privileges], SystemLoss]:
    """What every pair gets in a system, sorted by pair and table, and how each open cell fares."""
    given: list[Privileges] = []
    told: list[Loss] = []
    for of_pair in plan.pairs:
        for access in of_pair.tables:
            told += [
                Loss(
                    of_pair.pair,
                    action,
                    access.table.columns[at].source,
                    Status.NOT_EXPRESSIBLE,
                    "read-only",
                    _READ_ONLY,
                )
                for action, found in access.outcomes.items()
                if action not in _READING
                for at in found
            ]
            privileges, cells = realise(SNOWFLAKE, of_pair.pair, _only_reading(access))
            told += cells
            if privileges is not None and privileges.view is not None and privileges.on_view:
                given.append(privileges)
    return given, SystemLoss(plan.system.id, sorted_cells(told), plan.vanished)
