"""`amanat maturity`: how far the house is kept."""

from __future__ import annotations

from pathlib import Path


def report(given: Path | None, as_of: str | None, lang: str | None, form: str, no_color: bool) -> str:
    """The report. Raises `UsageError` for a language that the catalog does not have."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.session import warn_of_faults
    from amanat.cli.standing import judge_as_it_stood, told
    from amanat.people.document import render
    from amanat.people.maturity import maturity
    from amanat.people.told import maturity_sheet

    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    warn_of_faults(stood.loaded)
    tag = language(stood, lang)
    catalog = judged.loaded.catalog
    found = maturity(catalog, judged.diagnostics, judged.as_of)
    if form == "json":
        return render(catalog, found, judged.loaded.spans, judged.as_of if judged.day_given else None)
    return shown(maturity_sheet(found, tag), form, stood, no_color)
