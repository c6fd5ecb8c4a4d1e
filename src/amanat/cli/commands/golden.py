"""`amanat golden`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import AsOfOption, CatalogOption, OutputOption, TextOrJson


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
    as_of: AsOfOption = None,
) -> None:
    """Show which value of a field is the customer's, as SQL (default: postgres) or in words.

    Example: amanat golden customer.phone --explain
    """
    from amanat.cli.golden import report, target_of
    from amanat.cli.session import open_catalog, write_text

    wanted = target_of(field, explain, target.value if target else None, format)
    loaded = open_catalog(catalog)
    write_text(output, report(loaded, field, wanted, format, schemas, as_of))
