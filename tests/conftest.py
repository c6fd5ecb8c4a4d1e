"""Settings of all tests: property tests draw the same examples on every run and never judge time.

`HYPOTHESIS_PROFILE=long python -m pytest tests/property` draws many more, at random. What tests keep in a cache
goes with them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="amanat-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours stay with one worker, for what they share, and a worker with nothing left takes from another:
    by chunks, one of two was idle for a quarter of the time."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None
