"""Which commit a catalog is of, and which of its files differ from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amanat.errors import EnvironmentFault
from amanat.history.git import git


@dataclass(frozen=True, slots=True)
class Provenance:
    """The commit (its full name, "" outside git and before the first commit) and the catalog's files that are
    changed since, relative to its root."""

    commit: str
    changed: frozenset[str]

    def of(self, file: str) -> str:
        """The commit that a file is of, in short, with `+` where the file is changed since; "" for none."""
        if not self.commit:
            return ""
        return f"{self.commit[:12]}{'+' if file in self.changed else ''}"

    @property
    def whole(self) -> str:
        """The commit of the catalog, with `+` where any of its files is changed since; "" for none."""
        return f"{self.commit}{'+' if self.changed else ''}" if self.commit else ""


NOWHERE = Provenance("", frozenset())


def provenance(root: Path) -> Provenance:
    """Where the catalog in a folder stands. Without git it stands nowhere."""
    try:
        head = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        prefix = git(root, "rev-parse", "--show-prefix")
        changed = git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    except EnvironmentFault:
        return NOWHERE
    if head is None or prefix is None or changed is None:
        return NOWHERE
    names = changed.decode("utf-8", errors="surrogateescape").split("\0")
    folder = prefix.decode("utf-8", errors="surrogateescape").removesuffix("\n")
    return Provenance(
        head.decode().strip(), frozenset(name[3:].removeprefix(folder) for name in names if len(name) > 3)
    )
