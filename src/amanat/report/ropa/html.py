"""The record as a page that asks nothing of any network: Jinja2 escapes every value."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from amanat import __version__
from amanat.history.provenance import Provenance
from amanat.inventory.columns import Absent, Cell
from amanat.inventory.register import Spans
from amanat.inventory.ropa import Record
from amanat.model.values import in_language
from amanat.report.console import printable
from amanat.text import direction

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent


def to_html(record: Record, spans: Spans, stands: Provenance, lang: str) -> str:
    """The record: an article for each activity, each fact with the place that says it; then the open
    questions."""
    words = _words(lang)
    rows = list(record.table.rows())
    where: dict[tuple[str, str], list[str]] = {}
    for row in record.evidence_table(spans, stands.of).rows():
        line = "" if isinstance(row["line"], Absent) else f":{row['line']}"
        commit = "" if isinstance(row["commit"], Absent) else f"@{row['commit']}"
        where.setdefault((str(row["activity"]), str(row["column"])), []).append(
            f"{row['file']}{line}{commit}"
        )
    ids = list(dict.fromkeys(one.activity for one in record.evidence))
    return _page().render(
        record=record,
        activities=list(zip(ids, rows, strict=True)),
        where=where,
        words=words,
        lang=lang,
        dir=direction(lang),
        title=in_language(record.template.title, lang),
        made=words["made"].format(
            version=__version__,
            digest=record.catalog.digest[:12],
            commit=stands.whole[:12] or words["no_commit"],
        ),
        label=lambda column: in_language(column.label, lang, column.slot),
        named=lambda row, fallback: printable(str(row["name"])) if "name" in row else fallback,
        items=lambda cell: _items(cell, words),
        absent=lambda cell: isinstance(cell, Absent),
        printable=printable,
    )


def _items(cell: Cell, words: dict[str, str]) -> list[str]:
    if isinstance(cell, Absent):
        return [words[f"absent.{cell.value}"]]
    if isinstance(cell, bool):
        return [words["yes" if cell else "no"]]
    if isinstance(cell, tuple):
        return [printable(item) for item in cell] or [words["none"]]
    return [printable(str(cell))]


def _words(lang: str) -> dict[str, str]:
    """The page's own words; English where there is no translation."""
    every = json.loads((_HERE / "words.json").read_text(encoding="utf-8"))
    found: dict[str, str] = every.get(lang.lower().split("-")[0], every["en"])
    return found


@cache
def _page() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return environment.get_template("page.html")
