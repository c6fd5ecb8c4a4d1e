"""Data contracts: to the terminal, to a file, or one file a system into a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from amanat.cli.output import write_plain
from amanat.cli.session import shown_path, write_text
from amanat.cli.standing import judge_as_it_stood, told
from amanat.errors import EnvironmentFault, UsageError
from amanat.inventory.select import unknown
from amanat.load.yamlwrite import to_yaml
from amanat.model.values import SystemId


def export(
    given: Path | None,
    as_of: str | None,
    wanted: Sequence[str],
    form: str,
    lang: str | None,
    output: Path | None,
) -> int:
    """Write the contract of a system, or of several into a folder. The exit code is 1 where something may be
    missing from it."""
    from amanat.cli.exporting import conflict_report, missing
    from amanat.inventory.odcs import contracts

    judged, stood = judge_as_it_stood(given, as_of)
    loaded = judged.loaded
    catalog = loaded.catalog
    for name in wanted:
        if name not in catalog.systems:
            raise unknown("system", name, catalog.systems)
    if lang is not None and lang not in catalog.languages:
        raise unknown("language", lang, catalog.languages)
    systems = tuple(dict.fromkeys(map(SystemId, wanted))) or tuple(catalog.systems)
    several = len(wanted) != 1
    if several and output is None:
        raise UsageError(
            f"{len(systems)} contracts need a folder", hint="add --output contracts, or name one system"
        )
    if several and output is not None and output.exists() and not output.is_dir():
        raise EnvironmentFault(
            f"cannot write into `{output}`: it is a file", hint="give the name of a folder"
        )
    if not several and output is not None and output.is_dir():
        raise EnvironmentFault(f"cannot write `{output}`: it is a folder", hint="give the name of a file")
    told(stood)
    made = contracts(catalog, conflict_report(judged), loaded.spans, judged.as_of, systems, lang)
    texts = {f"{name}.odcs.{form}": written(one, form) for name, one in made.items()}
    if several:
        assert output is not None
        write_plain(output, {name: text.encode() for name, text in texts.items()})
        sys.stderr.write(f"wrote {len(texts)} contracts to {shown_path(output)}\n")
    else:
        (text,) = texts.values()
        write_text(output, text)
    return missing(judged)


def written(contract: object, form: str) -> str:
    """A contract as `yaml` or `json`."""
    if form == "yaml":
        return to_yaml(contract)
    return json.dumps(contract, ensure_ascii=False, indent=2) + "\n"
