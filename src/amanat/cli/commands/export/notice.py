"""`amanat export notice`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class NoticeFormat(StrEnum):
    """Formats of the notice."""

    HTML = "html"
    MARKDOWN = "md"


def notice(
    format: Annotated[
        NoticeFormat, typer.Option("--format", "-f", help="What to write.")
    ] = NoticeFormat.HTML,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="SUBJECT", help="Whom it is for (default: customer).")
    ] = None,
    lang: LangOption = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FILE", help="Compare a published notice with the catalog."),
    ] = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the customer's privacy notice (GDPR Art. 13 and 14) in plain words, from the catalog. Exits with
    1 where the law asks for something that the catalog does not say; --check compares a published one.

    Example: amanat export notice --lang fa --output notice.html

    Example: amanat export notice --check published.html
    """
    from amanat.cli.exporting.notice import export

    raise typer.Exit(export(catalog, as_of, lang, subject, format.value, output, check))
