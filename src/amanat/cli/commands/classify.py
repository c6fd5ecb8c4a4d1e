"""`amanat classify`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption
from amanat.cli.tables import TableFormat


def classify(
    systems: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SYSTEM]...", help="Ids (default: all).", show_default=False),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, max=10_000, help="Look at so many values of each column too.")
    ] = 0,
    url: Annotated[
        str | None, typer.Option("--url", help="With --sample: of the database or of files, of one system.")
    ] = None,
    least: Annotated[
        float, typer.Option("--confidence", min=0.5, max=1.0, help="Least confidence of a proposal.")
    ] = 0.5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show proposals, and write no file.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write accepted proposals into the catalog, and stop.")
    ] = False,
    format: Annotated[TableFormat, typer.Option("--format", "-f", help="How to show it.")] = TableFormat.TEXT,
    output: OutputOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Propose category and field for columns that nobody mapped or ignored, with evidence and confidence.

    Proposals go to `observed/<system>.proposals.csv`. Write `accept` or `reject` (with a reason) there, then
    run it with --write. Values are looked at only with --sample, and never kept.

    Example: amanat classify matomo --dry-run

    Example: amanat classify --confidence 0.7
    """
    from amanat.cli.classifying import chosen, failed, found_in, keep, shown
    from amanat.cli.classifying import write as write_accepted
    from amanat.cli.session import open_catalog, write_text

    if url is not None and (not sample or len(systems or ()) != 1):
        raise typer.BadParameter("`--url` goes with `--sample`, and is of one system: name it")
    loaded = open_catalog(catalog)
    wanted = chosen(loaded, systems or ())
    if write:
        done, left = write_accepted(loaded, wanted)
        typer.echo("\n".join(done) or "nothing is accepted, so nothing was written")
        for line in left:
            typer.echo(f"not written: {line}", err=True)
        raise typer.Exit(1 if left else 0)
    found = [found_in(loaded, system, sample, url, least) for system in wanted]
    files = [] if dry_run else keep(loaded, found)
    write_text(output, shown(found, files, format, drawn=output is None))
    failed(found)
