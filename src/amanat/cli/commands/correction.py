"""`amanat correction`."""

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


def correction(
    target: Annotated[str, typer.Argument(metavar="FIELD", help="Id of the field, such as customer.email.")],
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Plan how one person's field is corrected: the master, and the copies that it must reach.
    Changes nothing.

    Example: amanat correction customer.email
    """
    from amanat.cli.rights import Asked
    from amanat.cli.rights import correction as plan
    from amanat.cli.session import write_text

    write_text(
        output, plan(catalog, as_of, Asked(target, None, lang, format.value), no_color or output is not None)
    )
