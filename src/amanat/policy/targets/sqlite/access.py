"""What a pair's access to a table becomes in SQLite, and what is lost.

SQLite asks its authorizer about each column that is read or updated, but about a new row only once for the
whole table, and it writes through no view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from amanat.model.values import Action, Mask, Pair
from amanat.policy.loss import Loss, Status, SystemLoss
from amanat.policy.plan import Access, Column, SystemPlan, Table
from amanat.policy.targets.granting import sorted_cells
from amanat.policy.targets.relational import Engine, Privileges, realise
from amanat.policy.targets.sqlite.quoting import folded, identifier, literal

_INSERT = "SQLite's authorizer is told of a new row, but not of its columns"
_VIEW = "the pair sees the table through a view, and SQLite writes through no view"
_ALIKE = (
    "SQLite takes upper and lower case letters for the same, and two declared names differ in nothing else"
)
_ATTACHED = "the table is in the attached database `{}`, and the guard opens one database"


def _unable(mask: Mask, column: Column) -> str:
    return ""  # the guard masks in Python


SQLITE = Engine("SQLite", "main", identifier, literal, _unable)


def given(plan: SystemPlan) -> tuple[list[Privileges], SystemLoss]:
    """What every pair gets in a system, sorted by pair and table, and how each open cell fares."""
    found: list[Privileges] = []
    cells: list[Loss] = []
    alike = _alike(plan.tables)
    for of_pair in plan.pairs:
        for access in of_pair.tables:
            table = access.table
            if _key(table) in alike:
                cells += _refused(of_pair.pair, access, "name", _ALIKE)
            elif table.schema and folded(table.schema) != "main":
                cells += _refused(of_pair.pair, access, "schema", _ATTACHED.format(table.schema))
            else:
                privileges, fares = _of_table(of_pair.pair, access)
                cells += fares
                if privileges is not None and (privileges.on_table or privileges.on_view):
                    found.append(privileges)
    return found, SystemLoss(plan.system.id, sorted_cells(cells), plan.vanished)


def _key(table: Table) -> tuple[str, str]:
    return folded(table.schema) or "main", folded(table.name)


def _alike(tables: tuple[Table, ...]) -> set[tuple[str, str]]:
    """Tables that SQLite does not tell apart, or whose columns it does not."""
    times = Counter(map(_key, tables))
    return {
        _key(table)
        for table in tables
        if times[_key(table)] > 1 or len({folded(c.name) for c in table.columns}) < len(table.columns)
    }


def _refused(pair: Pair, access: Access, cause: str, why: str) -> Iterator[Loss]:
    for action, found in access.outcomes.items():
        for at in found:
            source = access.table.columns[at].source
            yield Loss(pair, action, source, Status.NOT_EXPRESSIBLE, cause, why)


_WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)


def _of_table(pair: Pair, access: Access) -> tuple[Privileges | None, list[Loss]]:
    privileges, cells = realise(SQLITE, pair, _without(access, _WRITES))
    if privileges is None:
        return realise(SQLITE, pair, access)
    refused = {Action.CREATE: ("insert", _INSERT)}
    if privileges.view is None:
        privileges, cells = realise(SQLITE, pair, _without(access, (Action.CREATE,)))
    else:
        refused |= {Action.UPDATE: ("view", _VIEW), Action.DELETE: ("view", _VIEW)}
    for action, (cause, why) in refused.items():
        only = access._replace(outcomes={action: access.outcomes.get(action, {})})
        cells += _refused(pair, only, cause, why)
    return privileges, cells


def _without(access: Access, actions: tuple[Action, ...]) -> Access:
    left = {action: found for action, found in access.outcomes.items() if action not in actions}
    return access._replace(outcomes=left)
