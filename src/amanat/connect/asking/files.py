"""Folders whose files are tables: `users.parquet`, `users.csv`, `shop.users.csv`, `shop/users.csv`, or a
folder `users` of Parquet parts. A name is looked for in a listing, never joined to a path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from amanat.errors import EnvironmentFault, UsageError

ENDINGS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
}
"""How a file's name ends to what it is."""


class Table(NamedTuple):
    """The file of a table, or the folder of its parts; `kind` is one of `ENDINGS`."""

    path: Path
    kind: str


def path_of(whence: str, url: str) -> Path:
    """The path that a URL such as `duckdb:///data/shop.duckdb` names, or the text itself. Raises
    `UsageError`, `EnvironmentFault`."""
    _, colon, rest = url.strip().partition("://")
    text = unquote(rest) if colon else url.strip()
    if not text or "\0" in text:
        raise UsageError(f"{whence} names no file", hint="give the path of a file or a folder")
    path = Path(text).expanduser()
    if not path.exists():
        raise EnvironmentFault(f"the file that {whence} names is not there", hint=f"it names {path.name}")
    if not os.access(path, os.R_OK):
        raise EnvironmentFault(f"the file that {whence} names cannot be read", hint="give read permission")
    return path


def tables(folder: Path) -> Mapping[tuple[str | None, str], Table]:
    """The tables in a folder, by schema and name. Where a table has several files, Parquet goes before text.
    Raises `EnvironmentFault`."""
    found: dict[tuple[str | None, str], Table] = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                inner = sorted(path.iterdir())
                if any(file.name.endswith(".parquet") for file in inner):
                    found[None, path.name] = Table(path, "parquet")
                for file in inner:
                    _add(found, path.name, file)
            else:
                _add(found, None, path)
    except OSError as error:
        raise EnvironmentFault(f"the folder cannot be listed: {error.strerror}") from None
    return found


def _add(found: dict[tuple[str | None, str], Table], schema: str | None, path: Path) -> None:
    for ending, kind in ENDINGS.items():
        name = path.name.removesuffix(ending)
        if name and name != path.name and path.is_file():
            found.setdefault((schema, name), Table(path, kind))
            outer, dot, inner = name.partition(".")
            if schema is None and dot and outer and inner:
                found.setdefault((outer, inner), Table(path, kind))
