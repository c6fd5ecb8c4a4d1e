"""`amanat access-request`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, NoColorOption, OutputOption, StoodOption


class PlanFormat(StrEnum):
    """Formats of a plan."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"
    SQL = "sql"


class Dialect(StrEnum):
    """Engines whose SQL plans are written in."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    DUCKDB = "duckdb"


SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT_KIND", help="Whose data: an id under `subjects`, such as customer.")
]
DialectOption = Annotated[
    Dialect | None,
    typer.Option("--dialect", help="Write all SQL for this engine (default: that of each system)."),
]


def access_request(
    subject: SubjectArgument,
    format: Annotated[PlanFormat, typer.Option("--format", "-f", help="How to report.")] = PlanFormat.TEXT,
    dialect: DialectOption = None,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Plan how to collect one person's data: which systems in which order, by which key, the columns and the
    read queries, and what has to be told beside the copy. Opens no database.

    Example: amanat access-request customer

    Example: amanat access-request customer --format sql --output collect.sql
    """
    from amanat.cli.rights import Asked, access
    from amanat.cli.session import write_text

    asked = Asked(subject, dialect.value if dialect else None, lang, format.value)
    write_text(output, access(catalog, as_of, asked, no_color or output is not None))
