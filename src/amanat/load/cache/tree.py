"""What a catalog's files hold, told from their stamps where those can be trusted and else by reading them."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from amanat.load.cache.home import in_ci
from amanat.load.cache.store import Stamp
from amanat.load.discover import ROOT_FILE, Listing, provenance_of

SETTLES = 2_000_000_000
"""Nanoseconds after which a file's stamp tells an edit: coarser than the clock of any file system in use."""
_NEVER = Stamp(-1, -1, -1, -1)


class Tree(NamedTuple):
    """The files of a catalog with their stamps before anything of them was read; None for what is not there
    (provenance beside a snapshot is read where there is one)."""

    root: Path
    listing: Listing
    stamps: Mapping[str, Stamp | None]


def tree_of(root: Path, listing: Listing, first: Stamp | None) -> Tree:
    """The tree as it is now; `first` is the stamp of the root file, from before it was read to list them."""
    beside = map(provenance_of, listing.snapshots)
    files = (*listing.files, *listing.snapshots, *beside, *listing.measures)
    above = os.path.join(root, "")
    stamps = {file: stamp(above + file) for file in files}
    return Tree(root, listing, {**stamps, ROOT_FILE: first})


def stamp(path: Path | str) -> Stamp | None:
    """The stamp of a file, links followed; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return Stamp(found.st_size, found.st_ctime_ns, found.st_mtime_ns, found.st_ino)


def digests(tree: Tree, seen: Mapping[str, tuple[Stamp, str]]) -> dict[str, str] | None:
    """The SHA-256 of every file, "" for what is not there; None where a file cannot be read."""
    found = {}
    for file, now in tree.stamps.items():
        digest = "" if now is None else digest_in(tree.root, file, now, seen)
        if digest is None:
            return None
        found[file] = digest
    return found


def digest_in(root: Path, file: str, now: Stamp | None, seen: Mapping[str, tuple[Stamp, str]]) -> str | None:
    """The SHA-256 of a file, None where it cannot be read. A stamp that was `seen` stands for the content
    that was read then, except in CI."""
    known = seen.get(file)
    if known is not None and known[0] == now and not in_ci():
        return known[1]
    return digest_of(root / file)


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file's content, hexadecimal; None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def unchanged(tree: Tree, read: Mapping[str, str]) -> bool:
    """Whether every file still holds what was `read` of it, so that whatever was found belongs together."""
    above = os.path.join(tree.root, "")
    for file, before in tree.stamps.items():
        if stamp(above + file) != before:
            return False
        if before is not None and not _settled(before) and digest_of(tree.root / file) != read[file]:
            return False
    return True


def settled(tree: Tree, read: Mapping[str, str]) -> dict[str, tuple[Stamp, str]]:
    """What to remember of the files: their stamps where a later edit cannot leave them as they are."""
    return {
        file: (before if _settled(before) else _NEVER, read[file])
        for file, before in tree.stamps.items()
        if before is not None
    }


def _settled(one: Stamp) -> bool:
    return max(one.changed, one.written) < time.time_ns() - SETTLES


def name_of(tree: Tree, read: Mapping[str, str], day: str | None) -> str:
    """The name of what was judged: every file with its content, what could not be listed, and the day."""
    told = [[str(finding) for finding in tree.listing.findings], sorted(read.items()), day]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
