"""`amanat export`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.list import (
    CategoryFilter,
    ClassFilter,
    OwnerFilter,
    PurposeFilter,
    StatusFilter,
    SystemFilter,
)
from amanat.cli.lazy import PLAIN
from amanat.cli.options import AsOfOption, CatalogOption, OutputOption

export = typer.Typer(no_args_is_help=True, **PLAIN)


@export.callback()
def _export() -> None:
    """Write what auditors take away."""


class InventoryFormat(StrEnum):
    """Formats of the inventory."""

    CSV = "csv"
    JSON = "json"
    SQLITE = "sqlite"


class Rows(StrEnum):
    """What a row of the inventory is."""

    SOURCE = "source"
    FIELD = "field"


@export.command("inventory")
def inventory(
    format: Annotated[
        InventoryFormat, typer.Option("--format", "-f", help="What to write.")
    ] = InventoryFormat.CSV,
    by: Annotated[Rows, typer.Option("--by", help="What a row is (CSV and JSON).")] = Rows.SOURCE,
    owner: OwnerFilter = None,
    system: SystemFilter = None,
    category: CategoryFilter = None,
    purpose: PurposeFilter = None,
    classification: ClassFilter = None,
    status: StatusFilter = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the inventory: a row for every field and source, with known, unknown and n/a told apart.

    Example: amanat export inventory --format csv --output inventory.csv
    """
    from amanat.cli.exporting import export_index, export_register
    from amanat.inventory.select import Filter

    filters = Filter(owner, system, category, purpose, classification, status)
    if format is InventoryFormat.SQLITE:
        code = export_index(catalog, as_of, by.value, filters, output)
    else:
        code = export_register(catalog, as_of, by.value, filters, format.value, output)
    raise typer.Exit(code)


class DiscrepancyFormat(StrEnum):
    """Formats of the register of discrepancies."""

    CSV = "csv"
    JSON = "json"
    MARKDOWN = "md"


class Entries(StrEnum):
    """What a row of the register of discrepancies is."""

    ENTRY = "entry"
    SOURCE = "source"


@export.command("discrepancies")
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
    as_of: AsOfOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the register of discrepancies: how every entry of the ledger stands, and what was decided.

    Example: amanat export discrepancies --format md --expiring P30D
    """
    from amanat.cli.exporting import export_discrepancies

    given = (tuple(status or ()), expiring, owner)
    raise typer.Exit(export_discrepancies(catalog, as_of, by.value, given, format.value, output))


@export.command("codeowners")
def codeowners(output: OutputOption = None, catalog: CatalogOption = None) -> None:
    """Write who reviews a change to which file of the catalog, for GitHub and GitLab.

    Example: amanat export codeowners --output .github/CODEOWNERS
    """
    from amanat.cli.exporting import export_codeowners

    raise typer.Exit(export_codeowners(catalog, output))
