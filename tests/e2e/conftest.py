"""The command line as people run it: a process of its own, from a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.support import write_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]

TEAMS = """\
teams:
  crm: {label: CRM, contact: crm@shop.example, lead: Head of CRM, deputy: CRM lead}
"""


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Processes that have imported everything, and fork."""
    servers = Forks()
    yield servers
    servers.close()


@pytest.fixture
def run(tmp_path: Path, forks: Forks) -> Run:
    """Run `amanat` with arguments; the working folder is the test's own unless `cwd` says otherwise. What is
    to be done before it starts (`preexec_fn`) is done in a Python of its own."""

    def call(
        *arguments: str, cwd: Path | None = None, preexec_fn: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "100"}
        if preexec_fn is None:
            return forks.run(arguments, cwd or tmp_path, environment)
        return subprocess.run(
            [sys.executable, "-m", "amanat", *arguments],
            cwd=cwd or tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=preexec_fn,
        )

    return call


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small catalog without findings that fail."""
    from amanat.rules.base import base_files

    return write_files(tmp_path / "small", base_files())


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example catalog of the repository, outside of it: what was committed on which day is not in play."""
    there = Path(__file__).parents[2] / "catalog"
    copy = tmp_path_factory.mktemp("example") / "catalog"
    return shutil.copytree(there, copy, ignore=shutil.ignore_patterns("build"))
