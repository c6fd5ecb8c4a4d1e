"""`amanat coverage`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption


class CoverageFormat(StrEnum):
    """How to report."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"


class GroupedBy(StrEnum):
    """What rows stand for."""

    SYSTEM = "system"
    TABLE = "table"
    TEAM = "team"
    CATEGORY = "category"


def coverage(
    by: Annotated[GroupedBy, typer.Option("--by", help="What a row stands for.")] = GroupedBy.SYSTEM,
    system: Annotated[list[str] | None, typer.Option("--system", help="Only this system.")] = None,
    fail_under: Annotated[
        str | None,
        typer.Option(
            "--fail-under",
            metavar="PERCENT",
            help="Exit with 1 when less of the columns is settled, or it is not known.",
        ),
    ] = None,
    format: Annotated[
        CoverageFormat, typer.Option("--format", "-f", help="How to report.")
    ] = CoverageFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Count the columns that are mapped, ignored with a reason, or neither, and the sources that snapshots
    show, miss, or say nothing about. What is unknown never counts as covered.

    Example: amanat coverage --by table --system saleor

    Example: amanat coverage --fail-under 95%
    """
    from amanat.cli.covering import least_of, shown
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.inventory.covered import Group, covered

    least = None if fail_under is None else least_of(fail_under)
    found = covered(opened(catalog, as_of).loaded.catalog, Group(by.value), system or ())
    write_text(output, shown(found, format.value, drawn=output is None))
    raise typer.Exit(1 if least is not None and found.short(least) else 0)
