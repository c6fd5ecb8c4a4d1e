"""`amanat policy`: build, explain, matrix, diff, test, verify."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amanat.cli.lazy import PLAIN
from amanat.cli.options import AsOfOption, CatalogOption, NoColorOption, OutputOption, StoodOption, TextOrJson
from amanat.errors import UsageError

policy = typer.Typer(
    name="policy",
    help="Who may do what with which field: decide, explain, test, and write policy for engines.\n\n"
    "Example: amanat policy matrix --role marketer",
    no_args_is_help=True,
    **PLAIN,
)


class MatrixFormat(StrEnum):
    """Formats of `policy matrix` and `policy diff`."""

    CSV = "csv"
    JSON = "json"
    TEXT = "text"


class TestFormat(StrEnum):
    """Formats of `policy test`."""

    TEXT = "text"
    JUNIT = "junit"
    JSON = "json"


class Moved(StrEnum):
    """Which moved cells make `policy diff` exit with 1."""

    OPENED = "opened"
    ANY = "any"
    NEVER = "never"


Selector = Annotated[str | None, typer.Option(metavar="ID", help="Only this id, or `prefix.*`.")]
Decided = Annotated[str | None, typer.Option("--decision", help="Only this answer: allow, mask or deny.")]
Holding = Annotated[
    str | None, typer.Option("--system", metavar="ID", help="Only fields that this system holds.")
]
Below = Annotated[
    str | None, typer.Option("--category", metavar="ID", help="Only fields of this category or below it.")
]
Report = Annotated[MatrixFormat, typer.Option("--format", "-f", help="How to report.")]


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


@policy.command("explain")
def explain_(
    role: Annotated[str, typer.Option(help="Who acts.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    action: Annotated[str, typer.Option(help="read, create, update, delete, export or share.")] = "read",
    field: Annotated[str | None, typer.Option(help="With which field.")] = None,
    column: Annotated[str | None, typer.Option(help="With which column: `system.table.column`.")] = None,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to report.")] = TextOrJson.TEXT,
    catalog: CatalogOption = None,
    as_of: StoodOption = None,
    output: OutputOption = None,
    no_color: NoColorOption = False,
) -> None:
    """Show one decision, every gate that led to it with its file and line, what would have to change for
    another answer, and the columns and rows that it is about.

    Example: amanat policy explain --role marketer --purpose marketing.email --field customer.email
    """
    from amanat.cli.deciding import written_explanation
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.policy.explain import Asked, explain

    if (field is None) is (column is None):
        raise UsageError("give either a field or a column", hint="add `--field ID` or `--column SOURCE`")
    stood = opened(catalog, as_of, lazily=True)
    loaded = stood.loaded
    asked = Asked(role, purpose, action, field, column)
    explained = explain(loaded.catalog, asked, stood.day)
    plain = no_color or output is not None
    write_text(output, written_explanation(explained, loaded, format.value, plain=plain))


@policy.command()
def matrix(
    role: Selector = None,
    purpose: Selector = None,
    action: Selector = None,
    field: Selector = None,
    decision: Decided = None,
    system: Holding = None,
    category: Below = None,
    classification: Selector = None,
    changed_since: Annotated[
        str | None,
        typer.Option("--changed-since", metavar="REV", help="Only cells that changed since a git revision."),
    ] = None,
    format: Report = MatrixFormat.TEXT,
    catalog: CatalogOption = None,
    as_of: StoodOption = None,
    output: OutputOption = None,
) -> None:
    """List every cell of role, purpose, action and field, sorted; or those that a change moved.

    Example: amanat policy matrix --role marketer --format csv

    Example: amanat policy matrix --changed-since main
    """
    from amanat.cli.deciding import moves, refuse_unmatched, sides
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.policy import show
    from amanat.policy.matrix import Selection, cells
    from amanat.policy.moves import written

    wanted = Selection(role, purpose, action, field, decision, system, category, classification)
    stood = opened(catalog, as_of)
    loaded, day = stood.loaded, stood.day
    if changed_since is not None:
        with sides(loaded, changed_since, root=stood.root) as two:
            write_text(output, written(format.value, moves(two, wanted, day), two.compared))
        return
    refuse_unmatched(loaded, wanted)
    found = cells(loaded.catalog, day, **wanted._asdict())
    render = {"csv": show.matrix_as_csv, "json": show.matrix_as_json, "text": show.matrix_as_text}
    write_text(output, "".join(render[format.value](found)))


@policy.command()
def diff(
    base: Annotated[
        str | None,
        typer.Argument(
            metavar="[BASE]", help="Git revision to start from (default: HEAD, or with --with none)."
        ),
    ] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FILE", help="An edited file in place of the catalog's own."),
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="PATH", help="The file in the catalog that --with stands for, or adds."),
    ] = None,
    role: Selector = None,
    purpose: Selector = None,
    action: Selector = None,
    field: Selector = None,
    decision: Decided = None,
    system: Holding = None,
    category: Below = None,
    classification: Selector = None,
    fail_on: Annotated[Moved, typer.Option("--fail-on", help="What exits with 1.")] = Moved.NEVER,
    format: Report = MatrixFormat.TEXT,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Show the cells that a change opens or closes, opened ones first: what was changed since a git revision,
    or what an edited file would do. Nothing of the catalog is written.

    Example: amanat policy diff --with ../edited/purposes.yaml --fail-on opened

    Example: amanat policy diff main --action read
    """
    from amanat.cli.deciding import moves, sides
    from amanat.cli.session import judging_day, open_catalog, warn_of_faults, write_text
    from amanat.policy.changed import Way
    from amanat.policy.matrix import Selection
    from amanat.policy.moves import written

    if as_ is not None and not with_:
        raise UsageError("`--as` goes with `--with FILE`")
    wanted = Selection(role, purpose, action, field, decision, system, category, classification)
    loaded = open_catalog(catalog)
    if not with_:
        warn_of_faults(loaded)
    with sides(loaded, base or (None if with_ else "HEAD"), with_ or (), as_) as two:
        found = moves(two, wanted, judging_day(as_of, loaded.root))
        write_text(output, written(format.value, found, two.compared))
    failing = any(fail_on is Moved.ANY or move.way is Way.OPENED for move in found)
    raise typer.Exit(1 if failing and fail_on is not Moved.NEVER else 0)


@policy.command()
def test(
    format: Annotated[TestFormat, typer.Option("--format", "-f", help="How to report.")] = TestFormat.TEXT,
    catalog: CatalogOption = None,
    as_of: AsOfOption = None,
    output: OutputOption = None,
) -> None:
    """Run the catalog's own expectations; exit with 1 when one fails, or may be missing.

    Example: amanat policy test --as-of 2026-06-30

    Example: amanat policy test --format junit --output policy.xml
    """
    from amanat.cli.session import judging_day, open_catalog, warn_of_faults, write_text
    from amanat.policy.expect import run_expectations
    from amanat.report.expectations import written

    loaded = open_catalog(catalog)
    whole = not warn_of_faults(loaded)
    results = run_expectations(loaded.catalog, judging_day(as_of, loaded.root))
    write_text(output, written(format.value, results, loaded.spans))
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
