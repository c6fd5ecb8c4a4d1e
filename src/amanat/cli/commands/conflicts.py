"""`amanat conflicts`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, FailOn, Level, NoColorOption, OutputOption, StoodOption


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
    severity: Annotated[Level, typer.Option("--severity", help="At least so severe.")] = Level.INFO,
    status: StatusFilter = None,
    format: Annotated[
        ConflictFormat, typer.Option("--format", "-f", help="How to report.")
    ] = ConflictFormat.TEXT,
    output: OutputOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV", help="What changed since a git revision (text or json)."),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option("--accept", metavar="FIELD/FACET", help="Write its entry into the ledger, and stop."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="With --accept: the catalog's file to write into.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="With --accept: why it does no harm.")
    ] = None,
    approved_by: Annotated[
        str | None,
        typer.Option("--approved-by", metavar="TEAM", help="With --accept: not the field's owner."),
    ] = None,
    approved_on: Annotated[
        str | None, typer.Option("--approved-on", metavar="DATE", help="With --accept: the day of approval.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DATE", help="With --accept: at most a year later.")
    ] = None,
    catalog: CatalogOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
) -> None:
    """Show where sources contradict each other, per field and side by side, with ways out; or accept one.

    Example: amanat conflicts --field 'customer.*' --severity warning

    Example: amanat conflicts --accept customer.phone/empty --expires 2027-01-31
    """
    given = (reason, approved_by, approved_on, expires)
    if accept is not None:
        shown = (field, facet, system, status, output, since)
        if any(shown) or (severity, format, fail_on) != (Level.INFO, ConflictFormat.TEXT, FailOn.ERROR):
            raise typer.BadParameter("`--accept` takes no filters, format, output or `--fail-on`")
        _write_acceptance(accept, file, given, catalog, as_of)
        return
    if file is not None or any(one is not None for one in given):
        raise typer.BadParameter("reason, approval, dates and `--file` go with `--accept FIELD/FACET`")
    from amanat.cli.drawing import written_conflicts
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.conflicts import compare
    from amanat.conflicts.document import Wanted, chosen, fails, unknown_filters
    from amanat.diagnostic import Severity
    from amanat.errors import UsageError

    if since is not None and format not in (ConflictFormat.TEXT, ConflictFormat.JSON):
        raise typer.BadParameter("`--since` is told as text or json")
    stood = opened(catalog, as_of)
    loaded = stood.loaded
    wanted = Wanted(field or (), facet or (), system or (), Severity(severity.value), status or ())
    if since is not None:
        from amanat.cli.changes import changes

        made = changes(stood, since, wanted, format.value)
        write_text(output, made.text)
        failing = fail_on is not FailOn.NEVER and made.since.fails(Severity(fail_on.value))
        raise typer.Exit(1 if failing else 0)
    for problem, way_out in unknown_filters(loaded.catalog, wanted):
        raise UsageError(problem, hint=way_out)
    report = compare(loaded.catalog, stood.day)
    found = chosen(report.conflicts, wanted)
    plain = no_color or output is not None
    write_text(output, written_conflicts(format.value, found, report, loaded, plain=plain))
    raise typer.Exit(1 if fail_on is not FailOn.NEVER and fails(found, Severity(fail_on.value)) else 0)


def _write_acceptance(
    wanted: str,
    file: Path | None,
    given: tuple[str | None, str | None, str | None, str | None],
    catalog: Path | None,
    as_of: str | None,
) -> None:
    from amanat.cli.accepting import accept
    from amanat.cli.session import write_text
    from amanat.conflicts.acceptance import Given

    write_text(None, accept(catalog, as_of, wanted, file, Given(*given)))
