"""`amanat export`: a module for each export, registered here."""

from __future__ import annotations

import typer

from amanat.cli.commands.export.codeowners import codeowners
from amanat.cli.commands.export.discrepancies import discrepancies
from amanat.cli.commands.export.evidence import evidence
from amanat.cli.commands.export.inventory import inventory
from amanat.cli.commands.export.jsonld import dcat, dpv
from amanat.cli.commands.export.notice import notice
from amanat.cli.commands.export.odcs import odcs
from amanat.cli.commands.export.registers import (
    access,
    assessments,
    controls,
    holds,
    retention,
    training,
    transfers,
    users,
)
from amanat.cli.commands.export.ropa import ropa
from amanat.cli.lazy import PLAIN

export = typer.Typer(no_args_is_help=True, **PLAIN)


@export.callback()
def _export() -> None:
    """Write what auditors take away.

    Example: amanat export inventory --output inventory.csv
    """


for _command in (
    inventory,
    ropa,
    notice,
    evidence,
    retention,
    access,
    transfers,
    holds,
    assessments,
    training,
    users,
    controls,
    discrepancies,
    codeowners,
    odcs,
    dcat,
    dpv,
):
    export.command(_command.__name__)(_command)
