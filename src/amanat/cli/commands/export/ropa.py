"""`amanat export ropa`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class RecordFormat(StrEnum):
    """Formats of the record of processing."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "md"


class As(StrEnum):
    """Whose record it is."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


def ropa(
    format: Annotated[RecordFormat, typer.Option("--format", "-f", help="What to write.")] = RecordFormat.CSV,
    as_: Annotated[
        As, typer.Option("--as", help="Art. 30(1) for controllers, 30(2) for processors.")
    ] = As.CONTROLLER,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="NAME|FILE", help="art30, art30-2, ico, cnil, or your own file."),
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", metavar="PURPOSE", help="An id, or `prefix.*`.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Purposes of this status (default: live).")
    ] = None,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the record of processing activities (GDPR Art. 30): a row for each purpose, where each cell comes
    from, and the questions that the catalog cannot answer.

    Example: amanat export ropa --format xlsx --output ropa.xlsx

    Example: amanat export ropa --template ico --lang fa --format html --output ropa.html
    """
    from amanat.cli.exporting.ropa import Asked, export

    chosen = template or ("art30-2" if as_ is As.PROCESSOR else "art30")
    asked = Asked(chosen, lang, purpose, tuple(status or ()))
    raise typer.Exit(export(catalog, as_of, asked, format.value, output))
