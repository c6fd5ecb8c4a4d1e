"""What rules found in one run, kept so that the next one judges only what has changed since.

An edit that says nothing else (comments, layout) runs no rule. After an edit of a file that holds nothing but
fields, rules that do not look at the keys that were edited are not run, and those that judge each field alone
judge those of that file; all others look at the whole catalog again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from amanat.diagnostic import Finding
from amanat.lint.engine import NOTHING_KNOWN, Known
from amanat.lint.rule import Rule
from amanat.load.cache.kept import Contents
from amanat.load.cache.packing import Unpackable, finding_data, finding_of, pack, unpack
from amanat.load.cache.store import Store


class Again(NamedTuple):
    """What need not be found again: everything, where the catalog says what it said (else None), and what
    is known of files that say what they said."""

    everything: list[Finding] | None
    known: Known


NOTHING = Again(None, NOTHING_KNOWN)


def kept(store: Store, contents: Contents | None, day: str | None, rules: Sequence[Rule]) -> Again:
    """What an earlier run kept for a catalog with these contents, judged on that day."""
    if contents is None or contents.said is None:
        return NOTHING
    text = store.findings()
    try:
        return NOTHING if text is None else _read(unpack(text), contents, day, rules)
    except (Unpackable, TypeError, ValueError, IndexError, AttributeError):
        return NOTHING


def _read(data: Any, contents: Contents, day: str | None, rules: Sequence[Rule]) -> Again:
    whole, rest, packed, by_file = data
    if whole == contents.meaning(day):
        return Again(list(map(finding_of, packed)), NOTHING_KNOWN)
    if rest != contents.rest(day):
        return NOTHING
    said = contents.said or {}
    files = frozenset(
        file for file, (says, _) in by_file.items() if file in contents.alone and said.get(file) == says
    )
    in_files = {at for file in files for at in by_file[file][1]}
    edited = _keys_edited({file: says for file, (says, _) in by_file.items()}, files, contents)
    settled = {rule.code for rule in rules if edited is not None and edited <= rule.blind}
    found: dict[str, list[Finding]] = {rule.code: [] for rule in rules}
    for at, (code, *more) in enumerate(packed):
        if code in settled or at in in_files:
            found[code].append(finding_of([code, *more]))
    return Again(None, Known(files, found, frozenset(settled)))


def _keys_edited(says: Mapping[str, str], same: Collection[str], contents: Contents) -> frozenset[str] | None:
    """The keys of fields that have been edited since the files said what is given; None where more was."""
    if says.keys() != contents.alone:
        return None
    keys: set[str] = set()
    for file in says.keys() - same:
        edit = contents.edits.get(file)
        if edit is None or edit.said_before != says[file]:
            return None
        keys |= edit.keys
    return frozenset(keys)


def keep(
    store: Store,
    contents: Contents | None,
    day: str | None,
    rules: Sequence[Rule],
    findings: Sequence[Finding],
) -> None:
    """Keep what the rules found, if it comes back as it is, unless a file has changed since it was read."""
    if contents is None or contents.said is None or not contents.unchanged():
        return
    alone = frozenset(rule.code for rule in rules if rule.alone)
    try:
        text = pack(
            [
                contents.meaning(day),
                contents.rest(day),
                [finding_data(finding) for finding in findings],
                {
                    file: [contents.said[file], list(numbers)]
                    for file, numbers in _by_file(findings, alone, contents.alone).items()
                },
            ]
        )
        if list(map(finding_of, unpack(text)[2])) == list(findings):
            store.keep_findings(text)
    except (Unpackable, TypeError, ValueError):
        return


def _by_file(
    findings: Sequence[Finding], alone: Collection[str], files: Collection[str]
) -> Mapping[str, list[int]]:
    """The findings of rules that judge each field alone, by number, of every file that holds only fields."""
    found: dict[str, list[int]] = {file: [] for file in sorted(files)}
    for at, finding in enumerate(findings):
        if finding.code in alone and finding.place.file in found:
            found[finding.place.file].append(at)
    return found
