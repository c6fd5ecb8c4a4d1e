"""`amanat export discrepancies`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.list import OwnerFilter
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class DiscrepancyFormat(StrEnum):
    """Formats of the register of discrepancies."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    MARKDOWN = "md"


class Entries(StrEnum):
    """What a row of the register of discrepancies is."""

    ENTRY = "entry"
    SOURCE = "source"


def discrepancies(
    format: Annotated[
        DiscrepancyFormat, typer.Option("--format", "-f", help="What to write.")
    ] = DiscrepancyFormat.CSV,
    by: Annotated[Entries, typer.Option("--by", help="What a row is (CSV and JSON).")] = Entries.ENTRY,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="accepted, fixing, disputed, reopened, moot or invalid."),
    ] = None,
    expiring: Annotated[
        str | None,
        typer.Option("--expiring", metavar="PERIOD", help="Expired, or will within a period such as P30D."),
    ] = None,
    owner: OwnerFilter = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the register of discrepancies: how every entry of the ledger stands, and what was decided.

    Example: amanat export discrepancies --format md --expiring P30D
    """
    from amanat.cli.exporting import export_discrepancies

    given = (tuple(status or ()), expiring, owner)
    raise typer.Exit(export_discrepancies(catalog, as_of, by.value, given, format.value, output))
