"""`amanat meaning`."""

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


def meaning(
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Say what figures and inferences about people rest on: words beside numbers, caveats, logic and
    confidence; how much customers said themselves; and what is due for review.

    Example: amanat meaning

    Example: amanat meaning --format json --output meaning.json
    """
    from amanat.cli.exchanging import meaning as report
    from amanat.cli.session import write_text

    write_text(output, report(catalog, as_of, lang, format.value, no_color or output is not None))
