"""`amanat usage`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, FailOn, OutputOption, StoodOption
from amanat.cli.tables import TableFormat


def usage(
    system: Annotated[str, typer.Argument(help="Id of the system.", show_default=False)],
    logs: Annotated[
        list[Path] | None, typer.Argument(metavar="[LOG]...", help="Query logs of it.", show_default=False)
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="What pg_stat_statements of its PostgreSQL has counted.")
    ] = False,
    views: Annotated[
        list[Path] | None, typer.Option("--views", help="A file of CREATE VIEW, to look through them.")
    ] = None,
    principal: Annotated[
        list[str] | None, typer.Option("--as", metavar="PRINCIPAL=ROLE", help="Whose principal this is.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    format: Annotated[TableFormat, typer.Option("--format", "-f", help="How to show it.")] = TableFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Hold query logs against purposes and roles: undeclared use, access that nobody uses, fields nobody
    reads.

    Logs: PostgreSQL (csvlog, pg_stat_statements), query histories of Snowflake, BigQuery and Databricks, or
    CSV and JSON lines with a statement and a user. No statement is kept or shown.

    Example: amanat usage saleor queries.csv --as ann=support_agent
    """
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.cli.using import shown, used
    from amanat.diagnostic import Severity

    if not logs and not live:
        raise typer.BadParameter("name a query log, or give --live")
    stood = opened(catalog, as_of)
    found = used(stood, system, logs or (), live, views or (), principal or ())
    write_text(output, shown(system, found, format, drawn=output is None))
    failing = fail_on is not FailOn.NEVER and found.fails(Severity(fail_on.value))
    raise typer.Exit(1 if failing else 0)
