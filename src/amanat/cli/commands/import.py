"""`amanat import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, TextOrJson


class Form(StrEnum):
    """What a file is of."""

    FIDES = "fides"
    ODCS = "odcs"
    DBT = "dbt"
    GLOSSARY = "glossary"
    SHEET = "sheet"


def import_(
    form: Annotated[Form, typer.Argument(help="What the files are of.", show_default=False)],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files, or folders of them.", show_default=False)
    ],
    into: Annotated[
        str | None, typer.Option("--into", metavar="FILE", help="A new file of the catalog to write.")
    ] = None,
    system: Annotated[
        str, typer.Option("--system", help="With dbt: the system that models are in.")
    ] = "warehouse",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and stop.")] = False,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    output: OutputOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Take what other tools know into a new file of the catalog: Fides, data contracts (ODCS 3), dbt,
    glossaries of OpenMetadata (CSV) and DataHub (YAML), sheets (CSV, XLSX).

    Nothing of a source is dropped: what has no key stays with its entry under `x_…`, the rest is listed.
    Fields are planned until somebody completes them. No entry and no file that is there is changed.

    Example: amanat import odcs contract.yaml --dry-run
    """
    from amanat.cli.importing import enter, read, to_json, told
    from amanat.cli.session import open_catalog, write_text

    loaded = open_catalog(catalog)
    result = enter(loaded, read(form.value, files, system), form.value, into, dry_run)
    write_text(output, to_json(result) if format is TextOrJson.JSON else told(result, dry_run))
