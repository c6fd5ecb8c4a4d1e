"""`amanat docs`: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.lazy import PLAIN
from amanat.cli.options import AsOfOption, CatalogOption, FolderArgument, QuietOption

docs = typer.Typer(
    name="docs",
    help="The documentation site while you edit.\n\nExample: amanat docs serve",
    no_args_is_help=True,
    **PLAIN,
)


@docs.callback()
def _group() -> None:
    """The documentation site while you edit."""


@docs.command()
def serve(
    folder: FolderArgument = None,
    catalog: CatalogOption = None,
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="Port to listen on; 0 for any free one.")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others may only see it if you change this.")
    ] = "127.0.0.1",
    browse: Annotated[bool, typer.Option("--open", help="Open it in your browser.")] = False,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Serve the site from memory; a page in the browser follows each saved file.

    While the catalog has errors, the last good site stays and they are shown on it. Nothing is written.

    Example: amanat docs serve --open
    """
    from amanat.cli.serving import serve as run

    run(catalog or folder, host, port, as_of, browse, quiet)
