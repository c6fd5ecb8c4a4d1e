"""Single commits' files, read from git's objects: one entry's data, or a catalog of only what matters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from amanat.errors import EnvironmentFault
from amanat.history.entries import ABSENT, DEFAULTS, Key, Version
from amanat.history.git import Contents, git
from amanat.history.log import is_declared
from amanat.load.discover import ROOT_FILE

WORKING = ""
"""Instead of a commit: the files on disk."""
_OTHER_MAP = re.compile(rb"^(?!fields\b|defaults\b)[\"'A-Za-z_{]", re.MULTILINE)
_KEPT = 4096


class Trees:
    """The declared files of a catalog at commits, by the names that git gives to their contents."""

    def __init__(self, root: Path, stood: Sequence[str], out: str, objects: Contents) -> None:
        self._root = root
        self._stood = [folder.strip("/") for folder in stood]
        self._out = out
        self._objects = objects
        self._raw: dict[str, bytes] = {}
        self.files = lru_cache(maxsize=8)(self._files)

    def _files(self, revision: str) -> dict[str, bytes]:
        """Name to content of the files that a revision has; none where it or the folder is not there.
        Raises `EnvironmentFault` where the clone lacks a content."""
        if revision == WORKING:
            return dict(self._on_disk())
        named: dict[str, str] = {}
        for folder in self._stood:
            named = dict(self._listed(f"{revision}:{folder}"))
            if ROOT_FILE in named:
                break
        self._fill(named)
        return {name: self._raw[blob] for name, blob in named.items()}

    def _listed(self, tree: str) -> Iterator[tuple[str, str]]:
        listed = git(self._root, "ls-tree", "-r", "-z", "--full-tree", tree) or b""
        for line in filter(None, listed.decode("utf-8", errors="surrogateescape").split("\0")):
            meta, _, name = line.partition("\t")
            _, kind, blob = meta.split()
            if kind == "blob" and is_declared(name, self._out):
                yield name, blob

    def _on_disk(self) -> Iterator[tuple[str, bytes]]:
        from amanat.load.discover import list_files

        for name in list_files(self._root, self._out).files:
            try:
                yield name, (self._root / name).read_bytes()
            except OSError:
                continue

    def _fill(self, named: dict[str, str]) -> None:
        wanted = [blob for blob in dict.fromkeys(named.values()) if blob not in self._raw]
        if len(self._raw) + len(wanted) > _KEPT:
            needed = set(named.values())
            self._raw = {blob: raw for blob, raw in self._raw.items() if blob in needed}
        for blob, raw in self._objects.read(wanted):
            if raw is None:
                raise EnvironmentFault(
                    "git does not have all files of an earlier commit", hint="fetch the history in full"
                )
            self._raw[blob] = raw

    def merged(self, revision: str) -> tuple[str, ...]:
        """The parents of a merge but the first; none of any other commit."""
        listed = git(self._root, "rev-list", "--parents", "--max-count=1", revision) or b""
        return tuple(listed.decode().split()[2:])

    def file_of(self, revision: str, key: Key) -> str | None:
        """The file in which an entry stood."""
        found = self._version(revision, key)
        return None if found is None else found[0]

    def data(self, revision: str, key: Key) -> Any:
        """What an entry said: plain data, `ABSENT`, or `UNREADABLE`."""
        found = self._version(revision, key)
        return ABSENT if found is None else found[1].data(key)

    def value(self, revision: str, key: Key, path: tuple[str, ...]) -> Any:
        """What stood at a path in an entry; what stood above it where that is not a map, such as a text that
        is written without its language."""
        data = self.data(revision, key)
        for step in path:
            if not isinstance(data, dict):
                break
            data = data.get(step, ABSENT)
        return data

    def _version(self, revision: str, key: Key) -> tuple[str, Version] | None:
        word = key.id.encode()
        for name, raw in sorted(self.files(revision).items()):
            if word in raw and (key.section != DEFAULTS or name == key.file):
                version = _version(name, raw)
                if key in version.keys:
                    return name, version
        return None

    def write(self, revision: str, there: Path, wanted: Callable[[bytes], bool]) -> bool:
        """Write the files that are `wanted` and all that hold more than fields. Returns whether there was a
        catalog at all."""
        files = self.files(revision)
        for name, raw in files.items():
            if wanted(raw) or _OTHER_MAP.search(raw.removeprefix(b"\xef\xbb\xbf")):
                path = there / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(raw)
        return "amanat.yaml" in files


@lru_cache(maxsize=64)
def _version(name: str, raw: bytes) -> Version:
    return Version(name, raw)
