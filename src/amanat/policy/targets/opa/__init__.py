"""Open Policy Agent: a bundle that answers for systems of any engine, to whoever asks before reading.

The Rego looks answers up and decides nothing. It could work the gates out itself, from the catalog as data;
that would be a second reference in another language, to be kept equal by tests alone, and whoever audits it
would have to follow both. Looked-up answers are the reference's by construction, the data can be read line
by line, and the tests only have to show that the right one is found, and that nothing else is.
"""

from __future__ import annotations

from amanat.model.catalog import Catalog
from amanat.model.values import Pair
from amanat.policy.loss import Generated, Loss, Status, SystemLoss, overview, report
from amanat.policy.plan import Access, Plan, SystemPlan
from amanat.policy.targets.bundle import laid_out, manifest, static
from amanat.policy.targets.opa.tables import tables

ENGINES = None
"""For systems of any engine."""

NAME = "opa"

_ABOUT = (
    "Who may do what with which field: data.amanat.decision, .table and .row_filters. The answers hold for "
    "the day as_of (none: the day of the catalog's last commit); make the bundle anew when it has passed."
)


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """The bundle, a loss report for every system of the plan, and an overview."""
    losses = tuple(_lost(each) for each in plan.systems)
    files = {
        f"policy/{NAME}/.manifest": manifest("amanat", plan.digest, plan.as_of, _ABOUT),
        f"policy/{NAME}/amanat/policy.rego": static(__name__, "policy.rego"),
        f"policy/{NAME}/amanat/data.json": laid_out(tables(plan)),
        f"policy/{NAME}/loss.json": overview(NAME, losses, {}),
    }
    for loss in losses:
        files[f"policy/{NAME}/{loss.system}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
    return Generated(dict(sorted(files.items())), losses)


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """Nothing that has to be mended in the catalog: every decision is given as it is. Where `row_filters`
    cannot say which rows (see the loss report), whoever asks looks the consent up and says so."""
    return tuple(SystemLoss(each.system.id, (), each.vanished) for each in plan.systems)


def _lost(plan: SystemPlan) -> SystemLoss:
    cells = [
        cell for of_pair in plan.pairs for access in of_pair.tables for cell in _cells(of_pair.pair, access)
    ]
    order = sorted(cells, key=lambda cell: (cell.pair.role, cell.pair.purpose, cell.action, cell.source))
    return SystemLoss(plan.system.id, tuple(order), plan.vanished)


_NO_ROWS = "{problem}; `row_filters` gives no row, and `decision` needs `consented` from whoever asks"


def _cells(pair: Pair, access: Access) -> list[Loss]:
    problem = next((rows.problem for rows in access.rows if rows.problem), "")
    status = Status.ROWS_UNSUPPORTED if problem else Status.EXACT
    cause, why = ("asked", _NO_ROWS.format(problem=problem)) if problem else ("", "")
    return [
        Loss(pair, action, access.table.columns[at].source, status, cause, why)
        for action, outcomes in access.outcomes.items()
        for at in outcomes
    ]
