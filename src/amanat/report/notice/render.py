"""The notice as a page and as Markdown. Each statement carries what it is about and a mark of what it says,
so that a published copy can be compared with the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.report.conflicts.markdown import prose
from amanat.report.console import printable
from amanat.report.notice.make import Notice
from amanat.text import direction

if TYPE_CHECKING:
    from jinja2 import Template


def to_html(notice: Notice) -> str:
    """The notice as one page that asks nothing of any network."""
    return _page().render(notice=notice, dir=direction(notice.words), printable=printable)


def to_markdown(notice: Notice) -> str:
    """The notice as Markdown. No text of the catalog is markup."""
    return "\n".join(_lines(notice)) + "\n"


def _lines(notice: Notice) -> Iterator[str]:
    yield f"# {prose(notice.title)}"
    yield ""
    yield prose(printable(notice.audience))
    for section in notice.sections:
        yield ""
        yield f"## {prose(section.title)}"
        for one in section.statements:
            yield ""
            yield f"<!-- amanat {one.about} {one.mark} -->"
            if one.title:
                yield f"### {prose(printable(one.title))}"
                yield ""
            for line in one.lines:
                yield f"- {prose(printable(line))}"


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
