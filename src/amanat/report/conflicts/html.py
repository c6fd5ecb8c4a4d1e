"""Conflicts as one HTML page that asks nothing of any network: Jinja2 escapes every value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from amanat.conflicts.report import Conflict, Report
from amanat.model.catalog import Catalog
from amanat.model.values import in_language
from amanat.report.conflicts.grid import closing, sections, totals
from amanat.report.console import printable


def to_html(found: Sequence[Conflict], report: Report, catalog: Catalog) -> str:
    """The conflicts as a page: a table for each field, below it why and the ways out."""
    return _page().render(
        name=printable(in_language(catalog.name, catalog.language)),
        closing=closing(totals(found, report)),
        sections=list(sections(found, catalog)),
        coded=_coded,
    )


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return environment.get_template("page.html")


def _coded(text: str) -> Markup:
    """The text with what stands between backticks set as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    shown = (
        Markup('<code dir="auto">{}</code>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
        if part
    )
    return Markup("").join(shown)
