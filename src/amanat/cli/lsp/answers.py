"""Answers that must come at once: completion, hover, definition, symbols. They read what is known already."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from amanat.cli.lsp.cursor import Spot
from amanat.cli.lsp.session import Entry, Session
from amanat.load.discover import ROOT_FILE
from amanat.schema.guide import guide
from amanat.schema.slots import Form, Slot, key_slot, slot

MOST = 100
"""How many proposals are made at once; typing on narrows them."""
SECTIONS = {"stages": "journey"}
KINDS = {"journey": "stages"}


class Proposal(NamedTuple):
    """A completion: what is written, what it is called, what it means (Markdown), and the sort it is of. What
    an entry means is asked for later, one by one: `entry` is its kind and id."""

    text: str
    detail: str
    told: str
    sort: str
    entry: tuple[str, str] | None = None


def completion(session: Session, file: str, spot: Spot) -> tuple[list[Proposal], bool]:
    """What may stand at a spot, and whether that is all there is."""
    root = file == ROOT_FILE
    found = list(_proposals(session, root, spot))
    word = spot.word.casefold()
    starts = [one for one in found if one.text.casefold().startswith(word)]
    inside = [one for one in found if word in one.text.casefold()]
    chosen = list(dict.fromkeys((*starts, *inside)))
    return chosen[:MOST], len(chosen) <= MOST


def _proposals(session: Session, root: bool, spot: Spot) -> Iterator[Proposal]:
    path = spot.path
    found = slot_of(spot, root)
    if found is not None:
        yield from _entries(session, found, ": " if spot.key else "", spot.word)
    if root and path[:2] == ("rules", "ignore") and path[-1:] == ("rule",) and not spot.key:
        yield from (Proposal(name, code, told, "rule") for name, (code, told) in rules().items())
    if root and path[:2] == ("rules", "severity") and spot.key:
        yield from (Proposal(f"{name}: ", code, told, "rule") for name, (code, told) in rules().items())
    if root and path[:2] == ("rules", "ignore") and path[-1:] == ("subject",) and not spot.key:
        for kind in session.entries:
            yield from _entries(session, Slot(kind, Form.ID, False), "", spot.word)
    if spot.key:
        keys = guide(path[:-1], root).keys
        yield from (Proposal(f"{key}: ", "", meaning, "key") for key, meaning in keys.items())
    else:
        words = guide(path, root).words
        yield from (Proposal(word, "", "", "word") for word in words if word != "null")


def _entries(session: Session, found: Slot, after: str, word: str) -> Iterator[Proposal]:
    """Ids of a kind that hold the word; only those, because there may be very many."""
    typed = word.casefold()
    end = "." if found.form is Form.SOURCE else ""
    known = session.entries.get(found.kind, {})
    if found.form is Form.SOURCE and "." in typed:
        first = bisect_left(session.sources, word)
        for source in session.sources[first : first + MOST]:
            if source.startswith(word):
                yield Proposal(f"{source}{after}", "", "", "id")
        return
    starts = (name for name in session.ids(found.kind) if name.casefold().startswith(typed))
    holds = (name for name in session.ids(found.kind) if typed in name.casefold()[1:])
    for count, name in enumerate(dict.fromkeys((*starts, *holds))):
        if count > MOST:
            return
        entry = known[name]
        text = f"{name}{end or after}"
        yield Proposal(text, entry.label, "", "id", (entry.kind, entry.id))
        if found.form is Form.SELECTOR and name.startswith(word.removesuffix("*")) and "." in name:
            yield Proposal(f"{name.rpartition('.')[0]}.*", "all below", "", "id")


def slot_of(spot: Spot, root: bool) -> Slot | None:
    """Which ids stand at a spot."""
    return key_slot(spot.path, root) if spot.key else slot(spot.path, root)


def named(session: Session, file: str, spot: Spot) -> list[Entry]:
    """The entries that a spot names: one, several for a selector, none."""
    root = file == ROOT_FILE
    path = spot.path
    if spot.key and len(path) == 2 and not root:
        entry = session.entry(KINDS.get(str(path[0]), str(path[0])), str(path[1]))
        return [] if entry is None else [entry]
    found = slot_of(spot, root)
    if found is None:
        return []
    name = str(path[-1]) if spot.key else spot.word
    if found.form is Form.SOURCE:
        name = name.partition(".")[0]
    entry = session.entry(found.kind, name)
    if entry is not None:
        return [entry]
    if found.form is Form.SELECTOR and name.endswith(".*"):
        names = [one for one in session.ids(found.kind) if one.startswith(name[:-1])]
        return [session.entries[found.kind][one] for one in names[:MOST]]
    return []


def hover(session: Session, file: str, spot: Spot) -> str | None:
    """What stands at a spot, in Markdown; None for nothing to say."""
    root = file == ROOT_FILE
    entries = named(session, file, spot)
    if len(entries) == 1:
        (entry,) = entries
        section = SECTIONS.get(entry.kind, entry.kind)
        written = f"\n\n{entry.file or 'built in'}"
        return f"`{entry.id}` ({section})\n\n{entry.told}{written}".replace("\n\n\n\n", "\n\n")
    if entries:
        listed = ", ".join(f"`{one.id}`" for one in entries[:20])
        return f"matches {len(entries)}: {listed}{' …' if len(entries) > 20 else ''}"
    if root and spot.path[:1] == ("rules",):
        known = rules()
        name = str(spot.path[-1]) if spot.key else spot.word
        by_code = {code: rule for rule, (code, _) in known.items()}
        name = by_code.get(name, name)
        if name in known:
            return f"`{name}` ({known[name][0]})\n\n{known[name][1]}"
    return guide(spot.path, root).meaning or None if spot.key else None


@cache
def rules() -> dict[str, tuple[str, str]]:
    """Rule name to code and what it says."""
    from amanat.rules import RULES

    return {
        rule.name: (
            rule.code,
            "\n\n".join(
                filter(None, (f"The catalog {rule.summary}.", rule.rationale, rule.source, rule.help))
            ),
        )
        for rule in RULES
    }


class Symbol(NamedTuple):
    """An entry in a file: its lines count from 0, `last` is the line before the next one."""

    section: str
    id: str
    label: str
    line: int
    last: int


def symbols(session: Session, entries: Iterable[tuple[str, str, int]], lines: Sequence[str]) -> list[Symbol]:
    """What a file declares, in its order."""
    listed = list(entries)
    ends = [line for _, _, line in listed[1:]] + [len(lines)]
    made = []
    for (section, name, line), end in zip(listed, ends, strict=True):
        entry = session.entry(KINDS.get(section, section), name)
        made.append(Symbol(section, name, entry.label if entry else "", line, max(line, end - 1)))
    return made
