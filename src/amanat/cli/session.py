"""What commands share: finding and loading the catalog, the day to judge by, judging it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.cli.caching import store_of
from amanat.cli.output import content_of, write_plain
from amanat.cli.progress import progress
from amanat.diagnostic import Diagnostic
from amanat.errors import UsageError
from amanat.lint.verdict import Verdict, from_text, to_text
from amanat.load.cache.kept import keep_verdict, kept_verdict
from amanat.load.cache.packing import Unpackable
from amanat.load.discover import find_root
from amanat.memory import uncollected

if TYPE_CHECKING:
    from amanat.lint.rule import Context
    from amanat.load import Loaded
    from amanat.load.cache.store import Store


def open_catalog(given: Path | None, *, lazily: bool = False, to_judge: bool = False) -> Loaded:
    """Load the catalog at `given`, or the one found from the working folder. `lazily`: for commands that look
    at few fields of many; `to_judge`: for those that judge it next."""
    import gc

    root = find_root(given)
    with progress("reading files") as tell, uncollected():
        if lazily:
            from amanat.load.lazily import open_lazily

            loaded = open_lazily(root, store_of(root), tell)
        else:
            from amanat.load import load_catalog

            loaded = load_catalog(root, store_of(root), tell, _import_rules if to_judge else _nothing)
        gc.freeze()  # the catalog stays until the process ends: the collector need not look at it, even once
    return loaded


def _import_rules() -> None:
    """Rules take long to import; meanwhile another process reads files."""
    import_module("amanat.rules")


def _nothing() -> None:
    pass


def undeclared(loaded: Loaded, identifier: str, kind: str | None) -> UsageError:
    """That nothing has an id, with what was likely meant, or the file that may hold it and cannot be read."""
    from amanat.report import entry

    close = entry.nearest(loaded.catalog, identifier, kind)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else "see `amanat list`"
    if loaded.catalog.unreadable:
        hint = f"`{loaded.catalog.unreadable[0]}` cannot be read, and may declare it: amanat check"
    return UsageError(f"nothing is declared as `{identifier}`", hint=hint)


def warn_of_faults(loaded: Loaded, when: str = "") -> bool:
    """Say on standard error that the answer rests on what could be read; whether that had to be said."""
    found = loaded.faults
    if found:
        sys.stderr.write(f"warning: the catalog{when} has {found}; run `amanat check`\n")
    return bool(found)


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
class Judgement:
    """What was found in a catalog on a day."""

    root: Path
    as_of: date | None
    day_given: bool
    """Whether the day was given with `--as-of`. Only then do generated files name it: a commit that changes
    nothing must not make them stale."""
    verdict: Verdict

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found, in order."""
        return self.verdict.diagnostics


@dataclass(frozen=True, slots=True)
class Judged(Judgement):
    """A loaded catalog with what was found in it."""

    loaded: Loaded
    context: Context
    """What the rules shared, such as the conflict report."""


def check(given: Path | None, as_of: str | None) -> Judgement:
    """Judge the catalog by every active rule, or tell what an earlier run found in the very same files on the
    same day; then nothing is loaded."""
    root = find_root(given)
    day = judging_day(as_of, root)
    text = kept_verdict(store_of(root), root, day.isoformat() if day else None)
    try:
        if text is not None:
            return Judgement(root, day, as_of is not None, from_text(text))
    except Unpackable:
        pass
    return judge_loaded(open_catalog(given, to_judge=True), day, as_of is not None)


def judge(given: Path | None, as_of: str | None) -> Judged:
    """Load the catalog and judge it by every active rule."""
    loaded = open_catalog(given, to_judge=True)
    return judge_loaded(loaded, judging_day(as_of, loaded.root), as_of is not None)


def judge_loaded(loaded: Loaded, day: date | None, day_given: bool, store: Store | None = None) -> Judged:
    """Judge a catalog by every active rule, or take what an earlier run found in the same contents and kept
    in the `store` (the catalog's own, unless another is given)."""
    from amanat.lint.rule import Context

    context = Context(loaded.catalog, day)
    store = store or store_of(loaded.root)
    verdict = _kept(loaded, day, store)
    if verdict is None:
        verdict = _judge(loaded, context, store)
        if loaded.contents is not None:
            try:
                text = to_text(verdict)
            except Unpackable:
                pass
            else:
                keep_verdict(store, loaded.contents, day.isoformat() if day else None, text)
    return Judged(loaded.root, day, day_given, verdict, loaded, context)


def _kept(loaded: Loaded, day: date | None, store: Store) -> Verdict | None:
    if loaded.contents is None:
        return None
    text = store.verdict(loaded.contents.name(day.isoformat() if day else None))
    try:
        return None if text is None else from_text(text)
    except Unpackable:
        return None


def _judge(loaded: Loaded, context: Context, store: Store) -> Verdict:
    from amanat.lint.again import keep, kept
    from amanat.lint.engine import judge as judge_by
    from amanat.lint.engine import run, severities
    from amanat.model.counts import counts_of
    from amanat.rules import RULES

    settings = loaded.catalog.settings
    severity_of = severities(RULES, settings.profiles, settings.severity or {})
    again = kept(store, loaded.contents, context, RULES)
    outcome = again.everything
    if outcome is None:
        with progress("judging by rules") as tell:
            outcome = run(loaded, RULES, context, tell, again.known)
        keep(store, loaded.contents, context, RULES, outcome)
    found = judge_by(loaded, RULES, context, found=outcome.found)
    return Verdict(counts_of(loaded.catalog), severity_of, found)


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


LINES_KEPT = 8
"""How many files' lines are kept at once; who asks file by file never reads one twice."""


class Lines:
    """Lines of the catalog's files. A file is read once by those who ask file by file; only the latest files
    are kept."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def __call__(self, file: str, line: int) -> str:
        """The text of a line, counted from 1; "" where there is none."""
        lines = self._lines.pop(file, None)
        if lines is None:
            lines = self._read(file)
            if len(self._lines) >= LINES_KEPT:
                del self._lines[next(iter(self._lines))]
        self._lines[file] = lines
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def _read(self, file: str) -> list[str]:
        try:
            if (self._root / file).is_file():
                text = (self._root / file).read_bytes().decode("utf-8", errors="replace")
                return text.removeprefix("\ufeff").splitlines()
        except OSError:
            pass
        return []


def write_text(path: Path | None, text: str) -> None:
    """Write to a file (by a temporary one, then renamed) or, without a path and for `-`, to standard output:
    on a terminal through the reader's pager where it is long. The summary of a step on GitHub, which others
    of the step write too, is added to."""
    if path is None or str(path) == "-":
        from amanat.cli.paging import show

        show(text)
    else:
        before = (content_of(path) or b"") if str(path) == os.environ.get("GITHUB_STEP_SUMMARY") else b""
        write_plain(path.parent, {path.name: before + text.encode()})
