"""`amanat verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption


def verify(
    pack: Annotated[Path, typer.Argument(help="Folder or archive of a pack.", show_default=False)],
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="PACK", help="The pack before it, which it must name."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make it anew from its commit, here, and compare every byte.")
    ] = False,
    catalog: CatalogOption = None,
) -> None:
    """Prove an evidence pack: that every file is as its manifest says, and none is missing or added. Exits
    with 1 when something does not hold.

    Example: amanat verify 2026-Q4.zip --previous 2026-Q3.zip --again
    """
    from amanat.cli.packing import verify as prove

    raise typer.Exit(prove(pack, previous, again, catalog))
