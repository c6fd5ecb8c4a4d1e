"""`amanat lsp`."""

from __future__ import annotations

from typing import Annotated

import typer


def lsp(
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Speak over standard input and output; nothing else is spoken.")
    ] = True,
) -> None:
    """Serve an editor over standard input and output (Language Server Protocol): diagnostics while typing,
    completion, hover, definitions, references, rename, symbols and quick fixes across the catalog's files.

    Example: amanat lsp --stdio
    """
    import sys

    from amanat.errors import EnvironmentFault, UsageError

    del stdio  # editors give it by habit
    if sys.stdin.isatty():
        raise UsageError(
            "an editor starts this command, not a person", hint="see `In the editor` in the README"
        )
    try:
        from amanat.cli.lsp.server import make
    except ImportError as error:
        raise EnvironmentFault(
            "the language server needs pygls", hint="install it: pip install 'amanat[lsp]'"
        ) from error
    make().start_io()
