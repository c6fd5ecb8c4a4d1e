"""A report as its command shows it: for programs, or as a sheet to read in a language of the catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amanat.cli.standing import Stood
    from amanat.sheet import Sheet


def reported(
    stood: Stood,
    lang: str | None,
    form: str,
    no_color: bool,
    document: Callable[[], str],
    sheet: Callable[[str], Sheet],
) -> str:
    """The report in the format asked for, from what makes it of a language. Raises `UsageError` for a
    language that the catalog does not have."""
    tag = language(stood, lang)
    return document() if form == "json" else shown(sheet(tag), form, stood, no_color)


def language(stood: Stood, asked: str | None) -> str:
    """The language of a report: the one asked for, or the catalog's first. Raises `UsageError` for one that
    the catalog does not have."""
    from amanat.inventory.select import unknown

    catalog = stood.loaded.catalog
    if asked is not None and asked not in catalog.languages:
        raise unknown("language", asked, catalog.languages)
    return asked or catalog.language


def shown(sheet: Sheet, form: str, stood: Stood, no_color: bool) -> str:
    """A sheet as text or Markdown."""
    from amanat.cli.session import shown_folder
    from amanat.report.console import Paint, use_colour
    from amanat.report.sheets import to_markdown, to_text

    if form == "md":
        return to_markdown(sheet, stood.loaded.spans)
    return to_text(sheet, stood.loaded.spans, Paint(use_colour(no_color)), shown_folder(stood.root))
