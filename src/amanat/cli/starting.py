"""What `amanat init` does: the first files of a catalog, empty or with what a system's DDL declares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from amanat import __version__
from amanat.cli.rewriting import Change
from amanat.cli.session import judging_day, shown_folder
from amanat.conflicts.ways import flow
from amanat.errors import UsageError
from amanat.lint.engine import lint
from amanat.load import load_catalog
from amanat.load.discover import OBSERVED, ROOT_FILE, SNAPSHOT
from amanat.load.layout import entry_lines
from amanat.observe.column import Column, provenance, snapshot
from amanat.rules import RULES
from amanat.schema import ROOT
from amanat.schema.check import faults


class Start(NamedTuple):
    """What a catalog begins with."""

    name: str
    languages: tuple[str, ...]
    controller: str
    contact: str
    country: str
    jurisdictions: tuple[str, ...]


class Found(NamedTuple):
    """The columns of a system, and how they were found: as what the snapshot's provenance says."""

    columns: list[Column]
    engine: str | None
    method: str
    note: str
    server: str | None = None
    partial: tuple[tuple[str, str], ...] = ()
    """Tables that could not be read, each with the reason."""
    url_env: str | None = None
    """The variable that held the URL of a live database, where the catalog can name it."""


def refuse_another(folder: Path) -> None:
    """Refuse a folder that holds a catalog. Raises `UsageError`."""
    if (folder / ROOT_FILE).exists():
        raise UsageError(f"there is a `{folder / ROOT_FILE}` already", hint="nothing was written")


def wrong(key: str, answer: str | tuple[str, ...]) -> str:
    """What is wrong with an answer to a question of `amanat init`, "" for nothing."""
    given = {"name": "name", "controller": "name", "contact": "contact", "country": "DE", "laws": ("EU",)}
    given[key] = answer
    controller = {part: given[part] for part in ("contact", "country")} | {"name": given["controller"]}
    data = {"name": given["name"], "languages": ["en"], "controller": controller}
    for fault in faults(ROOT, {"catalog": {**data, "jurisdictions": list(given["laws"])}}):
        return f"{fault.message}{f' ({fault.help})' if fault.help else ''}"
    return ""


def files(folder: Path, start: Start, system: str, found: Found | None) -> list[Change]:
    """The files to write. Raises `UsageError` where a catalog or one of them is there already."""
    data = {
        "name": start.name,
        "languages": list(start.languages),
        "controller": {"name": start.controller, "contact": start.contact, "country": start.country},
        "jurisdictions": list(start.jurisdictions),
    }
    for fault in faults(ROOT, {"catalog": data}):
        where = ".".join(map(str, fault.path[1:]))
        raise UsageError(f"`{where}`: {fault.message}", hint=fault.help or None)
    texts = {ROOT_FILE: "\n".join(entry_lines("catalog", data, "  ", flow)) + "\n"}
    if found is not None:
        texts.update(_system(system, found))
    for name in texts:
        if (folder / name).exists():
            raise UsageError(f"there is a `{folder / name}` already", hint="nothing was written")
    return [Change(folder / name, None, text.encode()) for name, text in texts.items()]


def _system(system: str, found: Found) -> Mapping[str, str]:
    said = {"label": system, "engine": found.engine, "url_env": found.url_env}
    entry = {key: value for key, value in said.items() if value}
    lines = ["systems:", *(f"  {line}" for line in entry_lines(system, entry, "  ", flow))]
    base = f"{OBSERVED}/{system}"
    return {
        f"systems/{system}.yaml": "\n".join(lines) + "\n",
        f"{base}{SNAPSHOT}": snapshot(found.columns),
        f"{base}.json": provenance(system, found.method, f"amanat {__version__}", found.note),
    }


def missing(folder: Path) -> list[str]:
    """What `check` says of the new catalog, each with `file:line`."""
    loaded = load_catalog(folder)
    prefix = shown_folder(folder)
    found = [d for d in lint(loaded, RULES, judging_day(None, folder)) if d.severity.value != "info"]
    lines = [d.span.line if d.span else 1 for d in found]
    return [
        f"{d.severity.value} {prefix}{d.place.file}:{line}: {d.message} [{d.code} {d.name}]"
        for d, line in zip(found, lines, strict=True)
    ]
