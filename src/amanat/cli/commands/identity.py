"""`amanat identity`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption, TextOrJson


def identity(
    system: Annotated[list[str] | None, typer.Option("--system", help="Only this system.")] = None,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Show how the rows of each system lead to its customer id, and how that connects to the global one.

    Example: amanat identity --system saleor
    """
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.errors import UsageError
    from amanat.identity import identity_graph
    from amanat.identity.document import render
    from amanat.identity.show import as_text

    found = opened(catalog, as_of).loaded.catalog
    for name in system or ():
        if name not in found.systems:
            raise UsageError(f"no system is called `{name}`", hint="`amanat list systems` shows the ids")
    graph = identity_graph(found)
    if system:
        graph = graph.only(system)
    write_text(output, render(graph) if format is TextOrJson.JSON else as_text(graph, found.language))
