"""Writing a folder of generated files so that nothing is lost: no half-written file, no overwritten human
edit, and the old files stay when the disk fills.

A manifest in the folder holds the SHA-256 of every file as generated. A file that differs from it was
edited by hand; a file that it does not name belongs to somebody else. Neither is touched without `force`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amanat.errors import EnvironmentFault, UsageError

MANIFEST = ".amanat-build.json"


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a folder and what would be generated, as sorted relative names."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    edited: tuple[str, ...]
    foreign: tuple[str, ...]
    left_over: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether the folder is not what would be generated."""
        return bool(self.missing or self.stale or self.edited or self.foreign or self.left_over)


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def compare(folder: Path, files: Mapping[str, bytes], part: bool = False) -> Changes:
    """How a folder differs from the files that would be generated. With `part`, these are some of them. Waits
    while another run writes there."""
    with _alone(folder, shared=True):
        return _compare(folder, files, part)


@contextmanager
def _alone(folder: Path, shared: bool = False) -> Iterator[None]:
    """Hold a folder, so that two runs at once do not mix their files; the system lets go of it when a process
    ends. Nothing is held where there is no folder, and where the machine or file system has no such locks."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(f"waiting: another run writes into `{folder}`\n")
            fcntl.flock(handle, mode)
        except OSError:
            pass
        yield
    finally:
        os.close(handle)


def _compare(folder: Path, files: Mapping[str, bytes], part: bool) -> Changes:
    known, above = _read_manifest(folder), os.path.join(folder, "")
    missing: list[str] = []
    stale: list[str] = []
    edited: list[str] = []
    foreign: list[str] = []
    left_over: list[str] = []
    for name, content in files.items():
        there = content_of(above + name)
        if there is None:
            missing.append(name)
        elif there != content:
            if name not in known:
                foreign.append(name)
            elif digest(there) != known[name]:
                edited.append(name)
            else:
                stale.append(name)
    for name in () if part else known.keys() - files.keys():
        there = content_of(above + name)
        if there is not None:
            (left_over if digest(there) == known[name] else edited).append(name)
    return Changes(*(tuple(sorted(names)) for names in (missing, stale, edited, foreign, left_over)))


def write(
    folder: Path,
    files: Mapping[str, bytes],
    force: bool,
    part: bool = False,
    digests: Mapping[str, str] | None = None,
) -> Changes:
    """Make the folder hold exactly these files, beside what is not ours. Returns what was changed. With
    `part`, other files that were generated earlier stay. `digests` are those of the files, where the caller
    knows them.

    Everything is written to a temporary folder first and then renamed into place, file by file. Raises
    `UsageError` when a file was edited by hand or is not ours (unless `force`), and `EnvironmentFault`
    when the machine does not let us; the old files are then as they were. Waits while another run writes
    there.
    """
    _make(folder)
    with _alone(folder):
        known = {name: digest(content) for name, content in files.items()} if digests is None else digests
        return _write(folder, files, force, part, known)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(folder, error) from error


def _refused(folder: Path, error: OSError) -> EnvironmentFault:
    what = error.filename if isinstance(error.filename, str) else str(folder)
    return EnvironmentFault(
        f"cannot write `{what}`: {error.strerror or error}",
        hint="check the folder's permissions and the free space; what was there is unchanged",
    )


def _write(
    folder: Path, files: Mapping[str, bytes], force: bool, part: bool, digests: Mapping[str, str]
) -> Changes:
    changes = _compare(folder, files, part)
    if not force and (changes.edited or changes.foreign):
        names = [*changes.edited, *changes.foreign]
        shown = ", ".join(f"`{name}`" for name in names[:5]) + (" …" if len(names) > 5 else "")
        raise UsageError(
            f"not written: {shown} in `{folder}` was edited by hand or is not ours",
            hint="move your edit into the catalog, or overwrite it with --force",
        )
    known = {**(_read_manifest(folder) if part else {}), **digests}
    manifest = json.dumps({"version": 1, "files": dict(sorted(known.items()))}, indent=1)
    content = {**files, MANIFEST: f"{manifest}\n".encode()}
    wanted = {*changes.missing, *changes.stale, *changes.edited, *changes.foreign, MANIFEST} & content.keys()
    try:
        staging = Path(tempfile.mkdtemp(prefix=".amanat-", dir=folder))
        try:
            for name in sorted(wanted):
                path = staging / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content[name])
            for name in sorted(wanted, key=lambda name: (name == MANIFEST, name)):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(staging / name, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for name in (*changes.left_over, *(set(changes.edited) - files.keys())):
            _remove(folder, name)
    except OSError as error:
        raise _refused(folder, error) from error
    return changes


def differing(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names of files that are missing from a folder or differ there, sorted."""
    return sorted(name for name, content in files.items() if content_of(folder / name) != content)


def write_plain(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that the user named: all of them beside their places first, then renamed, so
    that a disk that fills leaves none of them. A link stays a link, and what is no file (a pipe, a device) is
    written to and never replaced."""
    staged: list[tuple[str, Path]] = []
    try:
        for name, content in sorted(files.items()):
            given = folder / name
            if given.is_dir():
                raise EnvironmentFault(f"cannot write `{given}`: it is a folder", hint="name a file in it")
            if given.exists() and not given.is_file():
                given.write_bytes(content)
                continue
            path = given.resolve()
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            staged.append((temporary, path))
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            os.chmod(temporary, 0o644)
        while staged:
            os.replace(*staged[-1])
            staged.pop()
    except OSError as error:
        raise EnvironmentFault(
            f"cannot write into `{folder}`: {error.strerror or error}",
            hint="check the folder's permissions and the free space",
        ) from error
    finally:
        for temporary, _ in staged:
            Path(temporary).unlink(missing_ok=True)


def replace_text(path: Path, content: bytes, before: bytes | None) -> None:
    """Write a person's own file, by a temporary one that is then renamed; its permissions stay. `before` is
    what was read from it (None: there was no file). Raises `EnvironmentFault` when it has changed since, or
    the machine does not let us; the file is then as it was."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            if before is None:
                os.chmod(temporary, 0o644)
            else:
                shutil.copymode(target, temporary)
            if content_of(target) != before:
                raise EnvironmentFault(f"`{path}` was changed meanwhile", hint="run the command again")
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise EnvironmentFault(
            f"cannot write `{path}`: {error.strerror or error}",
            hint="check the permissions and the free space; what was there is unchanged",
        ) from error


def content_of(path: Path | str) -> bytes | None:
    """What a file holds; None where there is none, nothing for a folder. Raises `EnvironmentFault` where it
    cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return b""
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{path}`: {error.strerror}") from error


def _read_manifest(folder: Path) -> dict[str, str]:
    content = content_of(folder / MANIFEST)
    if content is None:
        return {}
    try:
        files = json.loads(content)["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            f"`{folder / MANIFEST}` is damaged", hint=f"remove `{folder}` and build again"
        ) from error
    return {str(name): str(value) for name, value in files.items()}


def _remove(folder: Path, name: str) -> None:
    """Remove a file that is no longer generated, and the folders that this leaves empty."""
    path = folder / name
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder:
            break
        try:
            parent.rmdir()
        except OSError:
            break
