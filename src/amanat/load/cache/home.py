"""Where caches are, whether they may be believed, and which program wrote them."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from amanat import __version__

FORMAT = 2
"""Rises when what is kept, or what it means, changes."""


def cache_file(root: Path, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The cache of the catalog in `root`; None where there is no place for one that only its owner writes."""
    folder = _folder(environ)
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    if not _own(folder, stat.S_ISDIR):
        return None
    name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:32]
    file = folder / f"{name}.sqlite"
    return file if not os.path.lexists(file) or _own(file, stat.S_ISREG) else None


def _folder(environ: Mapping[str, str]) -> Path | None:
    home = environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(home):  # a relative one is to be ignored (XDG Base Directory Specification)
        return Path(home) / "amanat"
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return Path(local) / "amanat" / "cache" if os.path.isabs(local) else None
    try:
        return Path.home() / ".cache" / "amanat"
    except RuntimeError:
        return None


def _own(path: Path, kind: object) -> bool:
    """Whether a path is of that kind, no link, and writable by nobody but the user."""
    try:
        found = path.lstat()
    except OSError:
        return False
    if not callable(kind) or not kind(found.st_mode):
        return False
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def in_ci(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a CI system runs this: there, files come with any time, and only their content counts."""
    return environ.get("CI", "").lower() not in ("", "0", "false", "no")


@lru_cache(maxsize=1)
def program() -> str:
    """The program as far as it decides what is found: its version and files, the interpreter, and the
    distributions that are installed. Another program's findings are never taken for its own."""
    told = hashlib.sha256(f"{FORMAT}\0{__version__}\0{sys.version}\0{sys.platform}\0".encode())
    for line in (*_sources(str(Path(__file__).parents[2])), *_distributions()):
        told.update(os.fsencode(line) + b"\0")
    return told.hexdigest()


def _sources(package: str) -> Iterator[str]:
    pending = [package]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name == "__pycache__":
                    continue
                if entry.is_dir():
                    pending.append(entry.path)
                else:
                    found = entry.stat()
                    yield f"{entry.path[len(package) :]} {found.st_size} {found.st_mtime_ns}"


def _distributions() -> Iterator[str]:
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))
