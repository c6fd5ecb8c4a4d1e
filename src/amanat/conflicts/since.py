"""What a change did to the conflicts: two reports side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amanat.conflicts.ledger import words
from amanat.conflicts.report import CANONICAL, Conflict
from amanat.diagnostic import Severity


class Change(NamedTuple):
    """A conflict that is there before and after, and not the same."""

    before: Conflict
    after: Conflict


class Since(NamedTuple):
    """The conflicts that came, went, and changed, each sorted by field and facet."""

    introduced: tuple[Conflict, ...]
    resolved: tuple[Conflict, ...]
    changed: tuple[Change, ...]

    def fails(self, least: Severity) -> bool:
        """Whether a conflict that came or changed is at least so severe."""
        now = (*self.introduced, *(change.after for change in self.changed))
        return any(conflict.severity.rank <= least.rank for conflict in now)


def since(before: Sequence[Conflict], after: Sequence[Conflict]) -> Since:
    """What lies between two reports on the same field and facet: its values, its severity, what the ledger
    says, and which facets it explains. Moved lines are no change."""
    old = {conflict.id: conflict for conflict in before}
    new = {conflict.id: conflict for conflict in after}
    pairs = (Change(old[key], conflict) for key, conflict in new.items() if key in old)
    return Since(
        tuple(conflict for key, conflict in new.items() if key not in old),
        tuple(conflict for key, conflict in old.items() if key not in new),
        tuple(pair for pair in pairs if any(differences(pair))),
    )


def differences(change: Change) -> Iterator[str]:
    """What changed, in words."""
    before, after = change
    if before.status is not after.status:
        yield f"was {before.status.value} and is {after.status.value}"
    if before.severity is not after.severity:
        yield f"was {before.severity.value} and is {after.severity.value}"
    for key in sorted({*before.values, *after.values}, key=lambda key: (key != CANONICAL, key)):
        who = "the field" if key == CANONICAL else f"`{key}`"
        if key not in after.values:
            yield f"{who} no longer takes part"
        elif key not in before.values:
            yield f"{who} has joined with `{words(after.values[key])}`"
        elif _plain(before.values[key]) != _plain(after.values[key]):
            yield f"{who} was `{words(before.values[key])}` and is `{words(after.values[key])}`"
    then, now = ({one.facet.value for one in conflict.explains} for conflict in change)
    if now - then:
        yield f"explains now also: {', '.join(sorted(now - then))}"
    if then - now:
        yield f"no longer explains: {', '.join(sorted(then - now))}"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
