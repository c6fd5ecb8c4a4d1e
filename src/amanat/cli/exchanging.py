"""`amanat benefit`, `amanat journey`, `amanat meaning`: what customers give, and what they get for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path


def benefit(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.reporting import reported
    from amanat.cli.standing import opened
    from amanat.exchange.benefit import benefit_of
    from amanat.exchange.document import benefit_document
    from amanat.exchange.told import benefit_sheet
    from amanat.policy.readings import access_of

    stood = opened(given, as_of)
    catalog, spans, day = stood.loaded.catalog, stood.loaded.spans, stood.day if as_of else None
    found = benefit_of(catalog, access_of(catalog, stood.day), stood.day, stood.loaded.findings)
    document = partial(benefit_document, catalog, found, spans, day)
    return reported(stood, lang, form, no_color, document, partial(benefit_sheet, catalog, found))


def journey(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.reporting import reported
    from amanat.cli.standing import opened
    from amanat.exchange.document import journey_document
    from amanat.exchange.journey import journey_of
    from amanat.exchange.told_journey import journey_sheet

    stood = opened(given, as_of)
    catalog, spans, day = stood.loaded.catalog, stood.loaded.spans, stood.day if as_of else None
    found = journey_of(catalog, stood.day)
    document = partial(journey_document, catalog, found, spans, day)
    return reported(stood, lang, form, no_color, document, partial(journey_sheet, found))


def meaning(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.reporting import reported
    from amanat.cli.standing import opened
    from amanat.exchange.document import meaning_document
    from amanat.exchange.meaning import meaning_of
    from amanat.exchange.told_meaning import meaning_sheet

    stood = opened(given, as_of)
    catalog, spans, day = stood.loaded.catalog, stood.loaded.spans, stood.day if as_of else None
    found = meaning_of(catalog, stood.day)
    document = partial(meaning_document, catalog, found, spans, day)
    return reported(stood, lang, form, no_color, document, partial(meaning_sheet, catalog, found))
