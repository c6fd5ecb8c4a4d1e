"""The catalog as it would be with edited files, in a temporary folder; itself it is never touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from amanat.errors import EnvironmentFault, UsageError
from amanat.load import Loaded, load_catalog

_YAML = (".yaml", ".yml")


@contextmanager
def catalog_with(loaded: Loaded, edits: Mapping[str, Path]) -> Iterator[Loaded]:
    """The catalog with the given files in place of its own (name in the catalog → edited file). A name that
    the catalog does not have is added. Raises `UsageError` where an edit cannot be read as a part of it."""
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder:
        there = Path(folder)
        for name in sorted({*loaded.catalog.files, *edits}):
            path = there / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name in edits:
                _copy(edits[name], path)
            else:
                _link((loaded.root / name).resolve(), path)
        edited = load_catalog(there)
        _refuse(loaded, edited, edits)
        yield edited


def names_of(loaded: Loaded, edits: Sequence[Path], name: str | None) -> dict[str, Path]:
    """The catalog's file that each edit stands for: `name`, or the one file whose path ends as the edit's
    does, by as many parts as can be told apart. Raises `UsageError` where that is none or several."""
    if name is not None and len(edits) != 1:
        raise UsageError("`--as` says which file one `--with` stands for", hint="give `--with` once")
    found: dict[str, Path] = {}
    for edit in edits:
        if not edit.is_file():
            raise UsageError(
                f"there is no file `{edit}`", hint="--with takes a YAML file of the catalog, edited"
            )
        own = _inside(name) if name is not None else _stands_for(loaded, edit)
        if own in found:
            raise UsageError(f"`{edit}` and `{found[own]}` both stand for `{own}`", hint="give one of them")
        found[own] = edit
    return found


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not name.endswith(_YAML):
        raise UsageError(
            f"`{name}` is not a file of a catalog",
            hint="--as takes a path below the catalog's folder, such as `purposes.yaml`",
        )
    return path.as_posix()


def _stands_for(loaded: Loaded, edit: Path) -> str:
    parts = edit.resolve().parts
    files = [name for name in loaded.catalog.files if name.endswith(_YAML)]
    best = max((_shared(parts, name) for name in files), default=0)
    near = [name for name in files if _shared(parts, name) == best] if best else []
    if len(near) == 1:
        return near[0]
    if near:
        shown = ", ".join(f"`{name}`" for name in near)
        raise UsageError(
            f"`{edit}` may stand for {shown}", hint="say which with --as, such as `--as " + near[0] + "`"
        )
    raise UsageError(
        f"no file of the catalog is called `{edit.name}`",
        hint=f"say with --as which file it replaces, or where it is to be added: `--as {edit.name}`",
    )


def _shared(parts: Sequence[str], name: str) -> int:
    """How many of the last parts a path shares with a catalog's file; nothing without the file's own name."""
    count = 0
    for one, other in zip(reversed(parts), reversed(PurePosixPath(name).parts), strict=False):
        if one != other:
            break
        count += 1
    return count


def _refuse(loaded: Loaded, edited: Loaded, edits: Mapping[str, Path]) -> None:
    """Refuse an edit that cannot be read, that the catalog would not read, or whose entries stand elsewhere
    too, so that it would depend on the names of files which of them count."""
    for name in edits:
        if name not in edited.catalog.files:
            raise UsageError(f"`{name}` is no place for a catalog's file", hint="it is hidden, or generated")
    added = edits.keys() - set(loaded.catalog.files)
    for finding in edited.findings:
        files = {finding.place.file, *(related.place.file for related in finding.related)}
        file = min(files & edits.keys(), default="")
        unread = finding.place.file == file and file in edited.catalog.unreadable
        if unread or (finding.code == "ID102" and files & added):
            span = edited.spans.span(finding.place) if finding.span is None else finding.span
            name = str(edits.get(finding.place.file, finding.place.file))
            raise UsageError(
                f"{name}:{span.line if span else 1}: {finding.message}",
                hint="mend the file"
                if unread
                else "say with --as which file of the catalog the edit replaces",
            )


def _copy(edit: Path, path: Path) -> None:
    try:
        shutil.copyfile(edit, path)
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{edit}`: {error.strerror}") from error


def _link(target: Path, path: Path) -> None:
    """A link to one of the catalog's own files; a copy where the machine has no links."""
    try:
        os.symlink(target, path)
    except (OSError, NotImplementedError):
        shutil.copyfile(target, path)
