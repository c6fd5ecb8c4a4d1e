"""The commits that changed the catalog, as git tells them. Author and date are what the author's machine
declared; only a signature that somebody checks says more."""

from __future__ import annotations

from amanat.errors import EnvironmentFault
from amanat.evidence.material import Material
from amanat.history.git import git
from amanat.inventory.columns import Absent, Column
from amanat.inventory.register import Row
from amanat.inventory.tables import Table

COLUMNS = (
    Column("commit", "text", "Full name of the commit."),
    Column("author", "text", "Author, as declared."),
    Column("author_date", "text", "Day of the author's date, as declared."),
    Column("committer", "text", "Committer, as declared."),
    Column("committer_date", "text", "Day of the committer's date, as declared."),
    Column("self_committed", "flag", "Whether author and committer are the same mailbox."),
    Column("signed", "flag", "Whether the commit carries a signature. It is not checked here."),
    Column("subject", "text", "First line of the message."),
)
_FORMAT = "%H%x1f%aN%x1f%as%x1f%cN%x1f%cs%x1f%aE%x1f%cE%x1f%s%x1e"


def changes(material: Material) -> Table:
    """Every commit up to the one that the pack is of, newest first; none outside git."""
    rows: list[Row] = []
    if material.stands.commit:
        arguments = ("log", f"--format={_FORMAT}", material.stands.commit, "--", ".")
        said = git(material.root, *arguments) or b""
        signed = _signed(material)
        for entry in said.decode("utf-8", errors="replace").split("\x1e"):
            parts = entry.strip("\n").split("\x1f")
            if len(parts) == 8:
                commit, author, written, committer, committed, mail, theirs, subject = parts
                rows.append(
                    {
                        "commit": commit,
                        "author": author or Absent.UNKNOWN,
                        "author_date": written,
                        "committer": committer or Absent.UNKNOWN,
                        "committer_date": committed,
                        "self_committed": mail == theirs,
                        "signed": commit in signed,
                        "subject": subject or Absent.UNKNOWN,
                    }
                )
    return Table("changes", material.catalog, COLUMNS, tuple(rows))


def _signed(material: Material) -> frozenset[str]:
    """The commits with a signature in them. Their objects are read; no program is asked to check it."""
    try:
        said = git(
            material.root,
            "log",
            "--format=%H%x1f%x1e",
            "--no-show-signature",
            material.stands.commit,
            "--",
            ".",
        )
    except EnvironmentFault:
        return frozenset()
    names = [one.split("\x1f")[0].strip() for one in (said or b"").decode().split("\x1e")]
    listed = "".join(f"{name}\n" for name in names if name).encode()
    answer = git(material.root, "cat-file", "--batch", given=listed) or b""
    found, at = set(), 0
    for name in filter(None, names):
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[-1])
        head = answer[end + 1 : end + 1 + size].partition(b"\n\n")[0]
        if b"\ngpgsig" in head:
            found.add(name)
        at = end + 1 + size + 1
    return frozenset(found)
