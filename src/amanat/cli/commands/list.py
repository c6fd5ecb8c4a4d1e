"""`amanat list`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption
from amanat.cli.tables import TableFormat


class Listed(StrEnum):
    """What can be listed."""

    FIELDS = "fields"
    SOURCES = "sources"
    SYSTEMS = "systems"
    TEAMS = "teams"
    SUBJECTS = "subjects"
    PURPOSES = "purposes"
    ROLES = "roles"
    RETENTION = "retention"
    CATEGORIES = "categories"
    CLASSIFICATIONS = "classifications"
    RECIPIENTS = "recipients"
    TRANSFERS = "transfers"
    HOLDS = "holds"
    STAGES = "stages"
    DISCREPANCIES = "discrepancies"
    DENIALS = "denials"
    EXPECTATIONS = "expectations"


OwnerFilter = Annotated[
    str | None, typer.Option("--owner", metavar="TEAM", help="What this team answers for.")
]
SystemFilter = Annotated[
    str | None, typer.Option("--system", metavar="SYSTEM", help="What this system holds.")
]
CategoryFilter = Annotated[
    str | None, typer.Option("--category", metavar="CATEGORY", help="This category and what is below it.")
]
PurposeFilter = Annotated[
    str | None, typer.Option("--purpose", metavar="PURPOSE", help="What may be used for this purpose.")
]
ClassFilter = Annotated[
    str | None, typer.Option("--classification", metavar="CLASS", help="What is classified so.")
]
StatusFilter = Annotated[
    str | None, typer.Option("--status", metavar="STATUS", help="planned, live, retiring or retired.")
]


def list_(
    kind: Annotated[Listed, typer.Argument(help="What to list.")] = Listed.FIELDS,
    owner: OwnerFilter = None,
    system: SystemFilter = None,
    category: CategoryFilter = None,
    purpose: PurposeFilter = None,
    classification: ClassFilter = None,
    status: StatusFilter = None,
    format: Annotated[TableFormat, typer.Option("--format", "-f", help="How to show it.")] = TableFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """List fields, systems, purposes or another kind of entry, filtered.

    Example: amanat list fields --system saleor --category contact
    """
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.cli.tables import show
    from amanat.inventory.listing import list_entries
    from amanat.inventory.select import Filter

    filters = Filter(owner, system, category, purpose, classification, status)
    columns, rows = list_entries(opened(catalog, as_of).loaded.catalog, kind.value, filters)
    write_text(output, show(columns, rows, format, terminal=None if output is None else False))
