"""`amanat export inventory`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.export.options import BomOption, ColumnsOption, LangOption, WhereOption
from amanat.cli.commands.list import (
    CategoryFilter,
    ClassFilter,
    OwnerFilter,
    PurposeFilter,
    StatusFilter,
    SystemFilter,
)
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class InventoryFormat(StrEnum):
    """Formats of the inventory."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    SQLITE = "sqlite"
    PARQUET = "parquet"
    MARKDOWN = "md"


class Rows(StrEnum):
    """What a row of the inventory is."""

    SOURCE = "source"
    FIELD = "field"


def inventory(
    format: Annotated[
        InventoryFormat, typer.Option("--format", "-f", help="What to write.")
    ] = InventoryFormat.CSV,
    by: Annotated[Rows, typer.Option("--by", help="What a row is (not for sqlite).")] = Rows.SOURCE,
    owner: OwnerFilter = None,
    system: SystemFilter = None,
    category: CategoryFilter = None,
    purpose: PurposeFilter = None,
    classification: ClassFilter = None,
    status: StatusFilter = None,
    where: WhereOption = None,
    columns: ColumnsOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the inventory: a row for every field and source, with known, unknown and n/a told apart. A
    workbook has a sheet for each kind of entry too.

    Example: amanat export inventory --format xlsx --lang fa --output inventory.xlsx

    Example: amanat export inventory --columns field,source,owner --where "retention_keep = 'unknown'"
    """
    from amanat.cli.exporting import export_index, export_register, makers
    from amanat.cli.exporting.registers import Wanted, export
    from amanat.inventory.select import Filter

    filters = Filter(owner, system, category, purpose, classification, status)
    part = bool(where or columns or lang)
    if format is InventoryFormat.SQLITE:
        code = export_index(catalog, as_of, by.value, filters, output, part=part or bom)
    elif format is InventoryFormat.JSON and not part and not bom:
        code = export_register(catalog, as_of, by.value, filters, output)
    else:
        make = makers.inventory(by.value, filters, workbook=format is InventoryFormat.XLSX)
        code = export(catalog, as_of, make, Wanted(format.value, output, columns or (), where, lang, bom))
    raise typer.Exit(code)
