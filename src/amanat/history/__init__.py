"""Who changed what in a catalog, and when, as git knows it; and the catalog as it was at a revision."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amanat.history.attributes import Attribute
    from amanat.history.entries import ABSENT, Key
    from amanat.history.log import Commit
    from amanat.history.model import Event, History, Release, State, What
    from amanat.history.walk import history_of, is_committed, opened

__all__ = [
    "ABSENT",
    "Attribute",
    "Commit",
    "Event",
    "History",
    "Key",
    "Release",
    "State",
    "What",
    "history_of",
    "is_committed",
    "opened",
]
_IN = {
    "attributes": ("Attribute",),
    "entries": ("ABSENT", "Key"),
    "log": ("Commit",),
    "model": ("Event", "History", "Release", "State", "What"),
    "walk": ("history_of", "is_committed", "opened"),
}


def __getattr__(name: str) -> Any:
    """What is asked for, from its module: who asks git for a revision needs none of it."""
    for module, names in _IN.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
