"""Who changed what in a catalog, and when, as git knows it; and the catalog as it was at a revision."""

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
