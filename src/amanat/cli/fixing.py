"""What `amanat check --fix` does: repairs, pass by pass, each judged anew before the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat.cli.rewriting import Change
from amanat.cli.session import judging_day, open_catalog, shown_folder
from amanat.conflicts.ways import flow
from amanat.diagnostic import Diagnostic
from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.load.repair import repaired
from amanat.rules import RULES

PASSES = 10
"""More passes than repairs that wait for each other; what is left then, the next run repairs."""


class Fixed(NamedTuple):
    """The changes to make, the findings that they take away, and how many more are suggested."""

    changes: list[Change]
    repairs: list[Diagnostic]
    suggested: int
    root: Path

    def told(self, written: bool = True) -> str:
        """What was repaired, in words; what would be, where nothing was written."""
        prefix = shown_folder(self.root)
        text = ""
        for one in self.repairs:
            at = f"{prefix}{one.place.file}" + (f":{one.span.line}" if one.span else "")
            text += f"{'fixed' if written else 'would fix'} {at}: [{one.code} {one.name}] {one.message}\n"
        if self.suggested:
            text += f"note: suggested fixes: {self.suggested}; see --fix --suggested --diff\n"
        return text


def plan(catalog: Path | None, as_of: str | None, suggested: bool) -> Fixed:
    """The repairs of a catalog. Nothing is written but in a temporary folder."""
    loaded = open_catalog(catalog)
    day = judging_day(as_of, loaded.root)
    suggested = suggested and not loaded.catalog.unreadable  # what nobody could read may hold what is missing
    texts = {name: _read(loaded, name) for name in _yaml(loaded)}
    made = dict(texts)
    repairs: list[Diagnostic] = []
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder:
        there, now = Path(folder), loaded
        _copy(loaded, there)
        for _ in range(PASSES):
            done = _pass(now, made, suggested, day)
            if not done:
                break
            repairs.extend(done)
            for name in {one.place.file for one in done}:
                (there / name).unlink()
                (there / name).write_bytes(made[name].encode())
            now = load_catalog(there)
        left = 0 if suggested or loaded.catalog.unreadable else len(_pass(now, dict(made), True, day))
    changes = [
        Change(loaded.root / name, texts[name].encode(), made[name].encode())
        for name in sorted(texts)
        if made[name] != texts[name]
    ]
    return Fixed(changes, repairs, left, loaded.root)


def _pass(loaded: Loaded, texts: dict[str, str], suggested: bool, day: date | None) -> Sequence[Diagnostic]:
    """Repair what goes together, in `texts`; returns what was repaired."""
    found: dict[str, list[Diagnostic]] = {}
    for one in lint(loaded, RULES, day):
        found.setdefault(one.place.file, []).append(one)
    done: list[Diagnostic] = []
    for name, here in found.items():
        if name in texts:
            texts[name], repairs = repaired(texts[name], here, suggested, flow)
            done.extend(repairs)
    return done


def _yaml(loaded: Loaded) -> list[str]:
    return [name for name in loaded.catalog.files if name.endswith((".yaml", ".yml"))]


def _read(loaded: Loaded, name: str) -> str:
    """The file's text; "" where it is not UTF-8, so that nothing is found to repair there."""
    try:
        return (loaded.root / name).read_bytes().decode()
    except UnicodeDecodeError:
        return ""


def _copy(loaded: Loaded, folder: Path) -> None:
    for name in loaded.catalog.files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.symlink((loaded.root / name).resolve(), target)
