"""Which findings are new: told apart from those of an earlier state, and from those of a baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from amanat.diagnostic import Diagnostic


class State(StrEnum):
    """How a finding relates to what was there before."""

    NEW = "new"
    OLD = "old"
    """It was there at the revision, at least as severe."""
    KNOWN = "known"
    """The baseline counts it."""


class Since(NamedTuple):
    """The state of each diagnostic, in order, and the earlier ones that are no more."""

    states: tuple[State, ...]
    resolved: tuple[Diagnostic, ...]


def since(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> Since:
    """Tell new findings from old ones by fingerprint, which survives moved lines and changed wording.

    Where several have one fingerprint they are counted, and those with the same message are taken for the
    old ones first. A finding that has become more severe is new.
    """
    left: dict[str, list[Diagnostic]] = {}
    for diagnostic in before:
        left.setdefault(diagnostic.fingerprint, []).append(diagnostic)
    states = [State.NEW] * len(after)
    for same_words in (True, False):
        for n, diagnostic in enumerate(after):
            if states[n] is State.NEW:
                earlier = _earlier(diagnostic, left.get(diagnostic.fingerprint, []), same_words)
                if earlier is not None:
                    left[diagnostic.fingerprint].remove(earlier)
                    states[n] = State.OLD
    worse = Counter(d.fingerprint for n, d in enumerate(after) if states[n] is State.NEW)
    resolved = []
    for diagnostic in (one for ones in left.values() for one in ones):
        if worse[diagnostic.fingerprint]:
            worse[diagnostic.fingerprint] -= 1  # not gone: it has become more severe
        else:
            resolved.append(diagnostic)
    return Since(tuple(states), tuple(sorted(resolved, key=lambda one: one.order)))


def _earlier(now: Diagnostic, before: Iterable[Diagnostic], same_words: bool) -> Diagnostic | None:
    for earlier in before:
        if earlier.severity.rank <= now.severity.rank and (not same_words or earlier.message == now.message):
            return earlier
    return None
