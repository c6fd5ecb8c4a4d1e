"""One walk over the commits of a catalog's files: from what git compared to what became of entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from amanat.errors import EnvironmentFault
from amanat.history.attributes import Attribute, differences
from amanat.history.entries import ABSENT, UNREADABLE, Key, Version
from amanat.history.git import Contents, contents, git
from amanat.history.log import Commit, Step, Touched, folders, is_declared, steps
from amanat.history.model import Event, History, Release, State, What
from amanat.history.trees import Trees
from amanat.memory import uncollected

_KEPT = 256
"""How many versions are kept: what a commit leaves is what the commit after it starts from."""


def history_of(root: Path, out: str) -> History:
    """The history of the catalog in `root`, whose build folder is `out`. Never raises: what git cannot say
    is the state of the history."""
    try:
        state, folder = _state(root)
        if state is not State.KNOWN:
            return History(state)
        with uncollected(), contents(root) as objects:
            return _walk(root, folders(root, folder), out, objects)
    except EnvironmentFault:
        return History(State.NO_GIT)
    except _Missing:
        return History(State.INCOMPLETE)


@contextmanager
def opened(root: Path, out: str) -> Iterator[tuple[History, Trees]]:
    """The history of the catalog in `root`, with the files of its commits to look into.

    Raises `EnvironmentFault` where there is none, and says why.
    """
    history = history_of(root, out)
    if not history.known:
        message, hint = _WHY[history.state]
        raise EnvironmentFault(message, hint=hint)
    with contents(root) as objects:
        yield history, Trees(root, folders(root, _state(root)[1]), out, objects)


_WHY = {
    State.NO_GIT: ("git cannot be run", "install git; who changed what is read from its commits"),
    State.NO_REPOSITORY: (
        "the catalog is not in a git repository",
        "who changed what is read from its commits: git init, then commit the catalog",
    ),
    State.NO_COMMIT: ("nothing was committed in this repository yet", "commit the catalog first"),
    State.NOT_COMMITTED: ("no commit holds the catalog", "add its files to git and commit them first"),
    State.INCOMPLETE: (
        "the clone does not have all files of its commits",
        "it was cloned with a filter: fetch the history in full, with git fetch --refetch --no-filter",
    ),
}


def is_committed(folder: Path) -> bool:
    """Whether git holds files of a folder."""
    if not folder.is_dir():
        return False
    try:
        return bool(git(folder, "ls-files", "-z", "--", "."))
    except EnvironmentFault:
        return False


def _state(root: Path) -> tuple[State, str]:
    prefix = git(root, "rev-parse", "--show-prefix")
    if prefix is None:
        return State.NO_REPOSITORY, ""
    if git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
        return State.NO_COMMIT, ""
    return State.KNOWN, prefix.decode("utf-8", errors="replace").removesuffix("\n")


class _Missing(Exception):  # noqa: N818 - not an error of ours: the clone is not whole
    """A content that the clone does not have."""


class _Versions:
    """Versions of files by the names of their contents."""

    def __init__(self, objects: Contents) -> None:
        self._objects = objects
        self._made: dict[tuple[str, str], Version] = {}

    def of(self, touched: Iterable[Touched]) -> None:
        """Read what a commit needs, in few questions."""
        needed = dict.fromkeys(
            (one.file, blob) for one in touched for blob in (*one.before, one.after) if blob is not None
        )
        wanted = [one for one in needed if one not in self._made]
        for excess in list(self._made)[: max(0, len(self._made) + len(wanted) - _KEPT)]:
            if excess not in needed:
                del self._made[excess]
        read = self._objects.read(dict.fromkeys(blob for _, blob in wanted))
        raw = dict(read)
        for file, blob in wanted:
            content = raw[blob]
            if content is None:
                raise _Missing
            self._made[file, blob] = Version(file, content)

    def __call__(self, file: str, blob: str | None) -> Version | None:
        """A version that was read before; None for none."""
        return None if blob is None else self._made[file, blob]


def _walk(root: Path, stood: Sequence[str], out: str, objects: Contents) -> History:
    versions = _Versions(objects)
    grafts = _grafts(root)
    tag, since = _release(root)
    found: dict[Key, list[Event]] = {}
    recent: dict[Key, list[Event]] = {}
    begins: Commit | None = None
    order: list[Commit] = []
    for key, event in _uncommitted(root, out, objects):
        found.setdefault(key, []).append(event)
        if tag is not None:
            recent.setdefault(key, []).append(event)
    for step in steps(root, stood, out):
        if step.files:
            order.append(step.commit)
        oldest = step.commit.id in grafts
        begins = step.commit if oldest else begins
        versions.of(step.files)
        for key, event in _events(step, versions, oldest):
            found.setdefault(key, []).append(event)
            if step.commit.id in since:
                recent.setdefault(key, []).append(event)
    if not order:
        return History(State.NOT_COMMITTED)
    return History(
        State.KNOWN,
        {key: tuple(events) for key, events in found.items()},
        len(order),
        begins,
        None if tag is None else Release(tag, {key: tuple(events) for key, events in recent.items()}),
        tuple(order),
    )


def _events(step: Step, versions: _Versions, oldest: bool) -> Iterator[tuple[Key, Event]]:
    """What a commit did to each entry: of a merge, what differs from all parents."""
    parents = len(step.files[0].before) if step.files else 0
    after = _Side([versions(one.file, one.after) for one in step.files])
    before = [_Side([versions(one.file, one.before[p]) for one in step.files]) for p in range(parents)]
    for key in dict.fromkeys(key for side in (after, *before) for key in side.where):
        event = _event(step.commit, key, before, after, oldest)
        if event is not None:
            yield key, event


class _Side:
    """All files that a commit touched, on one side of it: an entry may have moved between them."""

    def __init__(self, versions: Sequence[Version | None]) -> None:
        self.where: dict[Key, Version] = {}
        self.torn = False
        for version in versions:
            if version is not None:
                self.torn = self.torn or not version.readable
                for key in version.keys:
                    self.where.setdefault(key, version)

    def data(self, key: Key) -> object:
        """What the entry says on this side."""
        version = self.where.get(key)
        if version is not None:
            return version.data(key)
        return UNREADABLE if self.torn else ABSENT


def _event(
    commit: Commit | None, key: Key, before: Sequence[_Side], after: _Side, oldest: bool = False
) -> Event | None:
    here = after.where.get(key)
    if here is not None and any(
        (one := side.where.get(key)) is not None and here.same(key, one) for side in before
    ):
        return None
    olds = [side.data(key) for side in before]
    if here is not None and all(old is ABSENT for old in olds):
        return Event(commit, What.FOUND if oldest else What.CREATED, (), key.id)
    new = after.data(key)
    if new is ABSENT and ABSENT not in olds:
        return Event(commit, What.REMOVED, (), key.id)
    if new is UNREADABLE or UNREADABLE in olds:
        return Event(commit, What.CHANGED, (), key.id, False)
    own = _own([tuple(differences(old, new)) for old in olds])
    return Event(commit, What.CHANGED, own, key.id) if own else None


def _own(told: Sequence[Sequence[Attribute]]) -> tuple[Attribute, ...]:
    """Of what differs from the first parent, what differs from all: the rest a merge only took over."""
    first, *others = told
    return tuple(one for one in first if all(any(map(one.meets, other)) for other in others))


def _uncommitted(root: Path, out: str, objects: Contents) -> Iterator[tuple[Key, Event]]:
    """What the files on disk say that HEAD does not."""
    listed = git(root, "ls-tree", "-r", "-z", "HEAD", ".") or b""
    blobs = dict(_listed(listed.decode("utf-8", errors="replace")))
    said = git(
        root,
        "-c",
        "core.fsmonitor=false",
        "diff",
        "--name-only",
        "--relative",
        "--no-renames",
        "-z",
        "HEAD",
        "--",
        ".",
    )
    changed = {name for name in (said or b"").decode("utf-8", errors="replace").split("\0") if name}
    new = (
        git(root, "-c", "core.fsmonitor=false", "ls-files", "--others", "-z", "--", "*.yaml", "*.yml") or b""
    )
    changed |= {name for name in new.decode("utf-8", errors="replace").split("\0") if name}
    names = sorted(name for name in changed if is_declared(name, out))
    raw = dict(objects.read(blobs[name] for name in names if name in blobs))
    committed = [Version(name, raw[blobs[name]] or b"") for name in names if name in blobs]
    written = [Version(name, content) for name in names if (content := _on_disk(root / name)) is not None]
    before, after = _Side(committed), _Side(written)
    for key in dict.fromkeys((*after.where, *before.where)):
        event = _event(None, key, [before], after)
        if event is not None:
            yield key, event


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _listed(listing: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, listing.split("\0")):
        meta, _, name = line.partition("\t")
        yield name, meta.split()[2]


def _grafts(root: Path) -> frozenset[str]:
    """The oldest commits of a shallow clone, whose parents it does not have."""
    path = git(root, "rev-parse", "--git-path", "shallow")
    if path is None:
        return frozenset()
    try:
        return frozenset((root / path.decode("utf-8", errors="replace").strip()).read_text().split())
    except OSError:
        return frozenset()


def _release(root: Path) -> tuple[str | None, frozenset[str]]:
    """The nearest tag before HEAD, and the commits since."""
    tag = git(root, "describe", "--tags", "--abbrev=0", "HEAD")
    if tag is None:
        return None, frozenset()
    name = tag.decode("utf-8", errors="replace").strip()
    listed = git(root, "rev-list", f"refs/tags/{name}..HEAD") or b""
    return name, frozenset(listed.decode().split())
