"""The catalog as it was at a git revision, in a temporary folder; the working tree is never touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from amanat.errors import EnvironmentFault, UsageError
from amanat.history.git import git
from amanat.load import Loaded, load_catalog
from amanat.load.discover import ROOT_FILE

_READ = (".yaml", ".yml", ".columns.csv", ".measures.csv")
_LINK = "120000"
_MOST = 5
"""How many folders are named."""


@contextmanager
def catalog_at(root: Path, revision: str, folder: str | None = None) -> Iterator[tuple[Loaded, str]]:
    """The catalog of `root` as it was at `revision`, and the full name of that commit. `folder` is where it
    stood in the repository, None: where it stands now, or where the only catalog stood whose folder is gone.

    Raises `EnvironmentFault` without git, outside a repository, before its first commit, and where a shallow
    clone may lack the revision; `UsageError` where there is no such revision, `NoCatalog` where there was no
    catalog in it.
    """
    prefix = git(root, "rev-parse", "--show-prefix")
    if prefix is None:
        raise EnvironmentFault(
            f"`{root}` is not in a git repository", hint="an earlier state is read from its commits"
        )
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        raise _no_revision(root, revision)
    commit = found.decode().strip()
    here = (prefix.decode("utf-8", errors="replace").removesuffix("\n") if folder is None else folder).strip(
        "/"
    )
    if folder is None and not _holds(root, commit, here):
        here = _moved_from(root, commit, revision, here)
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", f"{commit}:{here}")
    with tempfile.TemporaryDirectory(prefix="amanat-") as made:
        there = Path(made)
        _write(root, there, (listed or b"").decode("utf-8", errors="surrogateescape"))
        if not (there / ROOT_FILE).is_file():
            raise NoCatalog(f"there was no catalog in `{here or '.'}` at `{revision}`", commit)
        yield load_catalog(there), commit


class NoCatalog(UsageError):  # noqa: N818 - a state of the revision, which a caller may take as it is
    """A revision without the catalog: it was begun later, or stood elsewhere. `commit` is its full name."""

    def __init__(self, message: str, commit: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.commit = commit


def _no_revision(root: Path, revision: str) -> UsageError | EnvironmentFault:
    if git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
        return EnvironmentFault(
            "nothing was committed in this repository yet", hint="commit the catalog first"
        )
    message = f"there is no revision `{revision}`"
    if (git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        return EnvironmentFault(
            f"{message} in this clone, which is shallow",
            hint="fetch it in full: git fetch --unshallow (in CI: a checkout with all its depth)",
        )
    return UsageError(message, hint="`git log` and `git branch --all` show what there is")


def _holds(root: Path, commit: str, folder: str) -> bool:
    name = f"{folder}/{ROOT_FILE}" if folder else ROOT_FILE
    return git(root, "cat-file", "-e", f"{commit}:{name}") is not None


def _moved_from(root: Path, commit: str, revision: str, here: str) -> str:
    """The folder of the catalog before it got another name: of those in the commit, the one that is no more.
    Raises `NoCatalog` where there is none, or more than one."""
    top = git(root, "rev-parse", "--show-toplevel") or b""
    above = Path(top.decode("utf-8", errors="surrogateescape").removesuffix("\n"))
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit) or b""
    names = listed.decode("utf-8", errors="surrogateescape").split("\0")
    folders = [
        name.removesuffix(ROOT_FILE).rstrip("/") for name in names if f"/{name}".endswith(f"/{ROOT_FILE}")
    ]
    gone = [folder for folder in folders if not (above / folder / ROOT_FILE).is_file()]
    if len(gone) == 1:
        return gone[0]
    raise NoCatalog(
        f"there was no catalog in `{here or '.'}` at `{revision}`",
        commit,
        hint=f"there were catalogs in {_named(folders)}" if folders else "it was begun later",
    )


def _named(folders: list[str]) -> str:
    shown = ", ".join(f"`{one or '.'}`" for one in folders[:_MOST])
    return f"{shown} and {len(folders) - _MOST} more" if len(folders) > _MOST else shown


def folder_in_repository(root: Path) -> str:
    """The catalog's folder as its repository names it, with `/` at the end; "" for the whole repository, and
    outside one."""
    prefix = git(root, "rev-parse", "--show-prefix")
    return prefix.decode("utf-8", errors="replace").removesuffix("\n") if prefix else ""


def _write(root: Path, folder: Path, listed: str) -> None:
    """Write the files of a listing of `git ls-tree` that a catalog reads."""
    wanted = []
    for line in filter(None, listed.split("\0")):
        meta, _, name = line.partition("\t")
        mode, kind, blob = meta.split()
        if kind == "blob" and (name.endswith(_READ) or mode == _LINK):
            wanted.append((mode, blob, name))
    asked = "".join(f"{blob}\n" for _, blob, _ in wanted).encode()
    answer = git(root, "cat-file", "--batch", given=asked) or b""
    at = 0
    for mode, _, name in wanted:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()[-1].decode()
        if not head.isdigit():  # a clone without all objects
            raise EnvironmentFault(f"git does not have `{name}` of that revision", hint="fetch it in full")
        size = int(head)
        content = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode != _LINK:
            path.write_bytes(content)
        elif _stays_inside(name, os.fsdecode(content)):
            path.symlink_to(os.fsdecode(content))


def _stays_inside(name: str, target: str) -> bool:
    """Whether a link leads to a place below the catalog; others do not belong to the revision."""
    led = os.path.normpath(PurePosixPath(name).parent / target)
    return not os.path.isabs(target) and led != ".." and not led.startswith("../")
