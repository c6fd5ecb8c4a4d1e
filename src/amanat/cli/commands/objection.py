"""`amanat objection`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import (
    CatalogOption,
    NoColorOption,
    OutputOption,
    SheetFormat,
    SheetFormatOption,
    StoodOption,
)


def objection(
    target: Annotated[
        str, typer.Argument(metavar="PURPOSE", help="Id of the purpose, such as marketing.email.")
    ],
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Plan what stops, and where, when a person objects to a purpose or withdraws consent to it.
    Changes nothing.

    Example: amanat objection marketing.email
    """
    from amanat.cli.rights import Asked
    from amanat.cli.rights import objection as plan
    from amanat.cli.session import write_text

    write_text(
        output, plan(catalog, as_of, Asked(target, None, lang, format.value), no_color or output is not None)
    )
