"""`amanat build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import (
    AsOfOption,
    CatalogOption,
    FailOn,
    FolderArgument,
    Level,
    NoColorOption,
    QuietOption,
)


def build(
    folder: FolderArgument = None,
    catalog: CatalogOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder to write into (default: the catalog's `build.out`)."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when files there are stale.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")] = False,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that stops the build.")
    ] = FailOn.ERROR,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the catalog, then generate policy, documentation, inventory and schemas under `build/`.

    Nothing is written when the check fails.

    Example: amanat build --catalog catalog
    """
    from amanat.cli.building import finish, generated
    from amanat.cli.checking import checked, console, exit_code
    from amanat.cli.session import judge
    from amanat.memory import uncollected

    with uncollected():
        judged = judge(catalog or folder, as_of)
        made = checked(judged, fail_on, None, None)
        if exit_code(made):
            typer.echo(console(judged, made, Level(fail_on.value), quiet, no_color), nl=False)
            typer.echo("nothing was built: mend the findings above first", err=True)
            raise typer.Exit(1)
        target = output or judged.loaded.root / judged.loaded.catalog.settings.out
        raise typer.Exit(finish(judged, target, generated(judged, target, anew=check), check, force, quiet))
