"""An earlier catalog under the names that entries have now: what only got another name is no change."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from amanat.conflicts.ways import flow
from amanat.diff.tables import APPEARS, entries_of
from amanat.load import Loaded, load_catalog
from amanat.load.discover import MEASURES, OBSERVED, ROOT_FILE, SNAPSHOT
from amanat.load.insert import Refused
from amanat.load.rename import Renaming, rename
from amanat.model.catalog import Catalog

Names = Mapping[tuple[str, str], str]
"""Kind and new id to the id before."""


class Renamed(NamedTuple):
    """The earlier state under today's names, and the names it had."""

    loaded: Loaded
    names: Names


def under_new_names(old: Loaded, new: Loaded) -> Renamed:
    """The earlier state with every id that `renamed_from` of the later one names as the later one says it,
    also where others refer to it. An id that cannot be renamed in the files stays."""
    renamings = list(_renamings(old.catalog, new.catalog))
    if not renamings:
        return Renamed(old, {})
    texts = {name: old.spans.text(name) for name in old.catalog.files if name.endswith((".yaml", ".yml"))}
    others = {name: name for name in old.catalog.files if name not in texts}
    names: dict[tuple[str, str], str] = {}
    for renaming in renamings:
        try:
            made = {
                name: rename(text, renaming, name == ROOT_FILE, flow, traced=False)
                for name, text in texts.items()
            }
        except Refused:
            continue
        texts = made
        names[renaming.kind, renaming.new] = renaming.old
        if renaming.kind == "systems":
            others = {name: _observed(target, renaming) for name, target in others.items()}
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder:
        for name, text in texts.items():
            _write(Path(folder, name), text.encode())
        for name, target in others.items():
            _write(Path(folder, target), (old.root / name).read_bytes())
        return Renamed(load_catalog(Path(folder)).holding_texts(), names)


def _renamings(old: Catalog, new: Catalog) -> Iterator[Renaming]:
    for kind in APPEARS:
        before, after = entries_of(old, kind), entries_of(new, kind)
        for name, entry in after.items():
            was = getattr(entry, "renamed_from", None)
            if was is not None and was in before and was not in after and name not in before:
                alone = sum(was in entries_of(old, each) for each in APPEARS) == 1
                yield Renaming(kind, was, str(name), alone)


def _observed(name: str, renaming: Renaming) -> str:
    for end in (SNAPSHOT, MEASURES):
        if name == f"{OBSERVED}/{renaming.old}{end}":
            return f"{OBSERVED}/{renaming.new}{end}"
    return name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
