"""`amanat schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
) -> None:
    """Print the names of the JSON Schemas, or write or check a folder of them, for editors and other tools.

    Example: amanat schema --write schemas
    """
    from amanat.cli import output
    from amanat.schema import schema_files, schema_names

    if write is not None:
        output.write_plain(write, schema_files())
    elif check is not None:
        stale = output.differing(check, schema_files())
        for name in stale:
            typer.echo(f"{check / name} differs; write it again with: amanat schema --write {check}")
        raise typer.Exit(1 if stale else 0)
    else:
        for name in schema_names():
            typer.echo(name)
