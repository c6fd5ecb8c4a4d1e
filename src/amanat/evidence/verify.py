"""Proving a pack later: every hash, no file more or less, and the chain of packs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from amanat import __version__
from amanat.errors import EnvironmentFault, UsageError
from amanat.evidence.pack import MANIFEST, digest

MOST_BYTES = 4 << 30
"""How large a pack may be: what claims to be larger is not unpacked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a pack came to: the faults in words, the manifest, and notes that are no faults."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]
    manifest: Mapping[str, Any]
    digest: str
    """SHA-256 of the manifest."""


def read_pack(path: Path) -> dict[str, bytes]:
    """The files of a pack, a folder or an archive. Raises `EnvironmentFault` where it cannot be read,
    `UsageError` where it is none, or holds names that lead out of it."""
    try:
        if path.is_dir():
            files = {
                one.relative_to(path).as_posix(): one.read_bytes()
                for one in sorted(path.rglob("*"))
                if one.is_file()
            }
        else:
            files = _unpacked(path)
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{path}`: {error.strerror or error}") from None
    for name in files:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
            raise UsageError(
                f"`{path}` holds the name `{name}`, which leads out of it", hint="do not unpack it"
            )
    if MANIFEST not in files:
        raise UsageError(
            f"`{path}` is no evidence pack: it has no {MANIFEST}", hint="give its folder or archive"
        )
    return files


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if sum(one.file_size for one in entries) > MOST_BYTES:
                raise UsageError(
                    f"`{path}` would unpack to more than {MOST_BYTES >> 30} GiB", hint="it is no pack of ours"
                )
            names = [one.filename for one in entries]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise UsageError(f"`{path}` holds `{twice}` twice", hint="it was changed after it was made")
            return {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise UsageError(
            f"`{path}` is no whole archive: {error}", hint="copy it again from where it is kept"
        ) from None


def check_pack(files: Mapping[str, bytes], previous: Mapping[str, bytes] | None = None) -> Checked:
    """Check a pack against its manifest, and its link to the pack before it."""
    raw = files[MANIFEST]
    faults: list[str] = []
    notes: list[str] = []
    try:
        manifest = json.loads(raw)
        listed = {one["name"]: one for one in manifest["files"]}
        version = manifest["tool"]["version"]
    except (ValueError, KeyError, TypeError):
        return Checked((f"{MANIFEST} cannot be read",), (), {}, digest(raw))
    if manifest.get("version") != 1:
        faults.append(f"{MANIFEST} is of version {manifest.get('version')}, and this amanat knows version 1")
    for name, entry in listed.items():
        if name not in files:
            faults.append(f"missing: {name}")
        elif digest(files[name]) != entry.get("sha256"):
            faults.append(f"changed: {name}")
    faults += [f"added: {name}" for name in sorted(files.keys() - listed.keys() - {MANIFEST})]
    if version != __version__:
        notes.append(f"made by amanat {version}, checked by {__version__}: hashes hold across versions")
    faults += _chain(manifest, previous)
    if previous is None and manifest.get("previous"):
        notes.append(
            f"follows the pack whose manifest is sha256:{manifest['previous']}; give it with --previous"
        )
    return Checked(tuple(faults), tuple(notes), manifest, digest(raw))


def _chain(manifest: Mapping[str, Any], previous: Mapping[str, bytes] | None) -> list[str]:
    if previous is None:
        return []
    found = digest(previous[MANIFEST])
    if manifest.get("previous") == found:
        return []
    if manifest.get("previous") is None:
        return ["chain: this pack names no pack before it"]
    return [f"chain: this pack follows sha256:{manifest['previous']}, and the one given is sha256:{found}"]


def differences(files: Mapping[str, bytes], again: Mapping[str, bytes]) -> list[str]:
    """How a pack differs from one that was made anew, in words."""
    told = [f"not made again: {name}" for name in sorted(files.keys() - again.keys())]
    told += [f"made now and not there: {name}" for name in sorted(again.keys() - files.keys())]
    told += [
        f"other bytes: {name}" for name in sorted(files.keys() & again.keys()) if files[name] != again[name]
    ]
    return told
