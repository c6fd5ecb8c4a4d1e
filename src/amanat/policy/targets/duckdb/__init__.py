"""DuckDB: a masked export for each acting pair, for people who work on files.

The script reads a system of any engine that DuckDB can attach, and writes Parquet files with what the pair
may read and export: a file is a copy, and nobody takes a copy back.
"""

from __future__ import annotations

from collections.abc import Mapping

from amanat.model.catalog import Catalog
from amanat.model.values import Action, Pair
from amanat.policy.loss import Generated, Loss, Status, SystemLoss, overview, report
from amanat.policy.plan import Access, Plan, SystemPlan
from amanat.policy.request import Outcome
from amanat.policy.targets.duckdb.masks import unable
from amanat.policy.targets.duckdb.script import Export, script
from amanat.policy.targets.granting import principal, sorted_cells
from amanat.policy.targets.quoting import identifier, literal
from amanat.policy.targets.relational import Engine, Privileges, realise

ENGINES: frozenset[str] | None = None
"""A file is written from a system of any engine."""

NAME = "duckdb"

_DUCKDB = Engine("DuckDB", "main", identifier, literal, unable)

_A_COPY = "a file is a copy: what is {done} there never reaches the system"
_DONE = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
_NO_EXPORT = "a file is a copy, and the pair may read the column but not export it"
_NO_READ = "the pair may export the column but not read it, and who has a file reads it"
_SHARE = "who has a file can pass it on: nothing here tells export from share"


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """A script for every pair that may have something of a system, and a loss report for every system."""
    files: dict[str, str] = {}
    reports: list[SystemLoss] = []
    for each in plan.systems:
        given, loss = _realise(each)
        base = f"policy/{NAME}/{each.system.id}"
        for pair, privileges in given.items():
            export = Export(each.system.id, plan.digest, plan.as_of, pair, privileges)
            files[f"{base}/{principal(pair)}.sql"] = script(export)
        files[f"{base}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
        reports.append(loss)
    files[f"policy/{NAME}/loss.json"] = overview(NAME, reports, {})
    return Generated(dict(sorted(files.items())), tuple(reports))


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """None that the catalog could mend: what a copy cannot do stands in the loss reports."""
    return ()


def _realise(plan: SystemPlan) -> tuple[dict[Pair, list[Privileges]], SystemLoss]:
    given: dict[Pair, list[Privileges]] = {}
    lost: list[Loss] = []
    for of_pair in plan.pairs:
        for access in of_pair.tables:
            both = _read_and_exported(access)
            privileges, cells = realise(_DUCKDB, of_pair.pair, both) if both else (None, [])
            lost += _told(of_pair.pair, access, both, cells)
            if privileges is not None and (privileges.on_table or privileges.on_view):
                given.setdefault(of_pair.pair, []).append(privileges)
    return given, SystemLoss(plan.system.id, sorted_cells(lost), plan.vanished)


def _read_and_exported(access: Access) -> Access | None:
    """What may be both read and exported, as reading; None for nothing. The gates give both the same mask and
    conditions, so reading speaks for the two."""
    exported = access.outcomes.get(Action.EXPORT, {})
    read = {at: outcome for at, outcome in access.outcomes.get(Action.READ, {}).items() if at in exported}
    if any(outcome != exported[at] for at, outcome in read.items()):
        raise ValueError("reading and exporting a column are decided with different masks")
    return access._replace(outcomes={Action.READ: read}) if read else None


def _told(pair: Pair, access: Access, both: Access | None, cells: list[Loss]) -> list[Loss]:
    """How every open cell of a table fares in a file."""
    fares = {cell.source: cell for cell in cells if cell.action is Action.READ}
    told = [cell for cell in cells if cell.action is Action.READ]
    open_to_both: Mapping[int, Outcome] = both.outcomes[Action.READ] if both else {}
    for action, outcomes in access.outcomes.items():
        for at in outcomes:
            source = access.table.columns[at].source
            if action in _DONE:
                why = _A_COPY.format(done=_DONE[action])
                told.append(Loss(pair, action, source, Status.NOT_EXPRESSIBLE, "file", why))
            elif action is Action.SHARE:
                told.append(Loss(pair, action, source, Status.NOT_EXPRESSIBLE, "export", _SHARE))
            elif at not in open_to_both:
                why = _NO_EXPORT if action is Action.READ else _NO_READ
                told.append(Loss(pair, action, source, Status.NOT_EXPRESSIBLE, "export", why))
            elif action is Action.EXPORT:
                told.append(fares[source]._replace(action=Action.EXPORT))
    return told
