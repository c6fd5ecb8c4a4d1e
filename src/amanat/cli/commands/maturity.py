"""`amanat maturity`."""

from __future__ import annotations

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import (
    CatalogOption,
    NoColorOption,
    OutputOption,
    SheetFormat,
    SheetFormatOption,
    StoodOption,
)


def maturity(
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Say how far the house is kept: questions in ten dimensions, each answered by counting what the catalog
    has, with the entries that fall short. Nothing is asked of anybody and nothing is averaged.

    Example: amanat maturity

    Example: amanat maturity --format md --lang fa --output maturity.md
    """
    from amanat.cli.maturing import report
    from amanat.cli.session import write_text

    write_text(output, report(catalog, as_of, lang, format.value, no_color or output is not None))
