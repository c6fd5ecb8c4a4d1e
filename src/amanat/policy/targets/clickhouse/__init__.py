"""ClickHouse: one account per acting pair, privileges on columns, and views where something is masked or rows
depend on consent.

An account and no role, because a session can have several roles at once. Rows are changed and deleted there
by mutations, whose expressions read any column without a right to read it: who may update one column could
copy another into it. So no pair may update or delete, and the loss report says so.

The tests run the code of ClickHouse by chdb, which has no server and no place for accounts: what each GRANT
gives is enforced there, but accounts are made from a file, and nobody logs in or acts as another.
"""

from __future__ import annotations

from dataclasses import replace

from amanat.model.catalog import Catalog
from amanat.model.values import Action
from amanat.policy.loss import Generated, Loss, Status, SystemLoss, overview, report
from amanat.policy.plan import Access, PairPlan, Plan, SystemPlan
from amanat.policy.targets.clickhouse.checks import NOT_EXECUTED
from amanat.policy.targets.clickhouse.consent import DEFAULT_DATABASE
from amanat.policy.targets.clickhouse.masks import unable
from amanat.policy.targets.clickhouse.quoting import identifier, literal
from amanat.policy.targets.clickhouse.script import Script, apply_script, undo_script
from amanat.policy.targets.granting import lost, sorted_cells
from amanat.policy.targets.relational import Engine, Privileges, realise

ENGINES = frozenset(("clickhouse",))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "clickhouse"

CLICKHOUSE = Engine("ClickHouse", DEFAULT_DATABASE, identifier, literal, unable)

_MUTATION = "a mutation reads any column without a right to read it, so hidden values could be copied"
_READ_ONLY = (
    "a pair that is shown views, or rows with consent only, is read-only: views cannot be written, and only "
    "a reader can be kept from settings, which change what views show"
)
_MUTATED = (Action.UPDATE, Action.DELETE)


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """Files for every ClickHouse system of the plan: the policy, its undo and its loss report; and one
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
    """What of reading is lost in every ClickHouse system of the plan; no policy is written. What the engine
    never lets a pair do stands in the loss reports: the catalog could not mend it."""
    return tuple(lost(CLICKHOUSE, _reading(each)) for each in plan.systems if each.system.engine in ENGINES)


def _reading(plan: SystemPlan) -> SystemPlan:
    pairs = [
        PairPlan(of_pair.pair, tuple(_only(access, Action.READ) for access in of_pair.tables))
        for of_pair in plan.pairs
    ]
    return replace(plan, pairs=tuple(pairs))


def _only(access: Access, *actions: Action) -> Access:
    kept = {action: found for action, found in access.outcomes.items() if action in actions}
    return access._replace(outcomes=kept)


def _realised(plan: SystemPlan) -> tuple[list[Privileges], SystemLoss]:
    """What every pair gets in a system, sorted by pair and table, and how each open cell fares."""
    given: list[Privileges] = []
    told: list[Loss] = []
    for of_pair in plan.pairs:
        writes = not any(_in_view(of_pair, access) for access in of_pair.tables)
        actions = (Action.READ, Action.EXPORT, Action.SHARE, *([Action.CREATE] if writes else []))
        for access in of_pair.tables:
            told += _denied(of_pair, access, actions)
            privileges, cells = realise(CLICKHOUSE, of_pair.pair, _only(access, *actions))
            told += cells
            if privileges is not None and (privileges.on_table or privileges.on_view):
                given.append(privileges)
    return given, SystemLoss(plan.system.id, sorted_cells(told), plan.vanished)


def _in_view(of_pair: PairPlan, access: Access) -> bool:
    """Whether the pair reads a table through a view, or creates rows that depend on consent, which would need
    one that can be written."""
    privileges, _ = realise(CLICKHOUSE, of_pair.pair, _only(access, Action.READ, Action.CREATE))
    return privileges is not None and privileges.view is not None


def _denied(of_pair: PairPlan, access: Access, actions: tuple[Action, ...]) -> list[Loss]:
    """The open cells of actions that a pair cannot be given."""
    told = []
    for action, found in access.outcomes.items():
        if action not in actions:
            cause, why = ("mutation", _MUTATION) if action in _MUTATED else ("read-only", _READ_ONLY)
            told += [
                Loss(
                    of_pair.pair, action, access.table.columns[at].source, Status.NOT_EXPRESSIBLE, cause, why
                )
                for at in found
            ]
    return told
