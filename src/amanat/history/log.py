"""The commits that touched a catalog's files, newest first, with the contents before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from amanat.history.git import git
from amanat.load.discover import OBSERVED

_FORMAT = "tformat:%x1e%H%x1f%P%x1f%as%x1f%aN%x1f%s"
_REGULAR = ("100644", "100755")
_NOTHING = "0"


class Commit(NamedTuple):
    """A commit as its author declares it: `day` is the author's own, ISO 8601."""

    id: str
    day: str
    author: str
    subject: str

    @property
    def short(self) -> str:
        """The id as people write it."""
        return self.id[:10]


class Touched(NamedTuple):
    """A file that a commit changed: its content's names in each parent and afterwards, None for none."""

    file: str
    before: tuple[str | None, ...]
    after: str | None


class Step(NamedTuple):
    """A commit and what it did to the catalog's files. A merge has only files
    that differ from all parents."""

    commit: Commit
    files: tuple[Touched, ...]


def steps(root: Path, folder: str, out: str) -> Iterator[Step]:
    """The commits before HEAD that touched the catalog in `folder` of the repository, in one call of git."""
    said = git(
        root, "-c", "core.quotePath=false", "log", "-c", "--raw", "-z", "--no-abbrev", "--no-renames",
        "--topo-order", "--no-show-signature", f"--format={_FORMAT}", "HEAD", "--", ".",
    )  # fmt: skip
    parts = (said or b"").decode("utf-8", errors="replace").split("\0")
    position, current, files = 0, None, list[Touched]()
    while position < len(parts):
        part = parts[position].removeprefix("\n")
        position += 1
        if part.startswith("\x1e"):
            if current is not None:
                yield Step(current, tuple(files))
            current, files = _commit(part[1:]), []
        elif part.startswith(":"):
            name = parts[position].removeprefix(folder)
            position += 1
            if is_declared(name, out):
                files.append(_touched(part, name))
    if current is not None:
        yield Step(current, tuple(files))


def is_declared(name: str, out: str) -> bool:
    """Whether the catalog reads a file of that name, as `load` lists them."""
    path = PurePosixPath(name)
    inside = [str(above) for above in path.parents]
    return (
        path.suffix in (".yaml", ".yml")
        and not any(part.startswith(".") for part in path.parts)
        and OBSERVED not in inside
        and out.strip("/").removeprefix("./") not in inside
    )


def _commit(head: str) -> Commit:
    identifier, _, day, author, subject = (*head.split("\x1f", 4), "", "", "", "")[:5]
    return Commit(identifier, day, author, subject)


def _touched(meta: str, name: str) -> Touched:
    """Of `:mode mode blob blob status`, for a merge with a mode and a blob for each parent."""
    parents = len(meta) - len(meta.lstrip(":"))
    words = meta.lstrip(":").split()
    modes, blobs = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
    named = [
        blob if mode in _REGULAR and blob.strip(_NOTHING) else None
        for mode, blob in zip(modes, blobs, strict=True)
    ]
    return Touched(name, tuple(named[:-1]), named[-1])
