"""A change as data: what differs, its class, both values and both places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amanat.model.field import Source
from amanat.model.values import Mask
from amanat.policy.changed import Move
from amanat.text import Place


class Level(StrEnum):
    """What a change does to people."""

    WIDENING = "widening"
    """Worse for the customer: more is collected, for more, by more, longer, or less protected. Also what
    cannot be told to be better."""
    NARROWING = "narrowing"
    NEUTRAL = "neutral"

    @property
    def rank(self) -> int:
        """0 for widening, rising with harmlessness."""
        return (Level.WIDENING, Level.NARROWING, Level.NEUTRAL).index(self)


class Class(NamedTuple):
    """A class of changes: its name, its level, and what it means to a reviewer."""

    name: str
    level: Level
    meaning: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry. `kind` is the map of the entry (`fields`, `purposes` …, `catalog` for
    `amanat.yaml`), `attribute` what differs in it ("" for the entry as a whole) and `key` what it is about
    within the attribute (a purpose, a role, a source, a jurisdiction). `before` and `after` are plain data,
    None where there was or is nothing."""

    change_class: Class
    kind: str
    id: str
    attribute: str
    key: str
    before: object
    after: object
    before_place: Place | None
    after_place: Place | None
    cells: tuple[Move, ...] = ()
    """Cells of the access matrix that moved and that this change has a part in."""
    raised: bool = False
    """Whether it counts as widening only because it opens cells."""

    @property
    def level(self) -> Level:
        """What it does to people."""
        return Level.WIDENING if self.raised else self.change_class.level

    @property
    def fingerprint(self) -> str:
        """`c` and fifteen hex digits that stay the same when files, lines and other changes move, and differ
        when either value does."""
        what = [self.change_class.name, self.kind, self.id, self.attribute, self.key, self.before, self.after]
        text = json.dumps(what, ensure_ascii=False, sort_keys=True)
        return "c" + hashlib.sha256(text.encode()).hexdigest()[:15]

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: worst first, then by class and entry."""
        return (self.level.rank, self.change_class.name, self.kind, self.id, self.attribute, self.key)


def plain(value: object) -> object:
    """A value of the model as plain data that JSON can hold."""
    if isinstance(value, Mask | StrEnum):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(one) for one in value)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [plain(one) for one in value]
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Source):
        return {
            "id": value.id,
            "parts": plain(value.parts),
            "holder": {"file": value.file, "path": ["fields", value.field]},
            "facets": plain(value.facets),
            "extras": plain(value.extras),
        }
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        raise TypeError(type(value).__name__)
    return {name: plain(getattr(value, name)) for name in names if name != "place"}
