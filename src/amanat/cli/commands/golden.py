"""`amanat golden`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption, TextOrJson


class Target(StrEnum):
    """Engines for which the golden record is written."""

    POSTGRES = "postgres"
    DUCKDB = "duckdb"


def golden(
    field: Annotated[
        str | None, typer.Argument(help="Id of a field (default: list all).", show_default=False)
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say in words who wins and why.")] = False,
    target: Annotated[
        Target | None, typer.Option("--target", "-t", help="Write SQL for this engine.", show_default=False)
    ] = None,
    schemas: Annotated[
        str, typer.Option("--schemas", metavar="TEMPLATE", help="Schema of each system's tables in SQL.")
    ] = "{system}",
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    output: OutputOption = None,
    catalog: CatalogOption = None,
    as_of: StoodOption = None,
) -> None:
    """Show which value of a field is the customer's, as SQL (default: postgres) or in words.

    Example: amanat golden customer.phone --explain
    """
    from amanat.cli.golden import report, target_of
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened

    wanted = target_of(field, explain, target.value if target else None, format)
    stood = opened(catalog, as_of)
    # Ages are judged by a day that is given; otherwise the engine asks on the day of the query.
    day = stood.day if stood.day_given else None
    write_text(output, report(stood.loaded, field, wanted, format, schemas, day))
