"""`amanat rules`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from amanat.cli.options import OutputOption


class RulesFormat(StrEnum):
    """Formats of `rules`."""

    TEXT = "text"
    JSON = "json"
    MD = "md"


def rules(
    format: Annotated[
        RulesFormat, typer.Option("--format", "-f", help="How to print them.")
    ] = RulesFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """List all rules: code, name, severity, profiles, and what each finds.

    Example: amanat rules --format md --output rules.md
    """
    import json

    from amanat.cli.session import write_text
    from amanat.rules import RULES
    from amanat.rules.pages import markdown_table, row, text_table

    if format is RulesFormat.JSON:
        listed = {"version": 1, "rules": [row(rule) for rule in RULES]}
        write_text(output, json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
    else:
        write_text(output, markdown_table(RULES) if format is RulesFormat.MD else text_table(RULES))
