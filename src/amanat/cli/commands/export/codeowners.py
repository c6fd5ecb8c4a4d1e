"""`amanat export codeowners`."""

from __future__ import annotations

import typer

from amanat.cli.options import CatalogOption, OutputOption


def codeowners(output: OutputOption = None, catalog: CatalogOption = None) -> None:
    """Write who reviews a change to which file of the catalog, for GitHub and GitLab.

    Example: amanat export codeowners --output .github/CODEOWNERS
    """
    from amanat.cli.exporting import export_codeowners

    raise typer.Exit(export_codeowners(catalog, output))
