"""Trino, through the plugin that asks an Open Policy Agent.

A system with the engine `trino` is a catalog of Trino with the system's id for a name. The policy answers
what the plugin documents: whether, which rows, and how each column is masked. Nothing here was executed on a
Trino server: the Rego runs in evaluators, the SQL is parsed as Trino's and run by proxy on DuckDB.
"""

from __future__ import annotations

from dataclasses import replace

from amanat.model.catalog import Catalog
from amanat.policy.loss import Generated, SystemLoss, overview, report
from amanat.policy.plan import Plan
from amanat.policy.targets.bundle import laid_out, manifest, static
from amanat.policy.targets.trino.tables import tables

ENGINES = frozenset(("trino",))
"""Engines, as `engine` of a system spells them, that this target writes for."""

NAME = "trino"

NOT_EXECUTED = (
    "not executed on a Trino server: the Rego is run in evaluators with the requests that the plugin "
    "documents; the SQL of masks and row filters is parsed as Trino's and run by proxy on DuckDB"
)
"""What our tests cannot run."""

_ABOUT = (
    "Who may do what in Trino, for its Open Policy Agent plugin. Not executed on a Trino server: parsed, and "
    "run by proxy. Holds for the day as_of (none: the day of the catalog's last commit)."
)
_PROPERTIES = """\
# How Trino asks the policy; put the address of your Open Policy Agent for opa.example.com. All four are
# needed: without the address for row filters every row is shown, without the one for column masks nothing is
# masked.
# Not executed on a Trino server.
access-control.name=opa
opa.policy.uri=https://opa.example.com/v1/data/trino/allow
opa.policy.batched-uri=https://opa.example.com/v1/data/trino/batch
opa.policy.row-filters-uri=https://opa.example.com/v1/data/trino/rowFilters
opa.policy.batch-column-masking-uri=https://opa.example.com/v1/data/trino/batchColumnMasks
"""


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """The bundle, how Trino is set up, a loss report for every Trino system of the plan, and an overview that
    also names the systems without a target."""
    mine = [each for each in plan.systems if each.system.engine in ENGINES]
    data, found = tables(catalog, plan, mine)
    reports = [replace(loss, not_executed=NOT_EXECUTED) for loss in found]
    files = {
        f"policy/{NAME}/.manifest": manifest("trino", plan.digest, plan.as_of, _ABOUT),
        f"policy/{NAME}/trino.rego": static(__name__, "trino.rego"),
        f"policy/{NAME}/data.json": laid_out({"trino": data}),
        f"policy/{NAME}/access-control.properties": _PROPERTIES,
    }
    for loss in reports:
        files[f"policy/{NAME}/{loss.system}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
    without = {
        each.system.id: each.system.engine or "" for each in plan.systems if each.system.engine not in ENGINES
    }
    files[f"policy/{NAME}/loss.json"] = overview(NAME, reports, without)
    return Generated(dict(sorted(files.items())), tuple(reports))


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """What is lost in every Trino system of the plan, but for exporting; no policy is written."""
    mine = [each for each in plan.systems if each.system.engine in ENGINES]
    return tuple(
        SystemLoss(
            found.system,
            tuple(cell for cell in found.cells if cell.cause not in ("", "export")),
            found.vanished,
        )
        for found in tables(plan.matrix.catalog, plan, mine)[1]
    )
