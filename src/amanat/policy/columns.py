"""Deciding by column of a live system: which field it holds, and the strictest where it holds several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from amanat.load.entries import split_source
from amanat.load.fields import sources_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import SourceId
from amanat.policy.decide import decide, gates
from amanat.policy.masks import join
from amanat.policy.request import Decision, Effect, Outcome, Step
from amanat.text import Place


def fields_of(catalog: Catalog, column: str) -> tuple[Field, ...]:
    """The fields that a column (`system.table.column`) holds, sorted by id."""
    source = SourceId(column)
    return tuple(catalog.fields[name] for name, sources in sources_of(catalog.fields) if source in sources)


def decide_column(
    catalog: Catalog, role: str, purpose: str, action: str, column: str, as_of: date | None
) -> Decision:
    """Decide for a column. One that no field declares is denied; of several fields the strictest wins."""
    fields = fields_of(catalog, column)
    if not fields:
        trace = tuple(_undeclared(catalog, role, purpose, action, column))
        return Decision(
            Effect.DENY, None, (), next(step.rule for step in trace if step.passed is False), trace
        )
    decisions = {field.id: decide(catalog, role, purpose, action, field.id, as_of) for field in fields}
    if len(decisions) == 1:
        return next(iter(decisions.values()))
    trace = tuple(
        step._replace(detail=f"{field}: {step.detail}")
        for field, decision in decisions.items()
        for step in decision.trace
    )
    return Decision(*strictest([decision.outcome for decision in decisions.values()]), trace)


def strictest(outcomes: Sequence[Outcome]) -> Outcome:
    """The strictest of several answers: a denial if there is one, else the strictest mask, and every
    condition. Raises `ValueError` for none."""
    if not outcomes:
        raise ValueError("no outcome to choose from")
    denied = next((outcome for outcome in outcomes if outcome.effect is Effect.DENY), None)
    if denied is not None:
        return denied
    mask = join(outcome.mask for outcome in outcomes if outcome.mask is not None)
    conditions = tuple(dict.fromkeys(each for outcome in outcomes for each in outcome.conditions))
    return Outcome(Effect.MASK if mask else Effect.ALLOW, mask, conditions, "")


def _undeclared(catalog: Catalog, role: str, purpose: str, action: str, column: str) -> Iterable[Step]:
    for step in gates(catalog, role, purpose, action, "", None):
        if step.rule == "unknown_field":
            detail = f"no field declares column `{column}`"
            yield Step(1, "undeclared_column", False, detail, _observed_at(catalog, column))
        else:
            yield step


def _observed_at(catalog: Catalog, column: str) -> Place | None:
    """The row of the snapshot that shows the column, else the system's entry, else None."""
    parts = split_source(column)
    system = catalog.systems.get(parts.system) if parts else None
    if parts is None or system is None:
        return None
    snapshot = catalog.snapshots.get(parts.system)
    observed = snapshot.columns.get(parts.path) if snapshot else None
    return snapshot.place(observed) if snapshot and observed else system.place
