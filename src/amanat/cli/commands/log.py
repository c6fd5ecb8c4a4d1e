"""`amanat log`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption


class HistoryFormat(StrEnum):
    """How to tell a history."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"


KindOption = Annotated[str | None, typer.Option("--kind", help="Which map, where several share the id.")]


def log(
    id: Annotated[str, typer.Argument(help="Id of a field, system, purpose, role …", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Most commits to tell; 0 for all.")] = 0,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV|DATE", help="Only commits after this revision or day."),
    ] = None,
    kind: KindOption = None,
    format: Annotated[
        HistoryFormat, typer.Option("--format", "-f", help="How to print.")
    ] = HistoryFormat.TEXT,
    catalog: CatalogOption = None,
    output: OutputOption = None,
) -> None:
    """Tell what became of one entry, commit by commit, in the classes of `amanat diff`: also by way of
    defaults and categories, wherever it stood and whatever it was called.

    Example: amanat log customer.email --since v1.0
    """
    from amanat.cli.remembering import log_of
    from amanat.cli.session import write_text
    from amanat.report.history import LOG

    write_text(output, LOG[format.value](log_of(catalog, id, kind, limit, since)))
