"""Options that mean the same in every command."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

CatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", "-C", help="Folder of the catalog (default: found from here)."),
]
FolderArgument = Annotated[
    Path | None, typer.Argument(help="The same as --catalog.", metavar="[FOLDER]", show_default=False)
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Judge time by this day (default: the last commit's)."),
]
StoodOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="REV|DATE", help="The catalog as it stood at a git revision, or on a day."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colours (also: NO_COLOR).")]


class TextOrJson(StrEnum):
    """Formats of commands that a person or a program reads."""

    TEXT = "text"
    JSON = "json"


class Level(StrEnum):
    """Least severity that a terminal shows."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FailOn(StrEnum):
    """Least severity that makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class SheetFormat(StrEnum):
    """Formats of a report that people read."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"


SheetFormatOption = Annotated[SheetFormat, typer.Option("--format", "-f", help="How to report.")]
