"""`amanat erasure`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.access_request import DialectOption, PlanFormat, SubjectArgument
from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, NoColorOption, OutputOption, StoodOption


def erasure(
    subject: SubjectArgument,
    jurisdiction: Annotated[
        str | None,
        typer.Option("--jurisdiction", metavar="PLACE", help="Law that the person is under, such as EU."),
    ] = None,
    format: Annotated[PlanFormat, typer.Option("--format", "-f", help="How to report.")] = PlanFormat.TEXT,
    dialect: DialectOption = None,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    no_color: NoColorOption = False,
    catalog: CatalogOption = None,
) -> None:
    """Plan how to erase one person: order and method in each system, what is kept and why, backups, whom to
    notify, and a proof for each step. Runs nothing; the day of erasure is that of --as-of.

    Example: amanat erasure customer --as-of 2026-11-27

    Example: amanat erasure customer --jurisdiction EU --format sql --output erase.sql
    """
    from amanat.cli.rights import Asked
    from amanat.cli.rights import erasure as plan
    from amanat.cli.session import write_text

    asked = Asked(subject, dialect.value if dialect else None, lang, format.value)
    write_text(output, plan(catalog, as_of, jurisdiction, asked, no_color or output is not None))
