"""`amanat policy`: build, explain, matrix, test, verify."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from amanat.load import Loaded

from amanat.cli.lazy import PLAIN
from amanat.cli.options import AsOfOption, CatalogOption, OutputOption, TextOrJson
from amanat.errors import UsageError

policy = typer.Typer(
    name="policy",
    help="Who may do what with which field: decide, explain, test, and write policy for engines.",
    no_args_is_help=True,
    **PLAIN,
)


class MatrixFormat(StrEnum):
    """Formats of `policy matrix`."""

    CSV = "csv"
    JSON = "json"
    TEXT = "text"


Selector = Annotated[str | None, typer.Option(metavar="ID", help="Only this id, or `prefix.*`.")]


@policy.command()
def build(
    target: Annotated[
        list[str] | None, typer.Option(help="Only this target (default: the catalog's `build.policy`).")
    ] = None,
    system: Annotated[list[str] | None, typer.Option(help="Only this system.")] = None,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder to write into (default: the catalog's `build.out`)."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")] = False,
) -> None:
    """Write access policy for engines, with its undo and a report of what they cannot express.

    Nothing is written from a catalog that cannot be read in full.

    Example: amanat policy build --system saleor
    """
    from amanat.cli.output import write
    from amanat.cli.session import judging_day, open_catalog
    from amanat.policy.build import build_policy, refuse_faults
    from amanat.policy.show import losses_as_text

    loaded = open_catalog(catalog)
    refuse_faults(loaded)
    built = build_policy(loaded.catalog, judging_day(as_of, loaded.root), target, system, as_of is not None)
    folder = output or loaded.root / loaded.catalog.settings.out
    write(folder, {name: text.encode() for name, text in built.files.items()}, force, part=True)
    typer.echo(losses_as_text(built, folder), nl=False)


@policy.command()
def explain(
    role: Annotated[str, typer.Option(help="Who acts.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    action: Annotated[str, typer.Option(help="read, create, update, delete, export or share.")] = "read",
    field: Annotated[str | None, typer.Option(help="With which field.")] = None,
    column: Annotated[str | None, typer.Option(help="With which column: `system.table.column`.")] = None,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Show one decision and every gate that led to it, each with its file and line.

    Example: amanat policy explain --role marketer --purpose marketing.email --field customer.email
    """
    from amanat.cli.session import judging_day, open_catalog, write_text
    from amanat.policy.columns import decide_column
    from amanat.policy.decide import decide
    from amanat.policy.show import explanation_as_json, explanation_as_text

    subject = field or column
    if subject is None or (field and column):
        raise UsageError("give either a field or a column", hint="add `--field ID` or `--column SOURCE`")
    loaded = open_catalog(catalog)
    _warn_of_faults(loaded)
    ask = decide if field else decide_column
    decision = ask(loaded.catalog, role, purpose, action, subject, judging_day(as_of, loaded.root))
    if format is TextOrJson.JSON:
        write_text(output, explanation_as_json(decision, loaded.spans))
    else:
        asked = (role, purpose, action, subject)
        write_text(output, explanation_as_text(asked, decision, loaded.spans))


@policy.command()
def matrix(
    role: Selector = None,
    purpose: Selector = None,
    action: Selector = None,
    field: Selector = None,
    format: Annotated[
        MatrixFormat, typer.Option("--format", "-f", help="How to report.")
    ] = MatrixFormat.TEXT,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """List every cell of role, purpose, action and field, sorted.

    Example: amanat policy matrix --role marketer --format csv
    """
    from amanat.cli.session import judging_day, open_catalog, write_text
    from amanat.policy import show
    from amanat.policy.matrix import cells, unmatched

    loaded = open_catalog(catalog)
    _warn_of_faults(loaded)
    if wrong := unmatched(loaded.catalog, role, purpose, action, field):
        raise _nothing_selected(*wrong)
    day = judging_day(as_of, loaded.root)
    found = cells(loaded.catalog, day, role=role, purpose=purpose, action=action, field=field)
    render = {"csv": show.matrix_as_csv, "json": show.matrix_as_json, "text": show.matrix_as_text}
    write_text(output, "".join(render[format.value](found)))


@policy.command()
def test(catalog: CatalogOption = None, as_of: AsOfOption = None, output: OutputOption = None) -> None:
    """Run the catalog's own expectations; exit with 1 when one fails, or may be missing.

    Example: amanat policy test --as-of 2026-06-30
    """
    from amanat.cli.session import judging_day, open_catalog, write_text
    from amanat.policy.expect import run_expectations
    from amanat.policy.show import results_as_text

    loaded = open_catalog(catalog)
    whole = not _warn_of_faults(loaded)
    results = run_expectations(loaded.catalog, judging_day(as_of, loaded.root))
    write_text(output, results_as_text(results))
    raise typer.Exit(0 if whole and all(result.passed for result in results) else 1)


@policy.command()
def verify(
    system: Annotated[str, typer.Argument(help="The system to look into.")],
    plan: Annotated[
        bool, typer.Option("--plan", help="Write the statements that mend it, and their inverse.")
    ] = False,
    except_: Annotated[
        list[str] | None,
        typer.Option("--except", metavar="ROLE", help="Tell of what this role holds, and leave it alone."),
    ] = None,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Compare what a live system grants with what is declared; exit with 1 when it differs.

    Connects by the URL in the environment variable that the system's `url_env` names, reads, and changes
    nothing. With --plan and --output FILE.sql the inverse goes to FILE.undo.sql.

    Example: amanat policy verify saleor --plan -o saleor.plan.sql
    """
    import os

    from amanat.cli.session import judging_day, open_catalog
    from amanat.cli.verifying import hand_over
    from amanat.policy.build import refuse_faults
    from amanat.policy.verify import verify_system

    loaded = open_catalog(catalog)
    refuse_faults(loaded)
    day = judging_day(as_of, loaded.root)
    report = verify_system(loaded.catalog, day, system, os.environ, except_ or ())
    hand_over(report, plan, format, output)
    raise typer.Exit(0 if report.clean else 1)


def _warn_of_faults(loaded: Loaded) -> bool:
    """Say that the answer rests on what could be read; whether that had to be said."""
    from amanat.policy.build import faults

    if found := faults(loaded):
        typer.echo(f"warning: the catalog has {found}; run `amanat check`", err=True)
    return bool(found)


def _nothing_selected(what: str, selector: str, names: tuple[str, ...]) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(selector, names, n=3) or names[:3]
    return UsageError(f"no {what} matches `{selector}`", hint=f"did you mean {', '.join(near) or 'none'}?")
