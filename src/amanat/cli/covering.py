"""What `amanat coverage` asks for and prints."""

from __future__ import annotations

from fractions import Fraction

import typer

from amanat.cli.tables import TableFormat, show
from amanat.inventory.covered import Covered
from amanat.report.coverage import columns, rows, to_json, to_markdown, told


def least_of(text: str) -> Fraction:
    """The share that a percentage stands for, with or without its sign. Raises `BadParameter` for what is
    none between 0 and 100."""
    try:
        share = Fraction(text.strip().removesuffix("%").strip()) / 100
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1 or "/" in text:
        raise typer.BadParameter(f"`{text}` is not a percentage: write it as 95%", param_hint="--fail-under")
    return share


def shown(found: Covered, form: str, *, drawn: bool) -> str:
    """The coverage in one of the command's formats; `drawn` where a terminal may show a drawn table."""
    if form == "json":
        return to_json(found)
    if form == "md":
        return to_markdown(found)
    table = show(columns(found), rows(found), TableFormat(form), terminal=None if drawn else False)
    return table if form == "csv" else table + "".join(f"{sentence}\n" for sentence in told(found))
