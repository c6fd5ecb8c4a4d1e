"""Cedar: a schema, policies that only permit, and entities, for whoever asks before touching data.

A request is `Role` × `Action` × `Field` or `Column`, with the one purpose and the consents in its context.
What the catalog decides is final: status, last days, holds and denials are settled when the files are made,
and a cell without a permit is denied. Cedar answers yes or no, so a masked value is another action (`read as
partial(4)`), and whoever knows nothing of masks and asks to `read` is denied. Consent is asked of the context
by an attribute that the schema requires: where it is missing, nothing is permitted.

There is no undo: the files change no engine, and without them nothing is permitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from amanat.model.catalog import Catalog
from amanat.policy.loss import Generated, Loss, Status, SystemLoss, overview, report
from amanat.policy.plan import Access, PairPlan, Plan, SystemPlan
from amanat.policy.targets.cedar.files import entities_text, policies_text, schema_text
from amanat.policy.targets.cedar.permits import gather, knowable

ENGINES = None
"""Cedar decides about systems of any engine, and enforces in none."""

NAME = "cedar"

_UNKNOWABLE = "the catalog does not say which value means granted"


def generate(catalog: Catalog, plan: Plan) -> Generated:
    """Schema, policies and entities for all fields and for the columns of the plan's systems; a loss report
    for each system, and one overview."""
    permits = gather(catalog, plan)
    files = {
        f"policy/{NAME}/schema.cedarschema": schema_text(plan, permits),
        f"policy/{NAME}/policies.cedar": policies_text(catalog, plan, permits),
        f"policy/{NAME}/entities.json": entities_text(catalog, plan, permits),
    }
    reports = tuple(_lost(each, lossy_only=False) for each in plan.systems)
    for loss in reports:
        files[f"policy/{NAME}/{loss.system}.loss.json"] = report(NAME, plan.digest, plan.as_of, loss)
    files[f"policy/{NAME}/loss.json"] = overview(NAME, reports, {})
    return Generated(dict(sorted(files.items())), reports)


def losses(plan: Plan) -> tuple[SystemLoss, ...]:
    """What is lost in the plan's systems; cells that Cedar expresses are not told."""
    return tuple(_lost(each, lossy_only=True) for each in plan.systems)


def _lost(plan: SystemPlan, *, lossy_only: bool) -> SystemLoss:
    cells: list[Loss] = []
    for of_pair in plan.pairs:  # sorted
        found = [cell for access in of_pair.tables for cell in _cells(of_pair, access, lossy_only)]
        cells += sorted(found, key=attrgetter("action", "source"))
    return SystemLoss(plan.system.id, tuple(cells), plan.vanished)


def _cells(of_pair: PairPlan, access: Access, lossy_only: bool) -> Iterator[Loss]:
    lossless = all(rows.condition.known for rows in access.rows)
    if lossless and lossy_only:
        return
    make = partial(tuple.__new__, Loss)  # there can be a million of them
    for action, found in access.outcomes.items():
        for at, outcome in found.items():
            source = access.table.columns[at].source
            if not (lossless or knowable(outcome)):
                yield Loss(of_pair.pair, action, source, Status.ROWS_UNSUPPORTED, "rows", _UNKNOWABLE)
            elif not lossy_only:
                yield make((of_pair.pair, action, source, Status.EXACT, "", ""))
