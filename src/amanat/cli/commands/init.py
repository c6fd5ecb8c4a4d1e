"""`amanat init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where (default: here).")] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="What the catalog is called.")] = None,
    controller: Annotated[str | None, typer.Option("--controller", help="Legal name of the company.")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="Its mailbox for privacy.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Where it is: DE, IR …")] = None,
    laws: Annotated[str | None, typer.Option("--laws", help="Jurisdictions, such as EU,IR.")] = None,
    languages: Annotated[str, typer.Option("--languages", help="Of texts, the first one first.")] = "en",
    from_ddl: Annotated[
        Path | None, typer.Option("--from-ddl", metavar="FILE", help="Tables of a system, as CREATE TABLE.")
    ] = None,
    from_odcs: Annotated[
        Path | None,
        typer.Option("--from-odcs", metavar="FILE", help="A data contract (ODCS 3), YAML or JSON."),
    ] = None,
    from_dbt: Annotated[
        Path | None,
        typer.Option("--from-dbt", metavar="PATH", help="A dbt project's folder or its manifest.json."),
    ] = None,
    from_url_env: Annotated[
        str | None,
        typer.Option("--from-url-env", metavar="VAR", help="Holds the URL of a PostgreSQL or MariaDB."),
    ] = None,
    system: Annotated[str, typer.Option("--system", help="With --from-…: id of the system.")] = "shop",
    engine: Annotated[str | None, typer.Option("--engine", help="Of the system: postgresql, mysql …")] = None,
) -> None:
    """Start a catalog: empty, or with a system and the columns that DDL, a contract, dbt or a database tell.

    Asks in a terminal for what is not given. A catalog that is there is never written over.

    Example: amanat init ../new --name Shop --controller Shop --contact p@shop.example --country DE --laws EU
    """
    import sys

    from amanat.cli.finding import found_in
    from amanat.cli.rewriting import write_all
    from amanat.cli.session import shown_path
    from amanat.cli.starting import Start, files, missing, refuse_another

    refuse_another(folder)
    start = Start(
        name or _answer("name", "What the catalog is called"),
        _parts(languages),
        controller or _answer("controller", "Legal name of the company"),
        contact or _answer("contact", "Its mailbox for privacy"),
        country or _answer("country", "Where it is, such as DE or IR"),
        _parts(laws or _answer("laws", "Jurisdictions whose law it heeds, such as EU,IR")),
    )
    found = found_in(system, engine, from_ddl, from_odcs, from_dbt, from_url_env)
    changes = files(folder, start, system, found)
    write_all(changes)
    sys.stdout.write("".join(f"wrote {shown_path(change.path)}\n" for change in changes))
    left = missing(folder)
    sys.stdout.write("".join(f"  {line}\n" for line in left) or "check has nothing to say about it\n")


def _parts(given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(","))


def _answer(key: str, question: str) -> str:
    """What a person answers in a terminal, asked again while it cannot stand there. Raises `UsageError`
    outside one."""
    import sys

    from amanat.cli.asking import asked
    from amanat.cli.starting import wrong
    from amanat.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError(f"`--{key}` is missing", hint="give it, or run the command in a terminal")
    while True:
        answer = asked(f"{question}: ").strip()
        told = wrong(key, _parts(answer) if key == "laws" else answer)
        if not told:
            return answer
        typer.echo(f"  {told}", err=True)
