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


@contextmanager
def catalog_at(root: Path, revision: str, folder: str | None = None) -> Iterator[tuple[Loaded, str]]:
    """The catalog of `root` as it was at `revision`, and the full name of that commit. `folder` is where it
    stood in the repository, None: where it stands now.

    Raises `EnvironmentFault` without git or outside a repository, `UsageError` where there is no such
    revision or no catalog in it.
    """
    prefix = git(root, "rev-parse", "--show-prefix")
    if prefix is None:
        raise EnvironmentFault(
            f"`{root}` is not in a git repository", hint="an earlier state is read from its commits"
        )
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        raise UsageError(
            f"there is no revision `{revision}`", hint="`git log` and `git branch --all` show what there is"
        )
    commit = found.decode().strip()
    here = prefix.decode("utf-8", errors="replace").removesuffix("\n") if folder is None else folder
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", f"{commit}:{here.strip('/')}")
    with tempfile.TemporaryDirectory(prefix="amanat-") as made:
        there = Path(made)
        _write(root, there, (listed or b"").decode("utf-8", errors="surrogateescape"))
        if not (there / ROOT_FILE).is_file():
            raise UsageError(f"there was no catalog in `{here.strip('/') or '.'}` at `{revision}`")
        yield load_catalog(there), commit


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
