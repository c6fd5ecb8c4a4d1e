"""`amanat query`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption
from amanat.cli.tables import TableFormat


def query(
    sql: Annotated[str | None, typer.Argument(help="A SELECT over the index.")] = None,
    tables: Annotated[bool, typer.Option("--tables", help="List the tables and their columns.")] = False,
    format: Annotated[TableFormat, typer.Option("--format", "-f", help="How to show it.")] = TableFormat.TEXT,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Ask the catalog in SQL (SQLite); only reading is possible.

    Example: amanat query "SELECT field FROM search WHERE search MATCH 'email'"
    """
    from amanat.cli.exporting import conflict_report
    from amanat.cli.session import judge, warn_of_faults, write_text
    from amanat.cli.standing import judge_as_it_stood, told
    from amanat.cli.tables import show
    from amanat.errors import UsageError
    from amanat.index.build import index_in_memory
    from amanat.index.reading import Described, ask, describe, read_only

    if sql is None and not tables:
        raise UsageError("there is no query", hint="give a SELECT, or see the tables: amanat query --tables")
    if as_of is None:
        judged = judge(catalog, None)
        warn_of_faults(judged.loaded)
    else:
        judged, stood = judge_as_it_stood(catalog, as_of)
        told(stood)
    loaded, report = judged.loaded, conflict_report(judged)
    connection = read_only(index_in_memory(loaded.catalog, report, judged.diagnostics, loaded.spans))
    columns, rows = (Described._fields, describe(connection)) if sql is None else ask(connection, sql)
    write_text(output, show(columns, rows, format, terminal=None if output is None else False))
