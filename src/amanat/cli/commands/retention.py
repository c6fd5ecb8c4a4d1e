"""`amanat retention`: explain, calendar, plan."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.lazy import PLAIN
from amanat.cli.options import (
    CatalogOption,
    NoColorOption,
    OutputOption,
    SheetFormat,
    SheetFormatOption,
    StoodOption,
)

retention = typer.Typer(
    name="retention",
    help="How long data is kept: the rule that holds, what falls due, and the SQL that ends it.\n\n"
    "Example: amanat retention calendar --as-of 2026-11-27",
    no_args_is_help=True,
    **PLAIN,
)


class PlanFormat(StrEnum):
    """Formats of a plan."""

    SQL = "sql"
    JSON = "json"


@retention.command()
def explain(
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Id of the field.", show_default=False)],
    format: SheetFormatOption = SheetFormat.TEXT,
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

    write_text(output, explained(catalog, as_of, field, lang, format.value, no_color or output is not None))


@retention.command()
def calendar(
    format: SheetFormatOption = SheetFormat.TEXT,
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

    write_text(output, due(catalog, as_of, lang, format.value, no_color or output is not None))


@retention.command()
def plan(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="Id of the system.", show_default=False)],
    dialect: Annotated[
        str | None, typer.Option("--dialect", metavar="ENGINE", help="Whose SQL (default: of its engine).")
    ] = None,
    jurisdiction: Annotated[
        list[str] | None, typer.Option("--jurisdiction", help="Only the rules of this one (default: all).")
    ] = None,
    format: Annotated[PlanFormat, typer.Option("--format", "-f", help="What to write.")] = PlanFormat.SQL,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the SQL that ends what is over in a system: queries that count, and statements that delete
    rows or
    empty columns, children before parents, held back by holds and legal minimums. It is never run.

    Example: amanat retention plan saleor --as-of 2026-11-27 --output over.sql

    Example: amanat retention plan lago --jurisdiction EU --dialect duckdb --as-of 2026-11-27
    """
    from amanat.cli.retaining import planned
    from amanat.cli.session import write_text

    asked = jurisdiction or ()
    write_text(output, planned(catalog, as_of, system, dialect, asked, lang, format.value))
