"""`amanat scan`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, QuietOption


class FileKind(StrEnum):
    """What a file that describes a system may be."""

    DDL = "ddl"
    ODCS = "odcs"
    DBT = "dbt"
    JSON_SCHEMA = "json-schema"
    OPENAPI = "openapi"
    AVRO = "avro"
    PARQUET = "parquet"
    CSV = "csv"


def scan(
    systems: Annotated[
        list[str] | None, typer.Argument(metavar="[SYSTEM]...", help="Ids of systems.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every system in use that has a `url_env`.")] = False,
    url: Annotated[
        str | None,
        typer.Option("--url", help="Of the database. Other users may see it: better name `url_env`."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--from", metavar="PATH", help="A file that describes it, or a dbt project."),
    ] = None,
    kind: Annotated[FileKind | None, typer.Option("--kind", help="What the file is.")] = None,
    schema: Annotated[
        list[str] | None, typer.Option("--schema", help="Only tables of this schema of the database.")
    ] = None,
    views: Annotated[bool, typer.Option("--views", help="Columns of views too.")] = False,
    taken_on: Annotated[
        str | None, typer.Option("--taken-on", metavar="DATE", help="The day it was read (default: today).")
    ] = None,
    quiet: QuietOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Read the columns that a system really holds, and write them to `observed/<system>.columns.csv`.

    From the database that the system's `url_env` names, read only and without any row of a table; or from a
    file: DDL, a data contract, dbt, JSON Schema, OpenAPI, Avro, Parquet, CSV.

    Example: amanat scan saleor lago

    Example: amanat scan saleor --from schema.sql
    """
    from datetime import date

    from amanat.cli.scanning import Asked, chosen, scanned
    from amanat.cli.session import open_catalog
    from amanat.errors import UsageError

    if url is not None and file is not None:
        raise typer.BadParameter("`--url` and `--from` are two things to read: give one")
    if (url is not None or file is not None) and (every or len(systems or ()) != 1):
        raise typer.BadParameter("`--url` and `--from` are of one system: name it")
    try:
        day = date.today() if taken_on is None else date.fromisoformat(taken_on)
    except ValueError:
        raise UsageError(f"`{taken_on}` is not a date", hint="write it as 2026-01-31") from None
    loaded = open_catalog(catalog)
    asked = Asked(url, file, kind and kind.value, views, schema or ())
    found = chosen(loaded, systems or (), every)
    whole = scanned(loaded, found, asked, day, lambda text: None if quiet else typer.echo(text, nl=False))
    raise typer.Exit(0 if whole else 2)
