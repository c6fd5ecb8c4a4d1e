"""`amanat drift`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.commands.coverage import CoverageFormat
from amanat.cli.options import CatalogOption, FailOn, OutputOption, StoodOption


def drift(
    system: Annotated[list[str] | None, typer.Option("--system", help="Only this system.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV", help="Compare with the snapshots of a git revision."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FOLDER", help="Compare with the snapshots of another folder."),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    format: Annotated[
        CoverageFormat, typer.Option("--format", "-f", help="How to report.")
    ] = CoverageFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Tell where snapshots part from what is declared, or from earlier snapshots: columns that vanished or
    are new, other types, lengths, nullability, codes and keys.

    Example: amanat drift --system saleor

    Example: amanat drift --since HEAD~1 --fail-on warning
    """
    from amanat.cli.drifting import damaged, drifts_of, shown
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.diagnostic import Severity

    if since is not None and against is not None:
        raise typer.BadParameter("`--since` and `--against` are two things to compare with: give one")
    stood = opened(catalog, as_of)
    drifts, earlier = drifts_of(stood.loaded, stood.day, since, against, system or ())
    write_text(output, shown(drifts, stood.loaded, earlier, format.value, drawn=output is None))
    for file in damaged(stood.loaded):
        typer.echo(f"{file} cannot be read whole, so columns may only seem to have vanished", err=True)
    failing = fail_on is not FailOn.NEVER and drifts.fails(Severity(fail_on.value))
    raise typer.Exit(1 if failing else 0)
