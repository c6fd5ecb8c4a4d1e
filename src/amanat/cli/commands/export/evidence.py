"""`amanat export evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, StoodOption


def evidence(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write, or an archive where it ends in .zip.")
    ],
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, help="Draw a sample of N inventory rows."),
    ] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="What the sample is drawn by.")] = "1",
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="PACK", help="The pack before this one, to name in it."),
    ] = None,
    require_clean: Annotated[
        bool, typer.Option("--require-clean", help="Refuse where files differ from the last commit.")
    ] = False,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write everything that an auditor takes away: registers, record of processing, findings, completeness,
    history, method, and a manifest with the SHA-256 of each file. `amanat verify` proves it later.

    Example: amanat export evidence --as-of v1.2 --sample 25 --seed 2026-Q4 --output 2026-Q4.zip
    """
    from amanat.cli.packing import write_pack
    from amanat.evidence import Asked

    asked = Asked(sample, seed)
    raise typer.Exit(write_pack(catalog, as_of, output, asked, previous, require_clean))
