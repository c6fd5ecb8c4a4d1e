"""What rules found in one run, kept so that the next one judges only what has changed since.

An edit that says nothing else (comments, layout) runs no rule. After any other, rules are not run that looked
at nothing that is another now: no attribute of the catalog, and of fields no key that was edited. Of those
that judge each field alone, where nothing else is another, only fields in files that were edited are judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from amanat.diagnostic import Finding
from amanat.digest import value_digest
from amanat.lint.engine import NOTHING_KNOWN, Known, Outcome
from amanat.lint.looking import ANYTHING, DAY
from amanat.lint.rule import Context, Rule
from amanat.load.cache.kept import Contents
from amanat.load.cache.packing import Unpackable, finding_data, finding_of, pack, unpack
from amanat.load.cache.store import Store
from amanat.model.catalog import Catalog

FIELDS = "fields"
_OBSERVED = ("snapshots", "measures")
"""Attributes that are large, and say what the files say from which they were read."""


class Again(NamedTuple):
    """What need not be found again: everything, where the catalog says what it said (else None), and what
    is known where it does not."""

    everything: Outcome | None
    known: Known


NOTHING = Again(None, NOTHING_KNOWN)
_ANYTHING = frozenset((ANYTHING,))


def kept(store: Store, contents: Contents | None, context: Context, rules: Sequence[Rule]) -> Again:
    """What an earlier run kept for the catalog with these contents."""
    if contents is None or contents.said is None:
        return NOTHING
    text = store.findings()
    try:
        return NOTHING if text is None else _read(unpack(text), contents, context, rules)
    except (Unpackable, TypeError, ValueError, LookupError, AttributeError):
        return NOTHING


def _read(data: Any, contents: Contents, context: Context, rules: Sequence[Rule]) -> Again:
    whole, parts, packed, by_file, seen = data
    looked = {code: frozenset(names) for code, names in seen.items()}
    if whole == contents.meaning(_day(context)):
        return Again(Outcome(list(map(finding_of, packed)), looked), NOTHING_KNOWN)
    others = {name for name, digest in _parts(contents, context).items() if parts[name] != digest}
    same: frozenset[str] = frozenset()
    edited = None
    if FIELDS not in others:
        says, said = {file: says for file, (says, _) in by_file.items()}, contents.said or {}
        same = frozenset(file for file in contents.alone if said[file] == says.get(file))
        edited = _keys_edited(says, same, contents)
    settled, partly = set(), set()
    for rule in rules:
        at = looked.get(rule.code, _ANYTHING)
        if ANYTHING in at or at & (others - {FIELDS}):
            continue
        if FIELDS not in at or _is_beside(edited, rule.sees):
            settled.add(rule.code)
        elif rule.alone:
            partly.add(rule.code)
    found: dict[str, list[Finding]] = {code: [] for code in settled | partly}
    in_same = {number for file in same for number in by_file[file][1]}
    for number, (code, *more) in enumerate(packed):
        if code in settled or (code in partly and number in in_same):
            found[code].append(finding_of([code, *more]))
    return Again(None, Known(same, found, frozenset(settled), frozenset(partly), looked))


def _day(context: Context) -> str | None:
    return context.as_of.isoformat() if context.as_of else None


def _parts(contents: Contents, context: Context) -> dict[str, str | None]:
    """What rules may look at, each part by its digest; of fields all but those in files that stand alone."""
    catalog = context.catalog
    small = (one.name for one in fields(Catalog) if one.name not in (FIELDS, *_OBSERVED))
    return {
        **{name: value_digest(getattr(catalog, name)) for name in small},
        **dict.fromkeys(_OBSERVED, contents.observed()),
        FIELDS: contents.beside_alone(),
        DAY: _day(context),
    }


def _is_beside(edited: frozenset[str] | None, seen: frozenset[str] | None) -> bool:
    """Whether none of the keys that were edited is among those that are seen; None: any."""
    return edited is not None and (not edited or (seen is not None and edited.isdisjoint(seen)))


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
    store: Store, contents: Contents | None, context: Context, rules: Sequence[Rule], outcome: Outcome
) -> None:
    """Keep what the rules found, if it comes back as it is, unless a file has changed since it was read."""
    if contents is None or contents.said is None or not contents.unchanged():
        return
    alone = frozenset(rule.code for rule in rules if rule.alone)
    findings = outcome.found
    try:
        text = pack(
            [
                contents.meaning(_day(context)),
                _parts(contents, context),
                [finding_data(finding) for finding in findings],
                {
                    file: [contents.said[file], list(numbers)]
                    for file, numbers in _by_file(findings, alone, contents.alone).items()
                },
                {code: sorted(names) for code, names in outcome.looked.items()},
            ]
        )
        if list(map(finding_of, unpack(text)[2])) == findings:
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
