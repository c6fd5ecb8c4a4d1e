"""Whether a command uses the cache of earlier runs."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path

from amanat.load.cache.store import Store

WITHOUT: ContextVar[bool] = ContextVar("without", default=False)
"""Set by `--no-cache`: everything is read and judged anew, and nothing is kept."""


def store_of(root: Path) -> Store:
    """The cache of the catalog in `root`, or one that holds nothing and keeps nothing."""
    return Store(None) if WITHOUT.get() else Store.of(root)
