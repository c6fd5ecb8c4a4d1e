"""A change as one HTML page that asks nothing of any network: Jinja2 escapes every value."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.report.changes.told import Told, about, cells, line
from amanat.report.console import printable

if TYPE_CHECKING:
    from jinja2 import Template


def as_html(told: Told) -> str:
    """The changes as a page: a table for each level."""
    return _page().render(
        told=told,
        levels=[(str(level), told.count(level), groups) for level, groups in told.levels()],
        about=about,
        cells=cells,
        line=line,
        printable=printable,
    )


@cache
def _page() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
