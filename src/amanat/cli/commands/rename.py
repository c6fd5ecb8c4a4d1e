"""`amanat rename`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.options import CatalogOption


def rename(
    id: Annotated[str, typer.Argument(metavar="ID", help="An id or source; `field:ID` to tell which.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show the change as a patch.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="A baseline, whose findings get the new name too."),
    ] = None,
    catalog: CatalogOption = None,
) -> None:
    """Rename an entry or a source wherever the catalog refers to it: fields, ledger, tests, suppressions.

    The entry notes what it was called (`renamed_from`). Nothing is renamed where a selector would cover other
    entries, or `check` would find something new.

    Example: amanat rename customer.email contact_point.email --dry-run

    Example: amanat rename system:saleor shop --dry-run
    """
    import sys

    from amanat.cli.renaming import plan
    from amanat.cli.rewriting import patch, write_all
    from amanat.cli.session import shown_path

    made = plan(catalog, id, new, baseline)
    if dry_run:
        sys.stdout.write(patch(made.changes))
    else:
        write_all(made.changes)
        for change in made.changes:
            what = "removed" if change.after is None else "wrote"
            sys.stdout.write(f"{what} {shown_path(change.path)}\n")
    if made.mentions:
        sys.stderr.write(f"note: texts or comments still say `{id}`:\n")
        sys.stderr.write("".join(f"  {place}\n" for place in made.mentions))
