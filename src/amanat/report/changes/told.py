"""What there is to tell of a change, in words that every format shares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Protocol

from amanat.diff import Change, Compared, Level
from amanat.diff.approve import Standing
from amanat.policy.changed import Move, Way
from amanat.text import Place, Span

MOST_VALUE = 240
"""How long a value may be told before it is cut; JSON holds all of it."""
MOST_CELLS = 6
"""How many groups of cells stand with a change; `amanat policy diff` and JSON list all."""
MOST_ENTRIES = 12
"""How many entries of changes that say the same are named."""


class Spans(Protocol):
    """Looks up the lines of places."""

    def span(self, place: Place) -> Span | None:
        """Where the place stands in its file, or None when that is not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison with what its places and approvals come to. `title` says what was compared."""

    compared: Compared
    standings: tuple[Standing, ...]
    before: Spans
    after: Spans
    sides: tuple[str, str]
    """What the two states are called."""
    unreadable: bool = False
    """Whether a file of the later state cannot be read, so that more may have changed."""

    def where(self, change: Change) -> str:
        """Where the change is written: in the state after it, or in the one before where it is gone."""
        place, spans = change.after_place, self.after
        if place is None:
            place, spans = change.before_place, self.before
        return "" if place is None else position(place, spans)

    def groups(self) -> Iterator[Group]:
        """Changes that say the same of several entries for one reason, together; the worst first."""
        paired = list(zip(self.compared.changes, self.standings, strict=True))
        made: dict[tuple[object, ...], list[tuple[Change, Standing]]] = {}
        for change, standing in paired:
            made.setdefault(_alike(change, self), []).append((change, standing))
        for members in made.values():
            yield Group(tuple(one for one, _ in members), tuple(standing for _, standing in members))

    def levels(self) -> Iterator[tuple[Level, list[Group]]]:
        """The groups of each level."""
        ordered = sorted(self.groups(), key=lambda group: group.changes[0].level.rank)
        for level, groups in groupby(ordered, key=lambda group: group.changes[0].level):
            yield level, list(groups)

    def count(self, level: Level) -> int:
        """How many changes are of a level."""
        return sum(change.level is level for change in self.compared.changes)

    def counts(self) -> str:
        """How many changes of each level, in words."""
        parts = [f"{number} {level}" for level in Level if (number := self.count(level))]
        return ", ".join(parts) or "no change in meaning"


class Group(NamedTuple):
    """Changes of one class that say the same, of one entry or of several."""

    changes: tuple[Change, ...]
    standings: tuple[Standing, ...]

    @property
    def first(self) -> Change:
        """The change that stands for all."""
        return self.changes[0]

    def names(self, most: int = MOST_ENTRIES) -> str:
        """The entries, the first of them by name."""
        ids = list(dict.fromkeys(change.id for change in self.changes))
        more = f" and {len(ids) - most} more" if len(ids) > most else ""
        return ", ".join(ids[:most]) + more

    def approval(self) -> str:
        """How the approvals stand, in words; "" where nothing has to be said."""
        return approval_of(self.standings, self.first.level)


def approval_of(standings: Sequence[Standing], level: Level) -> str:
    """How approvals stand, in words. Where nobody is named to approve, only widening changes ask for it."""
    if all(one.approved for one in standings):
        given = dict.fromkeys(team for one in standings for team in one.given)
        return f"approved by {', '.join(given)}"
    if any(one.nobody for one in standings):
        return "needs an owner to approve it, and has none: name a team under `approvals` in amanat.yaml"
    missing = dict.fromkeys(team for one in standings for team in one.needed or () if team not in one.given)
    if missing:
        return f"needs approval by {', '.join(missing)}"
    return "needs approval" if level is Level.WIDENING else ""


def _alike(change: Change, told: Told) -> tuple[object, ...]:
    values = json.dumps([change.before, change.after], ensure_ascii=False, sort_keys=True)
    written = told.where(change)
    inherited = change.kind == "fields" and bool(change.attribute) and written
    # A default or a category writes one value for many fields: one line of a file, one change to look at.
    own = "" if inherited else change.id
    what = (change.change_class.name, change.kind, own, change.attribute, change.key)
    return (change.level, *what, values, written, change.raised)


def position(place: Place, spans: Spans) -> str:
    """`file:line`, or the file where the line is not known."""
    span = spans.span(place)
    return place.file if span is None else f"{place.file}:{span.line}"


def said(value: object) -> str:
    """A value in one line."""
    return _cut(_in_words(value))


def _in_words(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping) and value and all(isinstance(one, str) for one in value.values()):
        return "; ".join(f"{key}: {' '.join(one.split())}" for key, one in value.items())
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or "nothing"
    return json.dumps(value, ensure_ascii=False)


def about(change: Change) -> str:
    """What in the entry differs: the attribute and the part of it; "" for the entry as a whole."""
    key = "" if change.key in (change.before, change.after) else change.key
    return ".".join(part for part in (change.attribute, key) if part)


class Line(NamedTuple):
    """What was, what is; None where there is nothing on that side."""

    before: str | None
    after: str | None


def line(change: Change) -> Line:
    """The two values in words. Of an entry that comes or goes its name says enough."""
    if not change.attribute and change.change_class.name != "renamed":
        return Line(None, None)
    if change.before is None or change.after is None:
        return Line(
            None if change.before is None else said(change.before),
            None if change.after is None else said(change.after),
        )
    before, after = _in_words(change.before), _in_words(change.after)
    start = _start(before, after)
    return Line(_cut(before, start), _cut(after, start))


def _start(before: str, after: str) -> int:
    """From where two long texts are told, so that what differs is among what is told."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    if max(len(before), len(after)) <= MOST_VALUE or same <= MOST_VALUE // 2:
        return 0
    begins = same - MOST_VALUE // 4
    return before.rfind(" ", 0, begins) + 1


def _cut(text: str, start: int = 0) -> str:
    text = f"…{text[start:]}" if start else text
    return text if len(text) <= MOST_VALUE else f"{text[: MOST_VALUE - 1]}…"


def cells(changes: Sequence[Change]) -> Iterator[str]:
    """The cells that changes have a part in, opened ones first: role and purpose with actions and fields."""
    moves = dict.fromkeys(move for change in changes for move in change.cells)
    for way in Way:
        yield from _cells([move for move in moves if move.way is way], way)


def _cells(moves: Sequence[Move], way: Way) -> Iterator[str]:
    pairs: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        pairs.setdefault((move.role, move.purpose), []).append(move)
    verb = "opens" if way is Way.OPENED else "closes"
    for (role, purpose), found in list(pairs.items())[:MOST_CELLS]:
        actions = ", ".join(dict.fromkeys(str(move.action) for move in found))
        fields = list(dict.fromkeys(move.field for move in found))
        what = f"{len(fields)} fields" if len(fields) > 1 else fields[0]
        yield f"{verb} {what} to {role} for {purpose}: {actions}"
    if len(pairs) > MOST_CELLS:
        yield f"{verb} more to {len(pairs) - MOST_CELLS} other pairs of role and purpose"
