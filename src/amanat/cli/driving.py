"""`amanat diff --driver`: what became of a file in meanings, or in lines where it has none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from amanat.cli.comparing import State, compared
from amanat.cli.overlay import catalog_with
from amanat.cli.session import judging_day
from amanat.errors import AmanatError, EnvironmentFault, UsageError
from amanat.load import load_catalog
from amanat.load.discover import ROOT_FILE
from amanat.report.changes import FORMATS
from amanat.report.console import printable

_NOTHING = "/dev/null"
_RENAMED = 7
"""How many arguments git gives for a file that kept its name; one more is the new name."""


class _Pair(NamedTuple):
    """A file before and after: its names, and where git laid the two contents."""

    path: str
    now: str
    old: Path
    new: Path

    @property
    def header(self) -> str:
        """The line above what is told."""
        arrow = f" -> {self.now}" if self.now != self.path else ""
        return f"amanat diff {self.path}{arrow}\n"


def driven(arguments: Sequence[str], as_of: str | None) -> str:
    """What a change of one file means, as git asks an external diff driver: path, old file, its id and mode,
    new file, its id and mode (and for a rename the new path and a header). Of a file that two branches
    changed and nobody merged yet, git gives the path alone.

    The other files of the catalog are taken as they are on disk. What is not of a catalog, or cannot be read
    as a part of it, is told as text."""
    if len(arguments) == 1:
        return f"amanat diff {arguments[0]}\na merge conflict is not resolved here\n"
    path, now = arguments[0], arguments[_RENAMED] if len(arguments) > _RENAMED else arguments[0]
    pair = _Pair(path, now, Path(arguments[1]), Path(arguments[4]))
    try:
        return pair.header + _meaning(pair, as_of)
    except AmanatError as error:
        return f"{pair.header}told as text: {error.message}\n{_text(pair)}"


def _meaning(pair: _Pair, as_of: str | None) -> str:
    lies = _where(pair.now)
    loaded = load_catalog(_root_of(lies, pair.now))
    name = lies.relative_to(loaded.root.resolve()).as_posix()
    with catalog_with(loaded, {name: pair.old}) as before, catalog_with(loaded, {name: pair.new}) as after:
        told = compared(State(before, "before"), State(after, "after"), judging_day(as_of, loaded.root))
        notes = [
            f"{state}: {faults}, and what is refused counts as not there; run `amanat check`\n"
            for state, faults in (("before", before.faults), ("after", after.faults))
            if faults and before.faults != after.faults
        ]
        return FORMATS["text"](told) + "".join(notes)


def _where(path: str) -> Path:
    """The file that a name of git's means. Names are relative to where git runs its driver, the top of the
    working tree, but for `--relative`: then to the folder in which git was called."""
    below = Path(os.environ.get("GIT_PREFIX", ""), path)
    plain = Path(path)
    return (plain if plain.exists() or not below.parent.is_dir() else below).resolve()


def _root_of(file: Path, name: str) -> Path:
    for folder in file.parents:
        if (folder / ROOT_FILE).is_file():
            return folder
    raise UsageError(f"`{name}` is in no catalog")


def _text(pair: _Pair) -> str:
    """The change as a patch of lines."""
    old, new = _lines(pair.old), _lines(pair.new)
    if old is None or new is None:
        return "what it holds is no text\n"
    before = _NOTHING if str(pair.old) == _NOTHING else f"a/{pair.path}"
    after = _NOTHING if str(pair.new) == _NOTHING else f"b/{pair.now}"
    return "".join(_shown(line) for line in unified_diff(old, new, before, after))


def _lines(file: Path) -> list[str] | None:
    """The lines of a file with their ends; None where they are no text."""
    try:
        return file.read_bytes().decode("utf-8").splitlines(keepends=True)
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{file}`: {error.strerror}") from error


def _shown(line: str) -> str:
    whole = line.removesuffix("\n")
    if whole != line:
        return f"{printable(whole)}\n"
    return f"{printable(line)}\n\\ No newline at end of file\n"
