"""How each entry of the ledger stands today: what holds, what reopened, and what decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amanat.conflicts.report import Conflict
from amanat.model.resources import Discrepancy


class Stands(StrEnum):
    """How an entry stands. `moot`: there is no such conflict; `invalid`: it is not in order, so the conflict
    is open as if nobody had decided."""

    REOPENED = "reopened"
    INVALID = "invalid"
    MOOT = "moot"
    DISPUTED = "disputed"
    FIXING = "fixing"
    ACCEPTED = "accepted"


class Change(StrEnum):
    """What became of a value that was accepted."""

    SAME = "same"
    CHANGED = "changed"
    JOINED = "joined"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry with the conflict that it is about, None where there is none.

    `why` says in words why it reopened, is moot or is invalid, and is empty for a decision that holds.
    `changes` has a key for each source, or `field` for the canonical value, that was accepted or takes part
    now; it is empty without a conflict.
    """

    entry: Discrepancy
    conflict: Conflict | None
    stands: Stands
    why: tuple[str, ...]
    changes: Mapping[str, Change]

    def days_left(self, as_of: date | None) -> int | None:
        """Days until it expires, 0 on its last day, negative afterwards; None where nobody can know."""
        expires = day_of(self.entry.expires)
        return None if as_of is None or expires is None else (expires - as_of).days


def day_of(text: str | None) -> date | None:
    """A day as the ledger writes it; None for none, and for one that does not exist."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        return None  # a day that does not exist has a finding of its own
