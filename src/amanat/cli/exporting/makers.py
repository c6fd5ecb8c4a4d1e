"""How each register is made from a judged catalog."""

from __future__ import annotations

from collections.abc import Callable

from amanat.cli.exporting.registers import Made
from amanat.cli.session import Judged
from amanat.inventory.columns import By
from amanat.inventory.select import Filter
from amanat.inventory.xlsx import Sheet

_SHEETS = (
    *("systems", "purposes", "roles", "teams", "subjects", "categories", "classifications"),
    *("recipients", "denials", "stages"),
)
"""Kinds of entries with a sheet of their own in the inventory's workbook, as `amanat list` shows them."""


def inventory(by: By, filters: Filter, workbook: bool) -> Callable[[Judged], Made]:
    """The inventory; for a workbook with a sheet for every other kind of entry and register."""

    def make(judged: Judged) -> Made:
        from amanat.cli.exporting import conflict_report
        from amanat.inventory.register import register

        loaded = judged.loaded
        made = register(loaded.catalog, conflict_report(judged), loaded.spans, by, filters)
        return Made("inventory", "Inventory", made, filters.given(), _sheets(judged, by) if workbook else ())

    return make


def _sheets(judged: Judged, by: By) -> tuple[Sheet, ...]:
    from amanat.cli.exporting import conflict_report
    from amanat.inventory import discrepancies
    from amanat.inventory.listing import as_table
    from amanat.inventory.register import register

    loaded = judged.loaded
    day = judged.as_of if judged.day_given else None
    report = conflict_report(judged)
    other: By = "field" if by == "source" else "source"
    named = "fields" if other == "field" else "sources"
    ledger = discrepancies.register(loaded.catalog, report, loaded.spans, day)
    return (
        Sheet(named, register(loaded.catalog, report, loaded.spans, other)),
        *(Sheet(kind, as_table(loaded.catalog, kind)) for kind in _SHEETS),
        *(Sheet(one.name, one.rows) for one in _registers(judged)),
        Sheet("discrepancies", ledger),
    )


def _registers(judged: Judged) -> tuple[Made, ...]:
    made = (retention, holds, transfers, assessments, training, users, controls)
    return tuple(make(judged) for make in made)


def retention(judged: Judged) -> Made:
    """The retention schedule."""
    from amanat.inventory.schedule import schedule

    loaded = judged.loaded
    return Made("retention", "Retention schedule", schedule(loaded.catalog, loaded.spans), {})


def holds(judged: Judged) -> Made:
    """The register of legal holds. Days left are only told for a day that was asked for: they would change
    with every commit."""
    from amanat.inventory.custody import holds as register

    loaded = judged.loaded
    day = judged.as_of if judged.day_given else None
    return Made("holds", "Legal holds", register(loaded.catalog, loaded.spans, day), {})


def assessments(judged: Judged) -> Made:
    """The list of purposes by impact assessment."""
    from amanat.inventory.impact import assessments as register

    loaded = judged.loaded
    return Made("assessments", "Impact assessments", register(loaded.catalog, loaded.spans), {})


def training(judged: Judged) -> Made:
    """The training of roles. That it is due or has lapsed is only told for a day that was asked for: it would
    change with every commit."""
    from amanat.inventory.staff import training as register

    loaded = judged.loaded
    day = judged.as_of if judged.day_given else None
    return Made("training", "Training of roles", register(loaded.catalog, loaded.spans, day), {})


def users(judged: Judged) -> Made:
    """Users of systems against the limit."""
    from amanat.inventory.staff import users as register

    loaded = judged.loaded
    return Made("users", "Users of systems", register(loaded.catalog, loaded.spans), {})


def controls(judged: Judged) -> Made:
    """The checklist of controls."""
    from amanat.inventory.staff import controls as register

    loaded = judged.loaded
    day = judged.as_of if judged.day_given else None
    return Made("controls", "Controls of systems", register(loaded.catalog, loaded.spans, day), {})


def transfers(judged: Judged) -> Made:
    """The register of transfers."""
    from amanat.inventory.custody import transfers as register

    loaded = judged.loaded
    return Made("transfers", "Where data goes", register(loaded.catalog, loaded.spans), {})


def access(
    role: str | None, purpose: str | None, action: str | None, field: str | None, system: str | None
) -> Callable[[Judged], Made]:
    """The register of access."""

    def make(judged: Judged) -> Made:
        from amanat.cli.deciding import refuse_unmatched
        from amanat.inventory.access import Access
        from amanat.policy.matrix import Selection

        wanted = Selection(role, purpose, action, field, system=system)
        refuse_unmatched(judged.loaded, wanted)
        given = {name: value for name, value in wanted._asdict().items() if value is not None}
        rows = Access(judged.loaded.catalog, judged.as_of, wanted)
        return Made("access", "Who may do what (what is not listed is denied)", rows, given)

    return make
