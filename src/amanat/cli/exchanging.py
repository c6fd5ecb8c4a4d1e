"""`amanat benefit`, `amanat journey`, `amanat meaning`: what customers give, and what they get for it."""

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
    readings = access_of(catalog, stood.day).readings
    found = benefit_of(catalog, readings, stood.day, stood.loaded.findings)
    if form == "json":
        return render(catalog, found, stood.loaded.spans, stood.day if as_of else None)
    return shown(benefit_sheet(catalog, found, tag), form, stood, no_color)


def journey(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.breaching import language, shown
    from amanat.cli.standing import opened
    from amanat.exchange.document import journey_document
    from amanat.exchange.journey import journey_of
    from amanat.exchange.told_journey import journey_sheet

    stood = opened(given, as_of)
    tag = language(stood, lang)
    found = journey_of(stood.loaded.catalog, stood.day)
    if form == "json":
        return journey_document(stood.loaded.catalog, found, stood.loaded.spans, stood.day if as_of else None)
    return shown(journey_sheet(found, tag), form, stood, no_color)


def meaning(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.breaching import language, shown
    from amanat.cli.standing import opened
    from amanat.exchange.document import meaning_document
    from amanat.exchange.meaning import meaning_of
    from amanat.exchange.told_meaning import meaning_sheet

    stood = opened(given, as_of)
    tag = language(stood, lang)
    catalog = stood.loaded.catalog
    found = meaning_of(catalog, stood.day)
    if form == "json":
        return meaning_document(catalog, found, stood.loaded.spans, stood.day if as_of else None)
    return shown(meaning_sheet(catalog, found, tag), form, stood, no_color)
