"""What a judge of a facet gets and gives, and what judges share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from amanat.conflicts.report import CANONICAL
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import Field


class Situation(NamedTuple):
    """The comparable claims about one field and one facet: `field` or a source to its value. `others` holds
    the claims of each source in all facets, for judges that have to look beside. `is_key`: the field
    identifies records of a system or links systems; `global_key`: it is the global customer id."""

    catalog: Catalog
    field: Field
    values: Mapping[str, Any]
    others: Mapping[str, Mapping[str, Any]]
    is_key: bool
    global_key: bool


class Judgement(NamedTuple):
    """A difference that counts. `why` completes the message. `code` is set where another rule than the
    facet's own reports it. `odd` are the keys to change; `align` and `translate` are ways out in words."""

    severity: Severity
    why: str
    odd: tuple[str, ...] = ()
    align: str | None = None
    translate: str | None = None
    code: str | None = None


Judge = Callable[[Situation], Judgement | None]
"""Looks at claims that are not all equal. None: no difference that can be known."""


def grouped(values: Mapping[str, Any]) -> dict[Any, list[str]]:
    """Each distinct value with the keys that claim it, in the order of the keys."""
    groups: dict[Any, list[str]] = {}
    for key, value in values.items():
        groups.setdefault(value, []).append(key)
    return groups


def standard(situation: Situation) -> tuple[Any, str]:
    """The value that the others had best follow, and whose it is: the field's own, the master's, or the one
    that most sources have (the first by name among equals)."""
    values = situation.values
    if CANONICAL in values:
        return values[CANONICAL], "as the field says"
    master = situation.field.master
    if master is not None and master in values:
        return values[master], "as in the master"
    groups = grouped(values)
    most = max(groups.values(), key=len)
    return values[most[0]], "as in most sources" if len(most) > 1 else f"as in `{most[0]}`"


def unlike(values: Mapping[str, Any], value: Any) -> tuple[str, ...]:
    """The sources whose value is another."""
    return tuple(key for key, claimed in values.items() if claimed != value and key != CANONICAL)


def named(keys: Iterable[str], most: int = 3) -> str:
    """Sources in words: `a`, `b` and 4 more; the canonical value is "the field"."""
    words = ["the field" if key == CANONICAL else f"`{key}`" for key in keys]
    if len(words) > most + 1:
        return ", ".join(words[:most]) + f" and {len(words) - most} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "no source"
