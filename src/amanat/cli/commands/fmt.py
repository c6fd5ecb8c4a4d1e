"""`amanat fmt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Files and folders (default: the catalog)."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 and name what is not laid out so.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change as a patch.")
    ] = False,
    catalog: CatalogOption = None,
) -> None:
    """Lay out YAML files in their canonical form: order of keys, indentation, spaces, quotes.

    Meaning, comments, anchors and the order of entries stay, or the file is left as it is.

    Example: amanat fmt --check

    Example: amanat fmt catalog/fields/contact.yaml --diff
    """
    import sys

    from amanat.cli.formatting import plan
    from amanat.cli.rewriting import patch, write_all
    from amanat.cli.session import shown_path

    made = plan(paths or (), catalog)
    if diff:
        sys.stdout.write(patch(made.changes))
    elif not check:
        write_all(made.changes)
    would = "would change" if check or diff else "changed"
    told = sys.stderr if diff else sys.stdout
    for change in made.changes:
        told.write(f"{would} {shown_path(change.path)}\n")
    for problem in made.problems:
        sys.stderr.write(problem.told())
    left = made.files - len(made.problems)
    total = f"{len(made.changes)} of {made.files} file{'' if made.files == 1 else 's'}"
    told.write(f"{total} {would}\n" if made.changes else f"{left} laid out already\n")
    raise typer.Exit(1 if made.problems or ((check or diff) and made.changes) else 0)
