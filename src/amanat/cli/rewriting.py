"""Editing a person's files: several at once or none, and the same as a patch."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from amanat.cli.session import shown_path
from amanat.errors import EnvironmentFault


class Change(NamedTuple):
    """What becomes of a file: its content before and after (None: there is no such file)."""

    path: Path
    before: bytes | None
    after: bytes | None


def write_all(changes: Sequence[Change]) -> None:
    """Make every change, or none: all new contents are written beside their files first, all files are
    compared with what was read, and only then renamed into place, one by one; where that fails, those that
    were renamed are put back. Raises `EnvironmentFault`."""
    staged: list[tuple[Change, Path, Path | None]] = []
    done: list[tuple[Change, Path]] = []
    try:
        for change in changes:
            target = change.path.resolve()
            staged.append((change, target, _staged(change, target)))
        for change, target, _ in staged:
            if _content(target) != change.before:
                raise EnvironmentFault(f"`{change.path}` was changed meanwhile", hint="run the command again")
        for change, target, temporary in sorted(staged, key=lambda one: one[2] is None):
            done.append((change, target))
            if temporary is None:
                target.unlink()
            else:
                os.replace(temporary, target)
    except BaseException as error:
        for _, _, temporary in staged:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
        for change, target in done:
            _restore(change, target)
        if isinstance(error, OSError):
            raise EnvironmentFault(
                f"cannot write `{error.filename or changes[0].path}`: {error.strerror or error}",
                hint="check the permissions and the free space; what was there is unchanged",
            ) from error
        raise


def _staged(change: Change, target: Path) -> Path | None:
    """The new content in a file of its own beside the target."""
    if change.after is None:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(change.after)
        if change.before is None:
            os.chmod(name, 0o644)
        else:
            shutil.copymode(target, name)
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _restore(change: Change, target: Path) -> None:
    if _content(target) == change.before:
        return
    if change.before is None:
        target.unlink(missing_ok=True)
        return
    target.write_bytes(change.before)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def patch(changes: Sequence[Change]) -> str:
    """The changes as a unified patch, with names from the working folder, for `git apply` or `patch -p1`."""
    made = []
    for change in sorted(changes):
        name = shown_path(change.path)
        before, after = _lines(change.before), _lines(change.after)
        old = "/dev/null" if change.before is None else f"a/{name}"
        new = "/dev/null" if change.after is None else f"b/{name}"
        for line in difflib.unified_diff(before, after, old, new):
            made.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(made)


def _lines(content: bytes | None) -> list[str]:
    if not content:
        return []
    parts = content.decode("utf-8", errors="replace").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
