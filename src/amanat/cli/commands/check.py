"""`amanat check`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import (
    AsOfOption,
    CatalogOption,
    FailOn,
    FolderArgument,
    Level,
    NoColorOption,
    OutputOption,
    QuietOption,
)


class CheckFormat(StrEnum):
    """Formats of `check`."""

    CONSOLE = "console"
    JSON = "json"


def check(
    folder: FolderArgument = None,
    catalog: CatalogOption = None,
    format: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to report.")
    ] = CheckFormat.CONSOLE,
    output: OutputOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    level: Annotated[
        Level, typer.Option("--level", help="Least severity that the console shows.")
    ] = Level.WARNING,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the catalog: files, schema, references, every rule, conflicts between sources.

    Example: amanat check --fail-on warning
    """
    from amanat.cli.session import exit_code, judge, show_diagnostics, write_text
    from amanat.report import json as json_report

    judged = judge(catalog or folder, as_of)
    if format is CheckFormat.JSON:
        write_text(output, json_report.render(judged.loaded.catalog, judged.diagnostics))
    else:
        write_text(output, show_diagnostics(judged, level, quiet, no_color or output is not None))
    raise typer.Exit(exit_code(judged.diagnostics, fail_on))
