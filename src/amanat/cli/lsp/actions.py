"""Quick fixes of a diagnostic, as edits of lines; and the lines in which two texts differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from amanat.cli.lsp.cursor import lines_of
from amanat.cli.lsp.session import Session
from amanat.conflicts import ConflictStatus
from amanat.load.discover import ROOT_FILE
from amanat.load.positions import locate
from amanat.load.yamlread import parse, span_of
from amanat.rules.conflicts import STATUS_WORDS

_MEANT = re.compile(r"did you mean `([^`]+)`")
_WRITE = re.compile(r'^write ("[^"]*")$')
_ADD = re.compile(r"^add `([a-z_]+):`")
_DECIDED = tuple(
    STATUS_WORDS[one] for one in (ConflictStatus.ACCEPTED, ConflictStatus.FIXING, ConflictStatus.DISPUTED)
)
"""How the messages begin of conflicts about which the ledger says something that holds."""
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
    decided = diagnostic["message"].startswith(_DECIDED)
    if diagnostic["facet"] and diagnostic["code"].startswith("CF") and not decided:
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


def between(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """The edits of whole lines that lead from one text to another."""
    made = []
    for tag, first, last, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        lines = new[start:stop]
        if last < len(old):
            made.append(Edit(first, 0, last, 0, "".join(f"{one}\n" for one in lines)))
        elif first:  # up to the end of the text, which no line end follows
            column = len(old[first - 1])
            end = Edit(first - 1, column, last - 1, len(old[last - 1]), "".join(f"\n{one}" for one in lines))
            made.append(end)
        else:
            made.append(Edit(0, 0, last - 1, len(old[-1]), "\n".join(lines)))
    return made
