"""`amanat export odcs`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class ContractFormat(StrEnum):
    """Formats of a data contract."""

    YAML = "yaml"
    JSON = "json"


def odcs(
    system: Annotated[
        list[str] | None, typer.Argument(help="Systems (default: all, into a folder).", show_default=False)
    ] = None,
    format: Annotated[
        ContractFormat, typer.Option("--format", "-f", help="What to write.")
    ] = ContractFormat.YAML,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write data contracts of the Open Data Contract Standard 3.1: a document for each system, with its
    tables and columns, who may use them, and how long they are kept.

    Example: amanat export odcs saleor

    Example: amanat export odcs --output contracts
    """
    from amanat.cli.exporting.odcs import export

    raise typer.Exit(export(catalog, as_of, system or (), format.value, lang, output))
