"""Repositories that the tests of the history are made in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = "catalog: {name: Test, languages: [en]}\n"
EMAIL = """\
fields:
  customer.email:
    label: E-mail
    definition: Where the customer is written to.
    owner: crm
    sources:
      shop.users.email: {length: 254}
"""


class Repository:
    """A repository with a catalog in the folder `data`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "data"
        self.root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, author: str = "Ada", day: str = "2026-01-01") -> str:
        """Ask git, as an author on a day."""
        when = f"{day}T12:00:00+00:00"
        known = {
            "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "a@shop.example", "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": "CI", "GIT_COMMITTER_EMAIL": "ci@shop.example", "GIT_COMMITTER_DATE": when,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **known},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, **files: str | None) -> None:
        """Write files of the catalog by their names without `.yaml`; None removes one."""
        for name, text in {"amanat": ROOT, **files}.items():
            path = self.root / f"{name}.yaml"
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def commit(self, subject: str, author: str = "Ada", day: str = "2026-01-01", **files: str | None) -> str:
        """Write files and commit everything; the id of the commit."""
        self.write(**files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject, author=author, day=day)
        return self.git("rev-parse", "HEAD")
