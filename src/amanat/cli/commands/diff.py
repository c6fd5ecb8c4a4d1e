"""`amanat diff`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import AsOfOption, CatalogOption, OutputOption


class DiffFormat(StrEnum):
    """How to tell a change."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"


class DiffFailOn(StrEnum):
    """Which changes exit with 1 unless they are approved."""

    WIDENING = "widening"
    ANY = "any"
    NEVER = "never"


def diff(
    states: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[BASE [HEAD]]",
            help="Each a git revision, REV:FOLDER, or a folder (default: HEAD and the working tree).",
            show_default=False,
        ),
    ] = None,
    format: Annotated[DiffFormat, typer.Option("--format", "-f", help="How to report.")] = DiffFormat.TEXT,
    fail_on: Annotated[
        DiffFailOn, typer.Option("--fail-on", help="What exits with 1, unless it is approved.")
    ] = DiffFailOn.NEVER,
    approve: Annotated[
        list[str] | None,
        typer.Option("--approve", metavar="FINGERPRINT", help="Write that the change is approved."),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="TEAM", help="With --approve: who approved it.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="With --approve: the day of approval.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="With --approve: why the change is right.")
    ] = None,
    driver: Annotated[
        bool, typer.Option("--driver", help="Act as git's external diff driver (git gives the arguments).")
    ] = False,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Tell what a change means for the people whose data it is: each change has a class (purpose-added,
    retention-longer, mask-weaker …) that is widening, narrowing or neutral, and the access that it opens or
    closes.

    Example: amanat diff origin/main --fail-on widening

    Example: amanat diff v1.0 v1.1 --format md --output changes.md
    """
    from amanat.cli import comparing
    from amanat.cli.session import judging_day, write_text
    from amanat.diff import Level
    from amanat.report.changes import FORMATS

    given = states or ["HEAD"]
    if driver:
        from amanat.cli.driving import driven

        if not states or len(states) not in (1, *range(7, 10)):
            raise typer.BadParameter(
                "git gives a diff driver seven arguments, or the path of an unmerged file"
            )
        write_text(output, driven(states, as_of))
        return
    if len(given) > 2:
        raise typer.BadParameter("give one state or two")
    if not approve and (by or on or reason):
        raise typer.BadParameter("`--by`, `--on` and `--reason` go with `--approve`")
    with comparing.states(catalog, given[0], given[1] if len(given) > 1 else None) as (before, after):
        made = comparing.told(before, after, judging_day(as_of, after.loaded.root))
        if approve:
            if len(given) > 1:
                raise typer.BadParameter("an approval is written into the working tree: leave out HEAD")
            approving = comparing.Approving(by or (), on, reason)
            typer.echo(comparing.approve(made, after.loaded, approve, approving), nl=False)
            return
        write_text(output, FORMATS[format.value](made))
    level = Level.WIDENING if fail_on is DiffFailOn.WIDENING else None
    raise typer.Exit(1 if comparing.fails(made, level, fail_on is DiffFailOn.ANY) else 0)
