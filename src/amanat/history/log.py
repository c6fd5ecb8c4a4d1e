"""The commits that touched a catalog's files, newest first, with the contents before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from amanat.history.git import git
from amanat.load.discover import OBSERVED, ROOT_FILE

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


def folders(root: Path, folder: str) -> tuple[str, ...]:
    """The folder of the catalog in its repository (with `/` at the end; "" for all of it), and those that it
    stood in before, newest first, as git finds `amanat.yaml` renamed."""
    said = git(
        root, "-c", "core.quotePath=false", "log", "--follow", "--diff-filter=R", "--name-status", "-z",
        "--no-show-signature", "--format=", "HEAD", "--", ROOT_FILE,
    )  # fmt: skip
    words = iter((said or b"").decode("utf-8", errors="replace").split("\0"))
    found = [folder]
    for status, old, new in zip(words, words, words, strict=False):
        before, _, name = old.rpartition("/")
        before = f"{before}/" if before else ""
        if (
            status.strip()[:1] == "R"
            and name == ROOT_FILE
            and new == f"{found[-1]}{name}"
            and before not in found
        ):
            found.append(before)
    return tuple(found)


def steps(root: Path, stood: Sequence[str], out: str) -> Iterator[Step]:
    """The commits before HEAD that touched the catalog in the folders that it stands and stood in, in one
    call of git. A file keeps its name when the folder gets another."""
    said = git(
        root, "-c", "core.quotePath=false", "log", "-c", "--raw", "-z", "--no-abbrev", "--no-renames",
        "--topo-order", "--no-show-signature", f"--format={_FORMAT}", "HEAD", "--",
        *(f":(top,literal){folder}" if folder else ":(top)" for folder in stood),
    )  # fmt: skip
    parts = (said or b"").decode("utf-8", errors="replace").split("\0")
    longest = sorted(stood, key=len, reverse=True)
    position, current, files = 0, None, dict[str, Touched]()
    while position < len(parts):
        part = parts[position].removeprefix("\n")
        position += 1
        if part.startswith("\x1e"):
            if current is not None:
                yield _step(current, files)
            current, files = _commit(part[1:]), {}
        elif part.startswith(":"):
            whole = parts[position]
            name = next((whole[len(folder) :] for folder in longest if whole.startswith(folder)), whole)
            position += 1
            if is_declared(name, out):
                files[name] = _together(files.get(name), _touched(part, name))
    if current is not None:
        yield _step(current, files)


def _step(commit: Commit, files: Mapping[str, Touched]) -> Step:
    return Step(commit, tuple(one for one in files.values() if any(old != one.after for old in one.before)))


def _together(one: Touched | None, other: Touched) -> Touched:
    """A file that went from one folder to another: what it was in the first, and is in the second."""
    if one is None:
        return other
    before = (old or was for old, was in zip(one.before, other.before, strict=True))
    return Touched(one.file, tuple(before), one.after or other.after)


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
