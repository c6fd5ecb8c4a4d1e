"""`amanat retention`: the ladder of a field, the calendar, the plan of a system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.errors import UsageError

if TYPE_CHECKING:
    from amanat.cli.standing import Stood


def explained(
    given: Path | None, as_of: str | None, name: str, lang: str | None, form: str, no_color: bool
) -> str:
    """The ladder of a field. Raises `UsageError` for an unknown field or language."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.model.lineage import feeds_of
    from amanat.retention.document import explain_document, render
    from amanat.retention.effective import Reckoning
    from amanat.retention.told import Told

    stood = opened(given, as_of)
    catalog = stood.loaded.catalog
    field = catalog.fields.get(name)  # type: ignore[call-overload]
    if field is None:
        raise unknown("field", name, tuple(catalog.fields))
    if form == "json":
        reckoning = Reckoning(catalog, stood.day)
        return render(explain_document(reckoning, field, feeds_of(catalog), stood.loaded.spans))
    told = Told(catalog, language(stood, lang))
    return shown(told.explain(field, stood.day), form, stood, no_color)


def due(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The calendar. Raises `UsageError` where no day is known."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.retention.document import calendar_document, render
    from amanat.retention.due import calendar
    from amanat.retention.told import Told

    stood = opened(given, as_of)
    catalog, day = stood.loaded.catalog, day_of(stood)
    found = calendar(catalog, day)
    if form == "json":
        return render(calendar_document(catalog, found, stood.loaded.spans, day))
    return shown(Told(catalog, language(stood, lang)).calendar(found, day), form, stood, no_color)


def planned(
    given: Path | None,
    as_of: str | None,
    name: str,
    dialect: str | None,
    where: Sequence[str],
    lang: str | None,
    form: str,
) -> str:
    """The plan of a system. Raises `UsageError` for an unknown system, jurisdiction or engine."""
    from amanat.cli.reporting import language
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.retention.document import plan_document, render
    from amanat.retention.plan import plan
    from amanat.retention.plan.making import engine_of
    from amanat.retention.plan.script import script
    from amanat.retention.told import Told

    stood = opened(given, as_of)
    catalog, spans = stood.loaded.catalog, stood.loaded.spans
    system = catalog.systems.get(name)  # type: ignore[call-overload]
    if system is None:
        raise unknown("system", name, tuple(catalog.systems))
    for one in where:
        if one not in catalog.jurisdictions:
            raise unknown("jurisdiction", one, catalog.jurisdictions)
    made = plan(catalog, system, engine_of(system, dialect), day_of(stood), where)
    if form == "json":
        return render(plan_document(catalog, made, spans))
    return script(made, Told(catalog, language(stood, lang)), spans)


def day_of(stood: Stood) -> date:
    """The day to judge by. Raises `UsageError` where none is known: without a day nothing is over."""
    if stood.day is None:
        raise UsageError(
            "the day is unknown: the catalog is not in git", hint="give it, such as --as-of 2026-01-31"
        )
    return stood.day
