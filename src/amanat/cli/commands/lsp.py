"""`amanat lsp`."""

from __future__ import annotations


def lsp() -> None:
    """Serve an editor over standard input and output (Language Server Protocol): diagnostics while typing,
    completion, hover, definitions, references, rename, symbols and quick fixes across the catalog's files.

    Example: amanat lsp
    """
    from amanat.errors import EnvironmentFault

    try:
        from amanat.cli.lsp.server import make
    except ImportError as error:
        raise EnvironmentFault(
            "the language server needs pygls", hint="install it: pip install 'amanat[lsp]'"
        ) from error
    make().start_io()
