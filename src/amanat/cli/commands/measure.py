"""`amanat measure`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import AsOfOption, CatalogOption, OutputOption, QuietOption, TextOrJson


def measure(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SYSTEM|FIELD]...", help="What to measure (default: all that is reached)."),
    ] = None,
    url: Annotated[
        list[str] | None,
        typer.Option("--url", metavar="[SYSTEM=]URL", help="Where a system is (default: by its `url_env`)."),
    ] = None,
    timeout: Annotated[int, typer.Option("--timeout", metavar="SECONDS", min=1, help="Of a query.")] = 120,
    ids: Annotated[
        bool, typer.Option("--ids", help="Also compare customer ids between systems, and count rows without.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Keep what was counted under `observed/`.")
    ] = True,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    quiet: QuietOption = False,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Count where the data is how far it meets the `quality` that fields expect, and keep the counts, dated.

    One query a table, in the engine that holds it: PostgreSQL, MariaDB, DuckDB, Spark, or CSV and Parquet
    files. No value leaves it. Exits with 1 when an expectation is not met, or a system or table did not
    answer.

    Example: amanat measure saleor --url exports/ --as-of 2026-06-30 --no-keep
    """
    from amanat.cli.measuring import Asked, measured_and_kept, report
    from amanat.cli.session import write_text

    result = measured_and_kept(catalog, Asked(names or (), url or (), timeout, as_of, ids, keep))
    write_text(output, report(result, format, quiet))
    raise typer.Exit(0 if result.well else 1)
