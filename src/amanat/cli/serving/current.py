"""The site as the catalog stands now, and as it last stood without errors."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from amanat.cli.building import site_of
from amanat.cli.caching import store_of
from amanat.cli.checking import checked, console
from amanat.cli.options import FailOn, Level
from amanat.cli.session import judge_loaded, judging_day
from amanat.diagnostic import Severity
from amanat.docsite.render import Prepared
from amanat.errors import AmanatError
from amanat.load import load_catalog
from amanat.load.discover import ROOT_FILE, find_root, list_files

Stamp = tuple[tuple[str, int, int], ...]


class State(NamedTuple):
    """What is served: the last good site (None: there was none yet), and what is wrong with the catalog."""

    number: int
    site: Prepared | None
    wrong: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a new state means, for the person at the terminal."""

    text: str
    good: bool


class Current:
    """The state, which a watcher renews and many readers wait for."""

    def __init__(self, root: Path | None, as_of: str | None) -> None:
        self._root = find_root(root)
        self._as_of = as_of
        self._out = "build"
        self._changed = threading.Condition()
        self._state = State(0, None, None)

    @property
    def state(self) -> State:
        """The state now."""
        return self._state

    def wait(self, number: int, seconds: float) -> State:
        """The state, as soon as it is another than the numbered one, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.number != number, seconds)
            return self._state

    def stamp(self) -> Stamp:
        """Which files there are, with time and size: differs when one was saved, came or went."""
        listing = list_files(self._root, self._out)
        names = (ROOT_FILE, *listing.files, *listing.snapshots, *listing.measures)
        return tuple(entry for name in names if (entry := _entry(self._root / name)) is not None)

    def renew(self) -> Told:
        """Read and judge the catalog; keep the last good site where it has errors."""
        before = self._state
        try:
            site, wrong, text = self._made()
        except AmanatError as error:
            hint = f"  help: {error.hint}\n" if error.hint else ""
            site, wrong = None, f"error: {error.message}\n{hint}"
            text = wrong
        with self._changed:
            self._state = State(before.number + 1, site or before.site, wrong)
            self._changed.notify_all()
        return Told(text, wrong is None)

    def _made(self) -> tuple[Prepared | None, str | None, str]:
        from amanat.report.console import amount, summary

        loaded = load_catalog(self._root, store_of(self._root)).holding_texts()
        self._out = loaded.catalog.settings.out
        judged = judge_loaded(loaded, judging_day(self._as_of, loaded.root), self._as_of is not None)
        if any(diagnostic.severity is Severity.ERROR for diagnostic in judged.diagnostics):
            report = checked(judged, FailOn.ERROR, None, None)
            text = console(judged, report, Level.ERROR, quiet=False, no_color=True)
            return None, text, text
        prepared = Prepared(site_of(judged, None, self._root / self._out))
        return prepared, None, f"{amount(judged.verdict.counts)}: {summary(judged.diagnostics)}\n"


def _entry(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size
