"""`amanat reach`."""

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


def reach(
    target: Annotated[
        str, typer.Argument(metavar="SUBJECT_KIND", help="Id of the kind of people, such as customer.")
    ],
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Show how everything that is kept of a person is reached from the global id, and what is not.

    Example: amanat reach customer --format json --output reach.json
    """
    from amanat.cli.rights import Asked
    from amanat.cli.rights import reach as shown
    from amanat.cli.session import write_text

    write_text(
        output, shown(catalog, as_of, Asked(target, None, lang, format.value), no_color or output is not None)
    )
