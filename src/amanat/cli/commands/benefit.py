"""`amanat benefit`."""

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


def benefit(
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Say what customers have of what is done with their data: purposes with a benefit, expected or not; the
    data of each purpose, and what only widens it; fields that nobody reads; what is asked twice; and what
    waits at the privacy-by-design gate.

    Example: amanat benefit

    Example: amanat benefit --format md --lang fa --output benefit.md
    """
    from amanat.cli.exchanging import benefit as report
    from amanat.cli.session import write_text

    write_text(output, report(catalog, as_of, lang, format.value, no_color or output is not None))
