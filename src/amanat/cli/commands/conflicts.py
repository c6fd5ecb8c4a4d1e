"""`amanat conflicts`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import AsOfOption, CatalogOption, FailOn, NoColorOption, OutputOption


class Least(StrEnum):
    """Least severity to show."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ConflictFormat(StrEnum):
    """How to report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"
    HTML = "html"


FieldFilter = Annotated[list[str] | None, typer.Option("--field", help="A field id, or `prefix.*`.")]
FacetFilter = Annotated[list[str] | None, typer.Option("--facet", help="A facet, such as `length`.")]
SystemFilter = Annotated[list[str] | None, typer.Option("--system", help="With a source of this system.")]
StatusFilter = Annotated[
    list[str] | None, typer.Option("--status", help="open, accepted, fixing, disputed or reopened.")
]


def conflicts(
    field: FieldFilter = None,
    facet: FacetFilter = None,
    system: SystemFilter = None,
    severity: Annotated[Least, typer.Option("--severity", help="At least so severe.")] = Least.INFO,
    status: StatusFilter = None,
    format: Annotated[
        ConflictFormat, typer.Option("--format", "-f", help="How to report.")
    ] = ConflictFormat.TEXT,
    output: OutputOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    no_color: NoColorOption = False,
) -> None:
    """Show where sources contradict each other, per field and side by side, with ways out.

    Example: amanat conflicts --field 'customer.*' --severity warning
    """
    from amanat.cli.drawing import written_conflicts
    from amanat.cli.session import judging_day, open_catalog, write_text
    from amanat.conflicts import compare
    from amanat.conflicts.document import Wanted, chosen, fails, unknown_filters
    from amanat.diagnostic import Severity
    from amanat.errors import UsageError

    loaded = open_catalog(catalog)
    wanted = Wanted(field or (), facet or (), system or (), Severity(severity.value), status or ())
    for problem in unknown_filters(loaded.catalog, wanted):
        raise UsageError(problem, hint="`amanat list fields` and `amanat list systems` show the ids")
    report = compare(loaded.catalog, judging_day(as_of, loaded.root))
    found = chosen(report.conflicts, wanted)
    plain = no_color or output is not None
    write_text(output, written_conflicts(format.value, found, report, loaded, plain=plain))
    raise typer.Exit(1 if fail_on is not FailOn.NEVER and fails(found, Severity(fail_on.value)) else 0)
