"""Who has to approve a change, and whether they did.

An approval is an entry of the catalog under the change's fingerprint. It counts only in the change that
brings it: once it stands in the state that is compared with, it is spent, so that doing the same again asks
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from amanat.diff.change import Change
from amanat.diff.tables import entries_of
from amanat.model.catalog import Catalog

OWNER = "owner"
"""Stands for the team that owns the entry."""


class Standing(NamedTuple):
    """How a change stands: the teams that have to approve it (None: any one team may), those that did, and
    whether that is enough. `nobody` says that only an owner may and there is none."""

    needed: tuple[str, ...] | None
    given: tuple[str, ...]
    approved: bool
    nobody: bool = False


def standings(changes: Sequence[Change], old: Catalog, new: Catalog) -> tuple[Standing, ...]:
    """How each change stands, by the rules that hold before and after: a change of the rules themselves needs
    what both ask for."""
    rules = [catalog.settings.approvals or {} for catalog in (old, new)]
    return tuple(_standing(change, rules, old, new) for change in changes)


def _standing(
    change: Change, rules: Sequence[Mapping[str, tuple[str, ...]]], old: Catalog, new: Catalog
) -> Standing:
    asked = [rule.get(change.change_class.name) or rule.get(str(change.level)) for rule in rules]
    given = _given(change, old, new)
    if not any(asked):
        return Standing(None, given, bool(given))
    named = dict.fromkeys(name for names in asked for name in names or ())
    owners = _owners(change, old, new)
    needed = dict.fromkeys(
        team for name in named for team in (owners if name == OWNER else (name,)) if team is not None
    )
    if not needed:
        return Standing((), given, False, nobody=True)
    return Standing(tuple(needed), given, set(needed) <= set(given))


def _given(change: Change, old: Catalog, new: Catalog) -> tuple[str, ...]:
    approval = new.approvals.get(change.fingerprint)  # type: ignore[call-overload]
    if approval is None or approval.id in old.approvals or approval.broken:
        return ()
    return tuple(approval.by)


def _owners(change: Change, old: Catalog, new: Catalog) -> tuple[str, ...]:
    """The owner before and after: whoever hands a field over and whoever takes it."""
    if change.kind == "catalog":
        return ()
    found: list[str] = []
    for catalog in (old, new):
        entry: Any = entries_of(catalog, change.kind).get(change.id)
        owner = getattr(entry, "owner", None) or getattr(entry, "by", None)
        if isinstance(owner, str) and owner not in found:
            found.append(owner)
    return tuple(found)
