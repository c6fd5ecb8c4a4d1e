"""The command line as people run it: a process of its own, from a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import write_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]

TEAMS = """\
teams:
  crm: {label: CRM, contact: crm@shop.example, lead: Head of CRM, deputy: CRM lead}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `amanat` with arguments; the working folder is the test's own unless `cwd` says otherwise."""

    def call(
        *arguments: str, cwd: Path | None = None, preexec_fn: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "100"}
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
def example() -> Path:
    """The example catalog of the repository."""
    return Path(__file__).parents[2] / "catalog"
