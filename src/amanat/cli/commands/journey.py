"""`amanat journey`."""

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


def journey(
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Map the customer's journey: stage by stage the touchpoints, the fields that arise there and how, what
    is compulsory, and the purposes with their benefit; empty and overloaded stages, fields of no stage.

    Example: amanat journey

    Example: amanat journey --format json --output journey.json
    """
    from amanat.cli.exchanging import journey as report
    from amanat.cli.session import write_text

    write_text(output, report(catalog, as_of, lang, format.value, no_color or output is not None))
