"""`amanat new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.asking import asked
from amanat.cli.options import CatalogOption


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="field, system, purpose, role, team …")],
    id: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A value, such as label.en=Name or purposes=orders."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="The catalog's file to write into."),
    ] = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
    catalog: CatalogOption = None,
) -> None:
    """Add an entry: asks in a terminal, and takes `--set` in scripts; every answer is checked at once.

    What `check` then still has to say about the entry is told with its line.

    Example: amanat new team wholesale --set label=Wholesale --set contact=parcels@shop.example
    """
    import sys

    from amanat.cli.accepting import file_named
    from amanat.cli.adding import Draft, missing
    from amanat.cli.rewriting import write_all
    from amanat.cli.session import shown_path

    draft = Draft(catalog, kind, id)
    for one in given or ():
        key, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"`{one}` is not KEY=VALUE")
        draft.give(key, value)
    if not no_input and sys.stdin.isatty():
        typer.echo(_HOW, err=True)
        draft.ask(_ask, lambda told: typer.echo(f"  {told}", err=True))
    change = draft.change(draft.file() if file is None else file_named(draft.loaded, file))
    write_all([change])
    sys.stdout.write(f"wrote `{id}` to {shown_path(change.path)}\n")
    left = missing(draft)
    sys.stdout.write("".join(f"  {line}\n" for line in left) or "check has nothing to say about it\n")


def _ask(key: str, meaning: str, offers: object) -> str:
    words = [str(one) for one in offers] if isinstance(offers, tuple | list) else []
    shown = f" [{', '.join(words[:12])}{', …' if len(words) > 12 else ''}]" if words else ""
    return asked(f"{key}: {meaning}{shown}\n> ", default="")


_HOW = (
    "An empty answer leaves a value out, ? lists what may stand there; lists are written with commas, maps "
    "as {key: value}. Ctrl-C stops, and nothing is written."
)
