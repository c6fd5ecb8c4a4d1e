"""`amanat where`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption
from amanat.cli.tables import TableFormat


def where(
    column: Annotated[
        str, typer.Argument(help="A source, `table.column`, a column's name, a system, or a glob.")
    ],
    format: Annotated[TableFormat, typer.Option("--format", "-f", help="How to show it.")] = TableFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Say which fields map a column, or why none does.

    Example: amanat where 'saleor.*.email'
    """
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.cli.tables import show
    from amanat.inventory.locate import COLUMNS, locate, rows

    loaded = opened(catalog, as_of, lazily=True).loaded
    found = rows(loaded.catalog, locate(loaded.catalog, column), loaded.spans)
    write_text(output, show(COLUMNS, found, format, terminal=None if output is None else False))
