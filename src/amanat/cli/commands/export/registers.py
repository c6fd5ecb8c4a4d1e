"""`amanat export` of registers: retention, holds, transfers, assessments, access, training, users …"""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.commands.export.options import (
    BomOption,
    ColumnsOption,
    LangOption,
    RegisterFormat,
    RegisterFormatOption,
    WhereOption,
)
from amanat.cli.options import CatalogOption, OutputOption, StoodOption


def retention(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the retention schedule: for each policy, jurisdiction and system how long, from when, what then,
    why, and the SQL that counts what is overdue.

    Example: amanat export retention --format xlsx --output retention.xlsx
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.retention, wanted))


def holds(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the register of legal holds: what each suspends, by whom, until which review.

    Example: amanat export holds --format md
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.holds, wanted))


def transfers(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write where data goes: every recipient and system with its country, and what makes that lawful.

    Example: amanat export transfers --where "state = 'missing'"
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, None, bom)
    raise typer.Exit(export(catalog, as_of, makers.transfers, wanted))


def assessments(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write which purposes call for an impact assessment (GDPR Art. 35): the criteria that each meets by the
    catalog's facts, those that people have to judge, and where the assessment is kept.

    Example: amanat export assessments --where "state = 'missing'"
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.assessments, wanted))


def training(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write what the training of each role stands at: course, period, last day, until when it holds.

    Example: amanat export training --as-of 2026-06-30 --where "state <> 'done'"
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.training, wanted))


def users(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write how many people have access to each system, against how many may.

    Example: amanat export users --format md
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.users, wanted))


def controls(
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    lang: LangOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the checklist of controls: what each system needs by the data that it holds, what it declares,
    and the day of its last assessment.

    Example: amanat export controls --where "state = 'missing'" --format md
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    wanted = Wanted(format.value, output, columns or (), where, lang, bom)
    raise typer.Exit(export(catalog, as_of, makers.controls, wanted))


Selector = Annotated[str | None, typer.Option(metavar="ID", help="An id, or `prefix.*`.")]


def access(
    role: Selector = None,
    purpose: Selector = None,
    action: Selector = None,
    field: Selector = None,
    system: Selector = None,
    format: RegisterFormatOption = RegisterFormat.CSV,
    columns: ColumnsOption = None,
    where: WhereOption = None,
    bom: BomOption = False,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write what is open to whom, for what, and how it is shown. What is not listed is denied.

    Example: amanat export access --role marketer --format xlsx --output marketer.xlsx
    """
    from amanat.cli.exporting import makers
    from amanat.cli.exporting.registers import Wanted, export

    make = makers.access(role, purpose, action, field, system)
    wanted = Wanted(format.value, output, columns or (), where, None, bom)
    raise typer.Exit(export(catalog, as_of, make, wanted))
