"""`amanat check`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import (
    AsOfOption,
    CatalogOption,
    FailOn,
    FolderArgument,
    Level,
    NoColorOption,
    QuietOption,
)


class CheckFormat(StrEnum):
    """Formats of `check`."""

    CONSOLE = "console"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "md"


def check(
    folder: FolderArgument = None,
    catalog: CatalogOption = None,
    format: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to report.")
    ] = CheckFormat.CONSOLE,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="[FORMAT:]FILE",
            help="Write to this file instead of the terminal; as FORMAT:FILE beside it, also several times.",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that exits with 1.")
    ] = FailOn.ERROR,
    level: Annotated[
        Level, typer.Option("--level", help="Least severity that the console shows.")
    ] = Level.WARNING,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV", help="Only what is new since a git revision counts."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings that this file knows do not count."),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", metavar="FILE", help="Write what is found as a baseline, and stop."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="First repair what can be repaired without a person's judgement.")
    ] = False,
    suggested: Annotated[
        bool,
        typer.Option("--suggested", help="With --fix: also what is likely meant (the nearest id)."),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="With --fix: write nothing, show the repairs as a patch, and stop.")
    ] = False,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Check the catalog: files, schema, references, every rule, conflicts between sources.

    Example: amanat check --fail-on warning

    Example: amanat check --fix --suggested --diff

    Example: amanat check --since origin/main -o sarif:amanat.sarif -o junit:amanat.xml
    """
    from amanat.cli import checking
    from amanat.cli.session import check as judge

    wanted = checking.outputs(format.value, output or ())
    if write_baseline is not None:
        if baseline is not None or since is not None or output:
            raise typer.BadParameter("`--write-baseline` takes no other baseline, revision or output")
        checking.write_baseline(judge(catalog or folder, as_of), write_baseline)
        return
    if (suggested or diff) and not fix:
        raise typer.BadParameter("`--suggested` and `--diff` go with `--fix`")
    if fix:
        _repair(catalog or folder, as_of, suggested, diff)
    known = None if baseline is None else checking.read_baseline(baseline)
    judged = judge(catalog or folder, as_of)
    made = checking.checked(judged, fail_on, since, known)
    checking.write(judged, made, wanted, level, quiet, no_color)
    if known is not None and baseline is not None:
        checking.shrink(judged, known, baseline)
    raise typer.Exit(checking.exit_code(made))


def _repair(catalog: Path | None, as_of: str | None, suggested: bool, diff: bool) -> None:
    """Repair the catalog; or show the repairs, and exit with 1 where there are any."""
    import sys

    from amanat.cli.fixing import plan
    from amanat.cli.rewriting import patch, write_all

    made = plan(catalog, as_of, suggested)
    if diff:
        sys.stdout.write(patch(made.changes))
        sys.stderr.write(made.told(written=False))
        raise typer.Exit(1 if made.changes else 0)
    write_all(made.changes)
    sys.stderr.write(made.told())
