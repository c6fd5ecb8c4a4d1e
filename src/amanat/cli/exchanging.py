"""`amanat benefit` and `amanat journey`: what customers give, and what they get for it."""

from __future__ import annotations

from pathlib import Path


def benefit(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.breaching import language, shown
    from amanat.cli.standing import opened
    from amanat.exchange.benefit import benefit_of
    from amanat.exchange.document import render
    from amanat.exchange.told import benefit_sheet
    from amanat.policy.readings import access_of

    stood = opened(given, as_of)
    tag = language(stood, lang)
    catalog = stood.loaded.catalog
    found = benefit_of(catalog, access_of(catalog, stood.day).readings)
    if form == "json":
        return render(catalog, found, stood.loaded.spans, stood.day if as_of else None)
    return shown(benefit_sheet(found, tag), form, stood, no_color)


def journey(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.breaching import language, shown
    from amanat.cli.standing import opened
    from amanat.exchange.document import journey_document
    from amanat.exchange.journey import journey_of
    from amanat.exchange.told_journey import journey_sheet

    stood = opened(given, as_of)
    tag = language(stood, lang)
    found = journey_of(stood.loaded.catalog)
    if form == "json":
        return journey_document(stood.loaded.catalog, found, stood.loaded.spans, stood.day if as_of else None)
    return shown(journey_sheet(found, tag), form, stood, no_color)
