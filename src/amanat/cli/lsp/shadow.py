"""A catalog's files with the buffers of an editor laid over them, in a temporary folder. The catalog itself
is never touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from amanat.load.discover import OBSERVED, ROOT_FILE, list_files, out_folder
from amanat.load.yamlread import parse


class Shadow:
    """The folder `root` holds links to the catalog's files, and the buffers that differ from them."""

    def __init__(self, catalog: Path) -> None:
        self.catalog = catalog
        self._made = tempfile.TemporaryDirectory(prefix="amanat-lsp-")
        self.root = Path(self._made.name) / "catalog"
        self.cache = Path(self._made.name) / "cache.sqlite"
        self.root.mkdir()
        self._state: dict[str, str | None] = {}

    def close(self) -> None:
        """Remove the folder."""
        self._made.cleanup()

    def lay(self, buffers: Mapping[str, str]) -> None:
        """Bring the folder up to date: files that came and went, and these buffers."""
        names = set(self._files(buffers)) | set(buffers)
        for gone in self._state.keys() - names:
            (self.root / gone).unlink(missing_ok=True)
            del self._state[gone]
        for name in sorted(names):
            text = buffers.get(name)
            if name in self._state and self._state[name] == text:
                continue
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_bytes(text.encode())
            else:
                _link((self.catalog / name).resolve(), path)
            self._state[name] = text

    def _files(self, buffers: Mapping[str, str]) -> list[str]:
        text = buffers.get(ROOT_FILE)
        if text is None:
            try:
                text = (self.catalog / ROOT_FILE).read_bytes().decode("utf-8", errors="replace")
            except OSError:
                text = ""
        data = parse(text, ROOT_FILE).data
        listing = list_files(self.catalog, out_folder(data if isinstance(data, dict) else {}))
        observed = self.catalog / OBSERVED
        names = [f"{OBSERVED}/{path.name}" for path in observed.iterdir()] if observed.is_dir() else []
        return [*listing.files, *names]

    def text(self, name: str) -> str | None:
        """What a file says now; None where there is none. What cannot be decoded is replaced."""
        try:
            return (self.root / name).read_bytes().decode("utf-8", errors="replace")
        except OSError:
            return None

    def copy(self, there: Path) -> None:
        """Write every file into another folder, so that it can be changed."""
        for name in self._state:
            path = there / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if (self.root / name).exists():
                shutil.copyfile(self.root / name, path)


def _link(target: Path, path: Path) -> None:
    """A link to one of the catalog's own files; a copy where the machine has no links."""
    try:
        os.symlink(target, path)
    except (OSError, NotImplementedError):
        shutil.copyfile(target, path)
