"""What `amanat rename` does: one id becomes another in all files, or in none."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from amanat.cli.checking import read_baseline
from amanat.cli.rewriting import Change
from amanat.cli.session import judging_day, open_catalog, shown_folder
from amanat.conflicts.ways import flow
from amanat.diagnostic import Diagnostic
from amanat.errors import UsageError
from amanat.lint.baseline import renamed, to_text
from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.load.discover import MEASURES, OBSERVED, ROOT_FILE, SNAPSHOT, provenance_of
from amanat.load.entries import DOTTED_ID, ID, split_source
from amanat.load.insert import Refused
from amanat.load.rename import SOURCES, TREES, Renaming, rename
from amanat.measure.keeping import as_csv, merged
from amanat.model.catalog import ancestors, selects
from amanat.model.measures import Measure, Measures
from amanat.model.values import FieldId
from amanat.rules import RULES

KINDS = {
    "field": "fields",
    "system": "systems",
    "purpose": "purposes",
    "role": "roles",
    "team": "teams",
    "subject": "subjects",
    "category": "categories",
    "classification": "classifications",
    "retention": "retention",
    "recipient": "recipients",
    "transfer": "transfers",
    "hold": "holds",
    "stage": "stages",
    "discrepancy": "discrepancies",
    "denial": "denials",
    "expectation": "expectations",
    "source": SOURCES,
}
"""What a kind is called before a colon."""
_DOTTED = frozenset(("fields", "purposes", "categories"))


class Renamed(NamedTuple):
    """The changes to make, and places whose comments or texts still hold the old name."""

    changes: list[Change]
    mentions: list[str]


def plan(catalog: Path | None, wanted: str, new: str, baseline: Path | None = None) -> Renamed:
    """What renaming changes, also in a baseline, which knows findings by names. Raises `UsageError` where
    more than a name would change."""
    known = None if baseline is None else read_baseline(baseline)
    loaded = open_catalog(catalog)
    if loaded.catalog.unreadable:
        raise UsageError(
            f"`{loaded.catalog.unreadable[0]}` cannot be read, so nobody knows what refers to `{wanted}`",
            hint="mend what `amanat check` reports there first",
        )
    renaming = _renaming(loaded, wanted, new)
    _refuse_name(loaded, renaming)
    _refuse_tree(loaded, renaming)
    changes = [*_texts(loaded, renaming), *_snapshots(loaded, renaming), *_measures(loaded, renaming)]
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder:
        after = _copy(loaded, changes, Path(folder))
        _refuse_selectors(loaded, after, renaming)
        before, now = _refuse_findings(loaded, after)
    if baseline is not None and known is not None:
        made = renamed(known, before, now, lambda text: _word(renaming).sub(renaming.new, text))
        content = to_text(made).encode()
        if made != known:
            changes.append(Change(baseline, baseline.read_bytes(), content))
    return Renamed(changes, list(_mentions(loaded, changes, renaming)))


def _entries(loaded: Loaded) -> dict[str, Mapping[Any, Any]]:
    found: dict[str, Mapping[Any, Any]] = {
        kind: getattr(loaded.catalog, kind) for kind in KINDS.values() if kind != SOURCES
    }
    found[SOURCES] = {
        str(source): entry
        for field in loaded.catalog.fields.values()
        for source, entry in field.sources.items()
    }
    return found


def _renaming(loaded: Loaded, wanted: str, new: str) -> Renaming:
    """The kind that an id is of."""
    entries = _entries(loaded)
    prefix, colon, name = wanted.partition(":")
    if colon and prefix in KINDS:
        kinds = [KINDS[prefix]] if name in entries[KINDS[prefix]] else []
        known = [str(one) for one in entries[KINDS[prefix]]]
    else:
        name = wanted
        kinds = [kind for kind in KINDS.values() if name in entries[kind]]
        known = [str(one) for kind in KINDS.values() for one in entries[kind]]
    if not kinds:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        raise UsageError(
            f"there is no `{wanted}`",
            hint=f"did you mean `{near[0]}`?" if near else "`amanat list` lists entries",
        )
    if len(kinds) > 1:
        ways = [f"`{one}:{name}`" for one, kind in KINDS.items() if kind in kinds]
        raise UsageError(f"`{name}` is the id of several entries", hint=f"say which: {' or '.join(ways)}")
    alone = sum(name in entries[kind] for kind in KINDS.values()) == 1
    return Renaming(kinds[0], name, new, alone)


def _refuse_name(loaded: Loaded, renaming: Renaming) -> None:
    kind, old, new = renaming.kind, renaming.old, renaming.new
    entries = _entries(loaded)
    if old == new:
        raise UsageError(f"`{old}` is its name already")
    if kind == SOURCES:
        _refuse_source(loaded, new)
    elif (DOTTED_ID if kind in _DOTTED else ID).fullmatch(new) is None:
        rest = ", in parts joined by dots" if kind in _DOTTED else " and no dot"
        raise UsageError(
            f"`{new}` is not an id",
            hint=f"use lower-case letters, digits and `_`, beginning with a letter{rest}",
        )
    if new in entries[kind]:
        raise UsageError(f"there is a `{new}` already", hint="choose an id that nothing has")
    for name, entry in entries[kind].items():
        if name != old and getattr(entry, "renamed_from", None) == new:
            raise UsageError(
                f"`{new}` was the id of `{name}`, and ids are never reused", hint="choose another id"
            )
    place = getattr(entries[kind][old], "place", None)
    if kind != SOURCES and (place is None or place.file.startswith("<")):
        raise UsageError(f"`{old}` is built in", hint="declare one of your own, and use it instead")


def _refuse_source(loaded: Loaded, new: str) -> None:
    parts = split_source(new)
    if parts is None or parts.system not in loaded.catalog.systems:
        raise UsageError(f"`{new}` is not a source", hint="write `system.table.column` of a known system")
    snapshot = loaded.catalog.snapshots.get(parts.system)
    if snapshot is not None and new.partition(".")[2] not in snapshot.columns:
        raise UsageError(
            f"the snapshot of `{parts.system}` has no column `{new.partition('.')[2]}`",
            hint="read the snapshot anew first: what is observed goes by the column's name",
        )


def _refuse_tree(loaded: Loaded, renaming: Renaming) -> None:
    """In purposes and categories an id decides what is inherited: a rename that moves an entry below another
    one is no rename."""
    if renaming.kind not in TREES:
        return
    entries = _entries(loaded)[renaming.kind]
    above = [[one for one in ancestors(name)[1:] if one in entries] for name in (renaming.old, renaming.new)]
    if above[0] != above[1]:
        told = f"below `{above[1][0]}`" if above[1] else f"away from `{above[0][0]}`"
        raise UsageError(
            f"`{renaming.new}` would stand {told} and inherit otherwise",
            hint="a move changes what it means: do it by hand, and see `amanat diff`",
        )
    caught = next((one for one in entries if str(one).startswith(f"{renaming.new}.")), None)
    if caught is not None:
        raise UsageError(f"`{caught}` would stand below `{renaming.new}`", hint="choose another id")


def _texts(loaded: Loaded, renaming: Renaming) -> Iterator[Change]:
    for name in loaded.catalog.files:
        if not name.endswith((".yaml", ".yml")):
            continue
        path = loaded.root / name
        before = path.read_bytes()
        try:
            made = rename(before.decode(), renaming, name == ROOT_FILE, flow).encode()
        except Refused as why:
            raise UsageError(f"not renamed: `{path}`: {why}", hint="rename it by hand") from None
        if made != before:
            yield Change(path, before, made)


def _snapshots(loaded: Loaded, renaming: Renaming) -> Iterator[Change]:
    """A system's snapshot goes by the system's name, and so do the file beside it and its measures."""
    if renaming.kind != "systems":
        return
    old = f"{OBSERVED}/{renaming.old}{SNAPSHOT}"
    new = f"{OBSERVED}/{renaming.new}{SNAPSHOT}"
    measures = tuple(f"{OBSERVED}/{name}{MEASURES}" for name in (renaming.old, renaming.new))
    for one, other in ((old, new), (provenance_of(old), provenance_of(new)), measures):
        if not (loaded.root / one).is_file():
            continue
        if (loaded.root / other).exists():
            raise UsageError(f"`{loaded.root / other}` is there already", hint="remove it first")
        content = (loaded.root / one).read_bytes()
        named = rf'("system"\s*:\s*"){re.escape(renaming.old)}(")'.encode()
        made = content
        if one.endswith(".json"):
            made = re.sub(named, lambda m: m[1] + renaming.new.encode() + m[2], content)
        yield Change(loaded.root / one, content, None)
        yield Change(loaded.root / other, None, made)


def _measures(loaded: Loaded, renaming: Renaming) -> Iterator[Change]:
    """What was counted of a field or a source stays with it. A file that cannot be read in full stays as it
    is: `check` tells of it."""
    broken = {finding.place.file for finding in loaded.findings}
    for measures in loaded.catalog.measures.values():
        moves = renaming.kind == "systems" and measures.system == renaming.old  # as a whole: see `_snapshots`
        if measures.file in broken or moves or renaming.kind not in ("fields", "systems", SOURCES):
            continue
        found = [_measured(measures, one, renaming) for one in measures.all]
        if any(one is not before for one, before in zip(found, measures.all, strict=True)):
            path = loaded.root / measures.file
            yield Change(path, path.read_bytes(), as_csv(merged((), found)).encode())


def _measured(measures: Measures, one: Measure, renaming: Renaming) -> Measure:
    if renaming.kind == "fields":
        name = renaming.of(one.field)
        return one if name is None else replace(one, field=FieldId(name))
    source = renaming.of_source(measures.source(one))
    against = renaming.of_source(one.against)
    if source is not None and source.startswith(f"{measures.system}."):
        one = replace(one, path=source.partition(".")[2])
    return one if against is None else replace(one, against=against)


def _copy(loaded: Loaded, changes: Sequence[Change], folder: Path) -> Loaded:
    """The catalog as it would be, in a folder of its own."""
    changed = {change.path: change.after for change in changes}
    names = {*loaded.catalog.files, *(change.path.relative_to(loaded.root).as_posix() for change in changes)}
    for name in names:
        content = changed.get(loaded.root / name)
        if content is None and loaded.root / name in changed:
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            os.symlink((loaded.root / name).resolve(), target)
        else:
            target.write_bytes(content)
    return load_catalog(folder)


def _refuse_selectors(loaded: Loaded, after: Loaded, renaming: Renaming) -> None:
    """A selector such as `customer.*` in a denial, hold or expectation must cover after the rename exactly
    what it covered before."""
    names = [str(one) for one in _entries(loaded)[renaming.kind] if renaming.of(str(one)) is not None]
    both = zip(_selectors(loaded, renaming), _selectors(after, renaming), strict=True)
    for (where, one), (_, other) in both:
        for name in names:
            if selects(one, name) != selects(other, renaming.of(name) or name):
                told = "no longer match" if selects(one, name) else "match"
                raise UsageError(
                    f"`{one}` in {where} would {told} `{renaming.new}`",
                    hint="change that selector first, so that it covers what it should under either name",
                )


_SELECTED = {
    "roles": ("role", "roles"),
    "purposes": ("purpose", "purposes"),
    "fields": ("field", "fields"),
    "categories": ("category", "categories"),
    "classifications": ("classification", "classifications"),
}
"""Kind to what selects it in a denial and in an expectation."""


def _selectors(loaded: Loaded, renaming: Renaming) -> Iterator[tuple[str, str]]:
    """What selects entries of the kind, with where it stands, in an order that the rename does not change."""
    catalog = loaded.catalog
    for kind in [renaming.kind] if renaming.kind in _SELECTED else []:
        one, several = _SELECTED[kind]
        for denial in catalog.denials.values():
            if (selector := getattr(denial, one)) is not None:
                yield f"denial `{denial.id}`", selector
        for expectation in catalog.expectations.values():
            chosen = getattr(expectation, several)
            for selector in (*chosen, *(expectation.fields if kind == "categories" else ())):
                yield f"expectation `{expectation.id}`", selector
        for hold in catalog.holds.values() if kind == "fields" else ():
            for selector in hold.fields:
                yield f"hold `{hold.id}`", selector
    for n, suppression in enumerate(catalog.settings.ignore):
        if renaming.subjects:
            yield f"suppression {n + 1} of {ROOT_FILE}", suppression.subject


def _refuse_findings(loaded: Loaded, after: Loaded) -> tuple[Sequence[Diagnostic], Sequence[Diagnostic]]:
    """A rename brings no finding. Returns those before and after it."""
    day = judging_day(None, loaded.root)
    before = lint(loaded, RULES, day)
    now = lint(after, RULES, day)
    more = Counter(d.code for d in now) - Counter(d.code for d in before)
    worst = next((d for d in now if d.code in more), None)
    if worst is not None:
        raise UsageError(
            f"not renamed: `check` would report [{worst.code} {worst.name}] {worst.message}",
            hint="rename it by hand, and mend that too",
        )
    return before, now


def _word(renaming: Renaming) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(renaming.old)}(?![\w])")


def _mentions(loaded: Loaded, changes: Sequence[Change], renaming: Renaming) -> Iterator[str]:
    """Places where comments or texts still hold the old name."""
    word = _word(renaming)
    changed = {change.path: change.after for change in changes}
    for name in loaded.catalog.files:
        path = loaded.root / name
        if not name.endswith((".yaml", ".yml")):
            continue
        content = changed.get(path) or path.read_bytes()
        for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), 1):
            if word.search(line) and not line.strip().startswith("renamed_from:"):
                yield f"{shown_folder(loaded.root)}{name}:{number}"
