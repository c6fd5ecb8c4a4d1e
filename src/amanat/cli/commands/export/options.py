"""Options that every register has."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class RegisterFormat(StrEnum):
    """Formats of a register."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    MARKDOWN = "md"


RegisterFormatOption = Annotated[RegisterFormat, typer.Option("--format", "-f", help="What to write.")]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option("--columns", metavar="NAMES", help="Only these columns, in this order (a,b,c)."),
]
WhereOption = Annotated[
    str | None,
    typer.Option("--where", metavar="SQL", help="Only rows for which this expression over columns is true."),
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="TAG", help="Texts in this language only, such as fa.")
]
BomOption = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for spreadsheets.")]
