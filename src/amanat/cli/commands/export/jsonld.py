"""`amanat export dcat` and `amanat export dpv`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, OutputOption, StoodOption

BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="IRI",
        help="Where the names of your things begin (default: urn:amanat:).",
        show_default=False,
    ),
]


def dcat(
    base: BaseOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the systems as a catalog of datasets in JSON-LD (W3C DCAT 3): publisher, contacts, themes.

    Example: amanat export dcat --base https://data.shop.example/ --output catalog.jsonld
    """
    from amanat.cli.exporting.jsonld import export

    raise typer.Exit(export(catalog, as_of, "dcat", base, (), output))


def dpv(
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Purposes of this status (default: live).")
    ] = None,
    base: BaseOption = None,
    output: OutputOption = None,
    as_of: StoodOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the record of processing in JSON-LD (W3C Data Privacy Vocabulary 2.3): for each purpose its legal
    basis, data, subjects, recipients, transfers, storage, measures and jurisdictions.

    Example: amanat export dpv --output processing.jsonld
    """
    from amanat.cli.exporting.jsonld import export

    raise typer.Exit(export(catalog, as_of, "dpv", base, status or (), output))
