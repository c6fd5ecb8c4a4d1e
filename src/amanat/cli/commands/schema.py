"""`amanat schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption


def schema(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write all schemas into this folder.", show_default=False)
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", help="Exit with 1 when this folder differs from the schemas.", show_default=False
        ),
    ] = None,
    for_catalog: Annotated[
        bool,
        typer.Option("--for-catalog", help="The schemas of the input files, with the ids of this catalog."),
    ] = False,
    catalog: CatalogOption = None,
) -> None:
    """Print the names of the JSON Schemas, or write or check a folder of them, for editors and other tools.
    With --for-catalog an editor completes and checks the ids of this catalog, too.

    Example: amanat schema --write schemas

    Example: amanat schema --for-catalog --write .vscode/amanat
    """
    from amanat.cli import editing, output
    from amanat.schema import schema_files

    files = editing.schema_files(catalog) if for_catalog else schema_files()
    if write is not None:
        output.write_plain(write, files)
    elif check is not None:
        stale = output.differing(check, files)
        option = " --for-catalog" if for_catalog else ""
        for name in stale:
            typer.echo(f"{check / name} differs; write it again with: amanat schema{option} --write {check}")
        raise typer.Exit(1 if stale else 0)
    else:
        for name in sorted(files):
            typer.echo(name.removesuffix(".schema.json"))
