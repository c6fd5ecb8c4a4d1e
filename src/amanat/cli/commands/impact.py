"""`amanat impact`."""

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


def impact(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[SYSTEM|FIELD|RECIPIENT]",
            help="What is breached, by its id; without one, the systems are ranked.",
            show_default=False,
        ),
    ] = None,
    rank: Annotated[
        bool, typer.Option("--rank", help="Rank the systems by what a breach would expose.")
    ] = False,
    aware: Annotated[
        str | None,
        typer.Option(
            "--aware", metavar="MOMENT", help="When you became aware, such as 2026-11-27T09:30+01:00."
        ),
    ] = None,
    format: SheetFormatOption = SheetFormat.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Say what a breach exposes: whose data, which clocks run, whom to call, and a draft of the notification
    with the questions that stay open. Before one, rank the systems by what a breach would expose.

    Example: amanat impact saleor --aware 2026-11-27T09:30+01:00

    Example: amanat impact --rank --format md --output exposure.md
    """
    from amanat.cli.breaching import Asked, report
    from amanat.cli.session import write_text
    from amanat.errors import UsageError

    if rank and target is not None:
        raise UsageError("--rank looks at all systems", hint="leave out --rank, or the id")
    write_text(
        output,
        report(catalog, as_of, Asked(target, aware, lang, format.value), no_color or output is not None),
    )
