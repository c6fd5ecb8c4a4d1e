"""Loading with a cache: which files need not be read again, and which verdict need not be found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from amanat.digest import value_digest
from amanat.load.cache import tree as trees
from amanat.load.cache.home import in_ci
from amanat.load.cache.packing import (
    Unpackable,
    pack,
    record_of,
    record_text,
    said_by,
)
from amanat.load.cache.store import Stamp, Store
from amanat.load.discover import ROOT_FILE, list_files, out_folder
from amanat.load.record import FileRecord
from amanat.parallel import Shelf

Seen = Mapping[str, tuple[Stamp, str]]
"""What a cache knows of files: the stamp and the digest of each."""


class Edit(NamedTuple):
    """How a file of fields was edited since an earlier run: the digest of what it said then, and the keys of
    fields that were set, changed or taken away (`x_`: one of the team's own)."""

    said_before: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a catalog was loaded from: its files, and the digest of what was read of each ("" where a file is
    not there). `said` is the digest of what each YAML file says, whatever its comments and layout; None where
    that was not looked at, or cannot be told. `alone` are the files that hold nothing but fields, each of
    which stands in one file only: what they say changes nothing in another file. `mixed` are all others that
    hold fields, with the digest of what those are made from ("" where only the whole file tells), `inherited`
    is the digest of what fields of any file inherit. `edits` are edits of files since an earlier run, where
    they are few and nothing but keys of fields changed."""

    tree: trees.Tree
    read: dict[str, str]
    said: Mapping[str, str] | None = None
    alone: frozenset[str] = frozenset()
    mixed: Mapping[str, str] = field(default_factory=dict)
    inherited: str = ""
    edits: Mapping[str, Edit] = field(default_factory=dict)

    def name(self, day: str | None) -> str:
        """The name of what is judged when these contents are, on a day."""
        return trees.name_of(self.tree, self.read, day)

    def meaning(self, day: str | None) -> str | None:
        """The name of what rules judge on a day, which know of no lines: the same after an edit that changes
        nothing that is said. None where that cannot be told."""
        return None if self.said is None else trees.name_of(self.tree, {**self.read, **self.said}, day)

    def beside_alone(self) -> str | None:
        """The digest of what fields are made from beside the files that stand alone; None as of `meaning`."""
        if self.said is None:
            return None
        mixed = [(file, made_from or self.said[file]) for file, made_from in sorted(self.mixed.items())]
        return value_digest((self.inherited, mixed))

    def observed(self) -> str:
        """The digest of what was read of snapshots, their provenance, and measures."""
        return value_digest(sorted(one for one in self.read.items() if one[0] not in self.tree.listing.files))

    def unchanged(self) -> bool:
        """Whether every file still holds what was read of it."""
        return trees.unchanged(self.tree, self.read)


def said_in(records: Iterable[FileRecord], known: Mapping[str, str]) -> dict[str, str] | None:
    """The digests of what files say, `known` where a record was packed or unpacked in this run; None where
    one of them says what cannot be packed."""
    found = {}
    try:
        for record in records:
            digest = known.get(record.file) or said_by(record_text(record))
            found[record.file] = f"says {digest}"
    except Unpackable:
        return None
    return found


def made_from(record: FileRecord) -> str:
    """The digest of what the fields of a file are made from; "" where that cannot be told."""
    broken = sorted([name, sorted(keys)] for (kind, name), keys in record.broken.items() if kind == "fields")
    fields = record.data["fields"] or {}
    try:
        text = pack([dict(fields.items()), record.data.get("defaults"), broken])
    except Unpackable:
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def contents_of(
    tree: trees.Tree,
    read: Iterable[tuple[str, str]],
    said: Mapping[str, str] | None,
    alone: frozenset[str],
    mixed: Mapping[str, str],
    inherited: str,
    edits: Mapping[str, Edit],
) -> Contents | None:
    """The contents from which a catalog was loaded, by what they say of it; None where something could not be
    read."""
    found = dict(read)
    for file, stamp in tree.stamps.items():
        if file not in found:  # provenance beside a snapshot
            found[file] = "" if stamp is None else trees.digest_of(tree.root / file) or ""
    if any(stamp is not None and not found[file] for file, stamp in tree.stamps.items()):
        return None
    return Contents(tree, found, said, alone, mixed, inherited, edits)


MOST_EDITED = 16
"""Files whose edits are looked at one by one; where more have changed, hardly anything is as it was."""


class Recalled(NamedTuple):
    """What earlier runs read of files: records of those that hold what they held, with the digests of what
    they say, and packed records of those that have changed since, at most `MOST_EDITED` of them."""

    records: dict[str, FileRecord]
    said: dict[str, str]
    earlier: dict[str, str]


def known_records(
    store: Store, root: Path, files: Iterable[str], seen: Seen, shelf: Shelf | None = None
) -> Recalled:
    """What earlier runs read of files; those that have not changed since they were `seen` are not read. What
    their fields say is laid aside on the `shelf`, where one is given."""
    there = store.files()
    digests = {}
    for file in files:
        if file in there:
            found = trees.digest_in(root, file, trees.stamp(root / file), seen)
            if found:
                digests[file] = found
    return records_of(store, digests, shelf)


def records_of(store: Store, digests: Mapping[str, str], shelf: Shelf | None = None) -> Recalled:
    """What earlier runs read of files which now have these contents."""
    recalled = Recalled({}, {}, {})
    for file, text, unchanged in store.records(digests) if digests else ():
        if not unchanged:
            if len(recalled.earlier) < MOST_EDITED:
                recalled.earlier[file] = text
            continue
        try:
            record = record_of(text, shelf)
        except Unpackable:
            continue
        if (record.file, record.digest) == (file, digests[file]):
            recalled.records[file] = record
            recalled.said[file] = said_by(text)
    return recalled


def edits_of(earlier: Mapping[str, str], now: Iterable[FileRecord]) -> dict[str, Edit]:
    """The edits of files of which an earlier run left packed records, where they can be told."""
    found = {}
    for record in now:
        text = earlier.get(record.file)
        try:
            was = None if text is None else record_of(text)
            keys = None if was is None else _keys_between(was, record)
        except Unpackable:
            continue
        if text is not None and keys is not None:
            found[record.file] = Edit(f"says {said_by(text)}", keys)
    return found


def _keys_between(was: FileRecord, now: FileRecord) -> frozenset[str] | None:
    """The keys of fields that were edited between two states of a file; None where something else was, or
    one of them has faults."""
    if was.findings or now.findings or _beside_fields(was) != _beside_fields(now):
        return None
    before, after = was.data.get("fields") or {}, now.data.get("fields") or {}
    if before.keys() != after.keys():
        return None
    keys: set[str] = set()
    for name, entry in after.items():
        if pack(entry) != pack(before[name]):  # as they are packed, 1 and true are not the same
            one, other = before[name] or {}, entry or {}
            keys.update(key for key in one.keys() | other.keys() if _packed(one, key) != _packed(other, key))
    return frozenset("x_" if key.startswith("x_") else key for key in keys)


def _beside_fields(record: FileRecord) -> str:
    return pack({key: value for key, value in record.data.items() if key != "fields"})


def _packed(entry: Mapping[str, Any], key: str) -> str | None:
    return pack(entry[key]) if key in entry else None


def keep_records(store: Store, fresh: Sequence[FileRecord], tree: trees.Tree, said: dict[str, str]) -> None:
    """Keep what was read anew; what is known of files that the catalog no longer has goes. The digest of what
    each file says goes into `said`."""

    def packed() -> Iterator[tuple[str, str, str]]:
        for record in fresh:
            if record.digest:
                try:
                    text = record_text(record)
                except Unpackable:
                    continue
                said[record.file] = said_by(text)
                yield record.file, record.digest, text

    if fresh:
        store.keep(records=packed(), files=tree.stamps)


class Standing(NamedTuple):
    """A catalog as it stands, known without reading what has not changed: its root file and its contents."""

    root_record: FileRecord
    contents: Contents


def standing(store: Store, root: Path) -> Standing | None:
    """The catalog as it stands now; None where its root file is not known, or a file cannot be read."""
    seen = store.seen()
    before = trees.stamp(root / ROOT_FILE)
    first = known_records(store, root, (ROOT_FILE,), seen).records.get(ROOT_FILE)
    if first is None:
        return None
    tree = trees.tree_of(root, list_files(root, out_folder(first.data)), before)
    read = trees.digests(tree, seen)
    if read is None or read[ROOT_FILE] != first.digest:
        return None
    contents = Contents(tree, read)
    remember(store, contents, seen)
    return Standing(first, contents)


def kept_verdict(store: Store, root: Path, day: str | None) -> str | None:
    """The packed verdict of a catalog as it is now, judged on a day; None where there is none. Of files that
    have not changed nothing is read."""
    now = standing(store, root)
    return None if now is None else store.verdict(now.contents.name(day))


def remember(store: Store, contents: Contents, seen: Seen) -> None:
    """Remember by which stamps files are known, where that is news beside what was `seen`. A file that
    changed after its stamp was taken has another one now, so that it does not matter whether it was read
    before or after."""
    now = trees.settled(contents.tree, contents.read)
    if not in_ci() and now != seen:
        store.keep(seen=now, files=contents.tree.stamps)


def keep_verdict(store: Store, contents: Contents, day: str | None, text: str) -> None:
    """Keep what a catalog was judged to be, unless a file has changed since it was read: positions are looked
    up later than contents."""
    if contents.unchanged():
        store.keep(verdict=(contents.name(day), text))
