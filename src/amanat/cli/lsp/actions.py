"""Quick fixes of a diagnostic and what a rename changes, as edits of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from amanat.cli.lsp.answers import SECTIONS
from amanat.cli.lsp.cursor import lines_of
from amanat.cli.lsp.session import Session
from amanat.load.discover import ROOT_FILE
from amanat.load.entries import DOTTED_ID
from amanat.load.positions import locate
from amanat.load.yamlread import parse, span_of
from amanat.schema.guide import guide

_MEANT = re.compile(r"did you mean `([^`]+)`")
_WRITE = re.compile(r'^write ("[^"]*")$')
_ADD = re.compile(r"^add `([a-z_]+):`")
_NO_SUPPRESSION = ("LD101", "LD103")
"""Nobody can choose that a file is unreadable."""


class Edit(NamedTuple):
    """Text in place of a range; lines and columns count from 0, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Action(NamedTuple):
    """A quick fix: edits by file. Where they have to be worked out (`conflict`), there are none yet."""

    title: str
    edits: Mapping[str, Sequence[Edit]]
    preferred: bool = False
    conflict: str | None = None


def actions(session: Session, file: str, diagnostic: Mapping[str, Any]) -> Iterator[Action]:
    """What can be done about a diagnostic."""
    line, column, end_line, end_column = (number - 1 for number in diagnostic["span"])
    for words in diagnostic["fix"] or ():
        meant, write, add = _MEANT.search(words), _WRITE.match(words), _ADD.match(words)
        if meant is not None:
            edit = Edit(line, column, end_line, end_column, meant[1])
            yield Action(f"Change to `{meant[1]}`", {file: [edit]}, preferred=True)
        elif write is not None:
            edit = Edit(line, column, end_line, end_column, write[1])
            yield Action(f"Write {write[1]}", {file: [edit]}, preferred=True)
        elif add is not None and diagnostic["code"] == "SC103":
            added = _below(session.lines(file), line, f"{add[1]}: ")
            if added is not None:
                yield Action(f"Add `{add[1]}:`", {file: [added]})
    if diagnostic["facet"] and diagnostic["code"].startswith("CF"):
        conflict = f"{diagnostic['subject']}/{diagnostic['facet']}"
        yield Action(f"Accept the discrepancy `{conflict}` in the ledger", {}, conflict=conflict)
    if not diagnostic["code"].startswith(_NO_SUPPRESSION):
        suppressed = suppression(
            "\n".join(session.lines(ROOT_FILE)), diagnostic["name"], diagnostic["subject"]
        )
        if suppressed is not None:
            title = f"Suppress `{diagnostic['name']}` for `{diagnostic['subject']}` (fill in the reason)"
            yield Action(title, {ROOT_FILE: [suppressed]})


def _below(lines: Sequence[str], line: int, text: str) -> Edit | None:
    """A line of its own below the key of an entry, as deep as the lines that follow."""
    if line >= len(lines) or not lines[line].rstrip().endswith(":"):
        return None
    depth = len(lines[line]) - len(lines[line].lstrip()) + 2
    after = next((one for one in lines[line + 1 :] if one.strip()), "")
    inner = len(after) - len(after.lstrip())
    depth = inner if inner > depth - 2 else depth
    return Edit(line + 1, 0, line + 1, 0, f"{' ' * depth}{text}\n")


def suppression(text: str, rule: str, subject: str) -> Edit | None:
    """The edit of amanat.yaml that adds a suppression. Reason, team and expiry are left empty, so that it
    counts only once a person has filled them in. None where the file is written in a way that this would
    break."""
    item = f'- {{rule: {rule}, subject: {subject}, reason: "", by: "", expires: ""}}\n'
    lines = lines_of(text)
    spots = locate(text)
    rules, ignore = spots.get(("rules",)), spots.get(("rules", "ignore"))
    if ignore is not None:
        items = [path for path in spots if path[:2] == ("rules", "ignore") and len(path) == 3]
        if not items or spots[("rules", "ignore")].value.flow_style:
            return None
        last = max(
            span_of(spot.value).end_line
            for path, spot in spots.items()
            if path[:2] == ("rules", "ignore") and len(path) > 2
        )
        first = span_of(spots[items[0]].value).line - 1
        depth = len(lines[first]) - len(lines[first].lstrip())
        edit = Edit(last, 0, last, 0, f"{' ' * depth}{item}")
    elif rules is not None and rules.key is not None:
        at = span_of(rules.key).line
        edit = Edit(at, 0, at, 0, f"  ignore:\n    {item}")
    else:
        lead = "\n" if lines[-1] else ""
        at, column = len(lines) - 1, len(lines[-1])
        edit = Edit(at, column, at, column, f"{lead}rules:\n  ignore:\n    {item}")
    made = applied(text, [edit])
    return edit if _adds(text, made, rule, subject) else None


def _adds(before: str, after: str, rule: str, subject: str) -> bool:
    """Whether a text says what it said and one suppression more."""
    old, new = parse(before, ROOT_FILE), parse(after, ROOT_FILE)
    if not (old.readable and new.readable and isinstance(new.data, dict)):
        return False
    data = dict(old.data or {})
    known = dict(data.get("rules") or {})
    made = {"rule": rule, "subject": subject, "reason": "", "by": "", "expires": ""}
    wanted = {**data, "rules": {**known, "ignore": [*(known.get("ignore") or ()), made]}}
    return bool(new.data == wanted)


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits, with its lines joined by line feeds."""
    lines = lines_of(text)
    for edit in sorted(edits, reverse=True):
        while len(lines) <= edit.end_line:
            lines.append("")
        head, tail = lines[edit.line][: edit.column], lines[edit.end_line][edit.end_column :]
        lines[edit.line : edit.end_line + 1] = (head + edit.text + tail).split("\n")
    return "\n".join(lines)


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A rename that would break something; the message says what."""


def renaming(
    session: Session, kind: str, old: str, new: str, answer: Mapping[str, Any]
) -> dict[str, list[Edit]]:
    """The edits that give an entry another id, by file: its key, every reference, and `renamed_from`, by
    which its history is found. Raises `Refused`."""
    if answer["broken"]:
        raise Refused(f"`{answer['broken'][0]}` cannot be read, so references in it are not known")
    if DOTTED_ID.fullmatch(new) is None:
        raise Refused(f"`{new}` is not an id: lower-case letters, digits and underscores, with dots between")
    if new in session.entries.get(kind, {}):
        raise Refused(f"`{new}` is declared already")
    below = [one for one in session.ids(kind) if one.startswith(f"{old}.")]
    if below:
        raise Refused(f"`{below[0]}` stands below `{old}` and would lose what it inherits: rename it first")
    found: dict[str, list[Edit]] = {}
    for place in answer["places"]:
        line, column, end_line, end_column = (number - 1 for number in place["span"])
        written = place["text"]
        if written.endswith(".*") or line != end_line:
            continue  # what is below keeps its name
        lines = session.lines(place["file"])
        raw = lines[line][column:end_column] if line < len(lines) else ""
        if raw.strip("\"'") != written:
            raise Refused(f"`{place['file']}` was changed meanwhile: try again")
        column += raw.index(written[:1])
        found.setdefault(place["file"], []).append(Edit(line, column, line, column + len(old), new))
        if place["declared"]:
            was = _renamed_from(session, kind, old, place["file"], line)
            if was is not None:
                found[place["file"]].append(was)
    return found


def _renamed_from(session: Session, kind: str, old: str, file: str, line: int) -> Edit | None:
    section = SECTIONS.get(kind, kind)
    lines = session.lines(file)
    if "renamed_from" not in guide((section, old), False).keys:
        return None
    spots = locate("\n".join(lines))
    if (section, old, "renamed_from") in spots:
        return None
    return _below(lines, line, f"renamed_from: {old}")
