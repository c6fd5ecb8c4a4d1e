"""Finding the catalog and its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from amanat.diagnostic import Finding, Fix
from amanat.errors import UsageError
from amanat.text import Place, Span

ROOT_FILE = "amanat.yaml"
OBSERVED = "observed"
SNAPSHOT = ".columns.csv"
MEASURES = ".measures.csv"
_YAML = (".yaml", ".yml")


def find_root(given: Path | None) -> Path:
    """The catalog's folder: `given` (a folder or its amanat.yaml), else the working folder or one of its
    parents, else `./catalog`. Raises `UsageError` where there is none."""
    if given is not None:
        folder = given.parent if given.name == ROOT_FILE and given.is_file() else given
        if (folder / ROOT_FILE).is_file():
            return folder
        if not folder.exists():
            raise UsageError(f"there is no folder `{given}`", hint="give the folder that holds amanat.yaml")
        raise UsageError(
            f"`{given}` is not a catalog: it has no {ROOT_FILE}",
            hint="give the folder that holds amanat.yaml",
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ROOT_FILE).is_file():
            return folder
    if (here / "catalog" / ROOT_FILE).is_file():
        return here / "catalog"
    raise UsageError(
        f"no catalog here: no {ROOT_FILE} in this folder, its parents or ./catalog",
        hint="change to the catalog's folder, or give it with --catalog",
    )


class Listing(NamedTuple):
    """The files of a catalog, sorted, relative to its root with `/`; and what could not be listed."""

    files: tuple[str, ...]
    snapshots: tuple[str, ...]
    measures: tuple[str, ...]
    findings: tuple[Finding, ...]


def out_folder(root_data: Mapping[str, Any]) -> str:
    """The build folder that the root file names, which is no part of the catalog."""
    made = root_data.get("build") or {}
    return str(made.get("out", "build"))


def provenance_of(snapshot: str) -> str:
    """The file beside a snapshot that says how it was read."""
    return f"{snapshot.removesuffix(SNAPSHOT)}.json"


def list_files(root: Path, out: str) -> Listing:
    """List the YAML files below `root`, leaving out hidden ones, `observed/` and the build folder `out`,
    and beside them the snapshots and measures. Links to folders are followed once; a loop is a finding."""
    files: list[str] = []
    findings: list[Finding] = []
    out_folder = out.strip("/").removeprefix("./")
    pending: list[tuple[str, tuple[str, ...]]] = [("", (os.path.realpath(root),))]
    while pending:
        folder, trail = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            findings.append(_unlistable(folder, error))
            continue
        for entry in found:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith(".") or name in (OBSERVED, out_folder):
                continue
            if entry.is_dir():
                real = os.path.realpath(entry.path)
                if real in trail:
                    findings.append(_loop(name))
                else:
                    pending.append((name, (*trail, real)))
            elif entry.name.endswith(_YAML):
                if entry.is_file():
                    files.append(name)
                else:
                    findings.append(_no_file(name, entry.is_symlink()))
    observed = _observed(root, findings)
    snapshots, measures = (
        tuple(name for name in observed if name.endswith(ending)) for ending in (SNAPSHOT, MEASURES)
    )
    return Listing(tuple(sorted(files)), snapshots, measures, tuple(findings))


def _observed(root: Path, findings: list[Finding]) -> tuple[str, ...]:
    folder = root / OBSERVED
    if not folder.is_dir():
        return ()
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        findings.append(_unlistable(OBSERVED, error))
        return ()
    return tuple(f"{OBSERVED}/{name}" for name in names)


def _unlistable(folder: str, error: OSError) -> Finding:
    name = folder or "."
    return Finding(
        "LD101",
        f"folder `{name}` cannot be read: {error.strerror}",
        Place(name),
        name,
        fix=Fix("give read permission, or remove the folder"),
        span=Span(1, 1, 1, 1),
        detail="folder",
    )


def _no_file(name: str, link: bool) -> Finding:
    return Finding(
        "LD101",
        f"`{name}` is a link that leads nowhere" if link else f"`{name}` is not a regular file",
        Place(name),
        name,
        fix=Fix("remove it"),
        span=Span(1, 1, 1, 1),
        detail="file",
    )


def _loop(name: str) -> Finding:
    return Finding(
        "LD101",
        f"link `{name}` leads back to a folder that holds it",
        Place(name),
        name,
        fix=Fix("remove the link"),
        span=Span(1, 1, 1, 1),
        detail="loop",
    )
