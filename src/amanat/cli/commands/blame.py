"""`amanat blame`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.log import HistoryFormat, KindOption
from amanat.cli.options import CatalogOption, OutputOption


def blame(
    id: Annotated[str, typer.Argument(help="Id of a field, system, purpose, role …", show_default=False)],
    kind: KindOption = None,
    format: Annotated[
        HistoryFormat, typer.Option("--format", "-f", help="How to print.")
    ] = HistoryFormat.TEXT,
    catalog: CatalogOption = None,
    output: OutputOption = None,
) -> None:
    """Say which commit set each value of an entry, also of values that it inherits, with author, date and
    place. What is not committed yet is said so.

    Example: amanat blame customer.email
    """
    from amanat.cli.remembering import blame_of
    from amanat.cli.session import write_text
    from amanat.report.history import BLAME

    write_text(output, BLAME[format.value](blame_of(catalog, id, kind)))
