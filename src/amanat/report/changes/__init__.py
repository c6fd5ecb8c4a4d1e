"""What a change means, for people and programs: text, Markdown, JSON, HTML. The registry is written out."""

from __future__ import annotations

from collections.abc import Callable

from amanat.report.changes.data import as_json
from amanat.report.changes.html import as_html
from amanat.report.changes.markdown import as_markdown
from amanat.report.changes.terminal import as_text
from amanat.report.changes.told import Told

FORMATS: dict[str, Callable[[Told], str]] = {
    "text": as_text,
    "md": as_markdown,
    "json": as_json,
    "html": as_html,
}
"""Format to the function that writes it."""

__all__ = ["FORMATS", "Told"]
