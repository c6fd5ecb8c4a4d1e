"""What commands share: finding and loading the catalog, the day to judge by, judging it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amanat.cli.output import write_plain
from amanat.diagnostic import Diagnostic
from amanat.errors import UsageError
from amanat.lint.rule import Context
from amanat.load import Loaded, load_catalog
from amanat.load.discover import find_root
from amanat.load.files import read_text
from amanat.load.positions import FILES_KEPT


def open_catalog(given: Path | None) -> Loaded:
    """Load the catalog at `given`, or the one found from the working folder."""
    import gc

    loaded = load_catalog(find_root(given))
    gc.freeze()  # the catalog stays until the process ends: the collector need not look at it again
    return loaded


def judging_day(given: str | None, root: Path) -> date | None:
    """The day to judge time by: `--as-of`, else the last commit's date, else None (unknown).

    Raises `UsageError` when `given` is not an ISO 8601 date. The clock is never asked.
    """
    if given is not None:
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise UsageError(
                f"`{given}` is not a date", hint="write it as year-month-day, such as 2026-01-31"
            ) from None
    try:
        done = subprocess.run(
            ["git", "log", "-1", "--format=%cs"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    try:
        return date.fromisoformat(done.stdout.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Judged:
    """A loaded catalog with its diagnostics, in order."""

    loaded: Loaded
    as_of: date | None
    diagnostics: tuple[Diagnostic, ...]
    context: Context
    """What the rules shared, such as the conflict report."""
    day_given: bool
    """Whether the day was given with `--as-of`. Only then do generated files name it: a commit that changes
    nothing must not make them stale."""


def judge(given: Path | None, as_of: str | None) -> Judged:
    """Load the catalog and judge it by every active rule."""
    loaded = open_catalog(given)
    return judge_loaded(loaded, judging_day(as_of, loaded.root), as_of is not None)


def judge_loaded(loaded: Loaded, day: date | None, day_given: bool) -> Judged:
    """Judge a catalog by every active rule."""
    from amanat.lint.engine import judge as judge_by
    from amanat.rules import RULES

    context = Context(loaded.catalog, day)
    return Judged(loaded, day, judge_by(loaded, RULES, context), context, day_given)


def shown_folder(root: Path) -> str:
    """What to put before a catalog's file names so that they can be opened from the working folder."""
    shown = shown_path(root)
    return "" if shown == "." else f"{shown}/"


def shown_path(path: Path) -> str:
    """A path as people see it: relative to the working folder where it is below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


class Lines:
    """Lines of the catalog's files. A file is read once by those who ask file by file; as with positions,
    only the latest files are kept."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def __call__(self, file: str, line: int) -> str:
        """The text of a line, counted from 1; "" where there is none."""
        lines = self._lines.pop(file, None)
        if lines is None:
            lines = self._read(file)
            if len(self._lines) >= FILES_KEPT:
                del self._lines[next(iter(self._lines))]
        self._lines[file] = lines
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def _read(self, file: str) -> list[str]:
        try:
            if (self._root / file).is_file():
                return read_text(self._root, file).removeprefix("\ufeff").splitlines()
        except OSError:
            pass
        return []


def write_text(path: Path | None, text: str) -> None:
    """Write to a file (by a temporary one, then renamed) or, without a path, to standard output."""
    import sys

    if path is None:
        sys.stdout.write(text)
    else:
        write_plain(path.parent, {path.name: text.encode()})
