"""`amanat quiz`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.export.options import LangOption
from amanat.cli.options import CatalogOption, OutputOption, StoodOption, TextOrJson


def quiz(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The role that you have.")],
    seed: Annotated[
        str, typer.Option("--seed", metavar="TEXT", help="Another seed draws other questions.")
    ] = "",
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="LIST|FILE", help="Numbers of choices instead of asking: 2,1,4 …"),
    ] = None,
    share: Annotated[
        int, typer.Option("--pass", metavar="PERCENT", min=0, max=100, help="How much has to be right.")
    ] = 80,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    lang: LangOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Ask what the data that a role uses means, what it is used for, and what the role may see; check the
    answers against the catalog. The exit code is 0 for whoever passed, else 1. JSON without --answers is the
    paper.

    Example: amanat quiz support_agent --answers 1,2,3,4,1,2,1,2,3

    Example: amanat quiz analyst --seed 2026-Q4 --format json --output paper.json
    """
    from amanat.cli.quizzing import Asked, run

    asked = Asked(role, seed, lang, answers, share, format is TextOrJson.JSON)
    raise typer.Exit(run(catalog, as_of, asked, output))
