"""`amanat retention`: explain, calendar."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.commands.impact import SheetFormat
from amanat.cli.lazy import PLAIN
from amanat.cli.options import CatalogOption, NoColorOption, OutputOption, StoodOption

retention = typer.Typer(
    name="retention",
    help="How long data is kept: the rule that holds, what falls due, and the SQL that ends it.\n\n"
    "Example: amanat retention calendar --as-of 2026-11-27",
    no_args_is_help=True,
    **PLAIN,
)
Report = Annotated[SheetFormat, typer.Option("--format", "-f", help="How to report.")]


@retention.command()
def explain(
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Id of the field.", show_default=False)],
    format: Report = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Show how long a field is kept in each system, and the computation: holds, legal minimum and maximum,
    what each purpose needs, by jurisdiction, each with its file and line.

    Example: amanat retention explain payment.amount --as-of 2026-11-27
    """
    from amanat.cli.retaining import explained
    from amanat.cli.session import write_text

    write_text(output, explained(catalog, as_of, field, lang, format.value, no_color))


@retention.command()
def calendar(
    format: Report = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """List what falls due as of a day: which rows are over, by policy, system and jurisdiction, which fiscal
    year follows, which purposes end, which holds are to be reviewed, and when the last backup is gone.

    Example: amanat retention calendar --as-of 2026-11-27 --format json --output due.json
    """
    from amanat.cli.retaining import due
    from amanat.cli.session import write_text

    write_text(output, due(catalog, as_of, lang, format.value, no_color))
