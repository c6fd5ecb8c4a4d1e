"""Linked data: the catalog of systems, and the record of processing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from amanat.cli.session import shown_path, write_text
from amanat.cli.standing import judge_as_it_stood, told
from amanat.inventory.select import unknown
from amanat.model.values import Status


def export(
    given: Path | None,
    as_of: str | None,
    vocabulary: str,
    base: str | None,
    status: Sequence[str],
    output: Path | None,
) -> int:
    """Write the document of a vocabulary, `dcat` or `dpv`. The exit code is 1 where something may be missing
    from it."""
    from amanat.cli.exporting import missing
    from amanat.inventory.jsonld import BASE, dcat, dpv, without_term

    known = [one.value for one in Status]
    for one in status:
        if one not in known:
            raise unknown("status", one, known)
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    catalog = judged.loaded.catalog
    if vocabulary == "dcat":
        write_text(output, dcat(catalog, base or BASE))
    else:
        chosen = tuple(status) or ("live",)
        write_text(output, dpv(catalog, base or BASE, chosen))
        if plain := without_term(catalog, chosen):
            some = ", ".join(plain[:5]) + (f" and {len(plain) - 5} more" if len(plain) > 5 else "")
            sys.stderr.write(
                f"note: told without a term of the vocabulary: {some}\n"
                "  help: name one with `maps: {dpv: …}` in the purpose or category\n"
            )
    if output is not None:
        sys.stderr.write(f"wrote {shown_path(output)}\n")
    return missing(judged)
