"""Loading a catalog from its files: what is read, kept and found wrong. The order of files never matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from amanat.diagnostic import Finding, Fix, Severity
from amanat.load.assemble import (
    assemble,
    build_fields,
    collect,
    fields_twice,
    inherited_by_fields,
    language_of,
)
from amanat.load.build import Entry
from amanat.load.cache import kept
from amanat.load.cache import tree as trees
from amanat.load.cache.packing import Unpackable
from amanat.load.cache.spots import KeptPositions
from amanat.load.cache.store import Store
from amanat.load.discover import ROOT_FILE, Listing, list_files, out_folder
from amanat.load.files import read_again, read_file
from amanat.load.measures import read_measures
from amanat.load.parallel import read_files, worth_a_child
from amanat.load.positions import Spans
from amanat.load.record import FileRecord
from amanat.load.references import Problems, check_references, malformed_sources
from amanat.load.snapshots import read_snapshots
from amanat.load.values import check_values
from amanat.memory import uncollected
from amanat.model.catalog import Catalog
from amanat.parallel import Shelf, aside
from amanat.schema import FILE, ROOT, load_schema
from amanat.text import Tell, nobody

T = TypeVar("T")

UNSAFE = ("LD101", "LD102", "LD103", "SC101", "SC102", "SC103", "ID101", "ID102", "ID103")
"""Loading faults after which something may be missing from the catalog: a denial, a restriction, a field."""


class LaterFindings:
    """Findings, worked out when somebody asks for them, and once."""

    def __init__(self, work: Callable[[], Iterable[Finding]]) -> None:
        self._work = work
        self._done: tuple[Finding, ...] | None = None

    def __call__(self) -> tuple[Finding, ...]:
        """The findings."""
        if self._done is None:
            with uncollected():
                self._done = tuple(self._work())
        return self._done


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalog with what was wrong while loading (`found`), and the way to look up positions. `contents` is
    what it was loaded from, None where no cache was asked for or something could not be read."""

    root: Path
    catalog: Catalog
    found: LaterFindings
    spans: Spans
    contents: kept.Contents | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong while loading."""
        return self.found()

    @property
    def faults(self) -> str:
        """What could not be read of it, in short, or "": what was left out may be a denial, or a field."""
        found = [f for f in self.findings if f.code in UNSAFE and f.severity is not Severity.WARNING]
        if not found:
            return ""
        count = f"{len(found)} faults" if len(found) > 1 else "a fault"
        return f"{count} in how it is written (first: {found[0].code} in `{found[0].place.file}`)"

    def holding_texts(self) -> Loaded:
        """The same, with the texts of all files in memory: positions stay known when a file changes later."""
        files = [file for file in self.catalog.files if not file.endswith(".csv")]
        texts = {file: self.spans.text(file) for file in files}
        return replace(self, spans=Spans(texts.__getitem__))


def load_catalog(
    root: Path,
    store: Store | None = None,
    tell: Tell = nobody,
    meanwhile: Callable[[], object] = lambda: None,
) -> Loaded:
    """Load the catalog in `root`, a folder with `amanat.yaml`. What is wrong with it comes back as
    findings, and the rest is loaded all the same. With a `store`, files that it knows are not read again.
    How many files are read is told to `tell`. `meanwhile` is what the caller needs done next and a second
    process need not wait for; it is done only where there is one."""
    with uncollected():
        try:
            return _load(root, store or Store(None), tell, meanwhile)
        except Unpackable:  # somebody has written into the cache
            return _load(root, Store(None), tell, meanwhile)


def _load(root: Path, store: Store, tell: Tell, meanwhile: Callable[[], object]) -> Loaded:
    before = trees.stamp(root / ROOT_FILE)
    seen = store.seen()
    first = kept.known_records(store, root, (ROOT_FILE,), seen)
    root_record = first.records.get(ROOT_FILE) or read_file(root, ROOT_FILE, ROOT)
    out = out_folder(root_record.data)
    listing = list_files(root, out)
    tree = trees.tree_of(root, listing, before) if store.usable else None
    files = [file for file in listing.files if file != ROOT_FILE]
    others = kept.known_records(store, root, files, seen, Shelf())
    records = _records(root, files, others.records, tell, meanwhile)
    everything = (root_record, *records)
    said_by = first.said | others.said
    fresh = [record for record in everything if record.file not in said_by]

    def keep() -> dict[str, str] | None:
        """Keep what was read anew; gives what every file says, whatever its comments and layout."""
        if tree is None:
            return None
        kept.keep_records(store, fresh, tree, said_by)
        return kept.said_in(everything, said_by)

    with _beside(keep, tree is not None and worth_a_child(root, (record.file for record in fresh))) as said:
        alone = frozenset(record.file for record in records if _is_alone(record))
        holding = [record for record in everything if "fields" in record.data]
        mixed = {record.file: kept.made_from(record) for record in holding if record.file not in alone}
        edits = kept.edits_of(others.earlier, fresh)
        catalog, digests, found, sure, inherited = _put_together(root, listing, root_record, records, out)
        if not sure:
            alone, mixed = frozenset(), dict.fromkeys((*alone, *mixed), "")
        contents = (
            None if tree is None else kept.contents_of(tree, digests, said(), alone, mixed, inherited, edits)
        )
    if contents is not None:
        kept.remember(store, contents, seen)
    return Loaded(root, catalog, found, spans_of(root, store, dict(digests)), contents)


@contextmanager
def _beside(work: Callable[[], T], by_a_child: bool) -> Iterator[Callable[[], T | None]]:
    """`work` done at once, or by a child that sees things as they are now; what is given waits for it."""
    if by_a_child:
        with aside(work) as result:
            yield result
    else:
        done = work()
        yield lambda: done


class _Whole(NamedTuple):
    """A catalog, the files it is made of with their digests, and what was wrong. `sure`: all of it could be
    read, and no field stands twice. `inherited`: the digest of what fields of any file inherit."""

    catalog: Catalog
    digests: list[tuple[str, str]]
    found: LaterFindings
    sure: bool
    inherited: str


def _put_together(
    root: Path, listing: Listing, root_record: FileRecord, records: list[FileRecord], out: str
) -> _Whole:
    """The catalog made of what was read of its files; entries are taken out of the records."""
    findings = [*listing.findings, *root_record.findings]
    for record in records:
        findings.extend(record.findings)
    snapshots, of_snapshots, faults = read_snapshots(root, listing.snapshots)
    findings.extend(faults)
    measured = read_measures(root, listing.measures)
    findings.extend(measured.findings)
    of_files = ((record.file, record.digest) for record in (root_record, *records))
    digests = [*of_files, *of_snapshots, *measured.digests]
    language = language_of(root_record)
    unreadable = tuple(record.file for record in (root_record, *records) if _hides_entries(record))
    likely = frozenset().union(*(record.likely_ids for record in records), root_record.likely_ids)
    twice = list(fields_twice(records))
    sections = collect(records, language)
    for name in load_schema(FILE)["properties"]:
        findings.extend(twice if name == "fields" else sections[name].findings if name in sections else ())
    inherited = inherited_by_fields(root_record, sections, language)
    odd: list[Entry] = []
    catalog = assemble(
        root_record,
        sections,
        lambda defaults: build_fields(records, language, defaults, odd.append),
        snapshots,
        measured.by_system,
        language,
        digests,
        out,
        unreadable,
    )
    findings.extend(malformed_sources(sorted(odd, key=lambda entry: entry.id)))

    def found() -> list[Finding]:
        references = check_references(catalog, Problems(catalog, likely))
        return [*findings, *references, *check_values(catalog), *_required(catalog)]

    sure = not unreadable and not twice
    return _Whole(catalog, digests, LaterFindings(found), sure, inherited)


def _is_alone(record: FileRecord) -> bool:
    """Whether a file holds fields and nothing else, and nothing is wrong with it."""
    return "fields" in record.data and record.data.keys() <= {"fields", "defaults"} and not record.findings


def spans_of(root: Path, store: Store, digests: Mapping[str, str]) -> Spans:
    """The positions of files that were loaded with these contents."""
    keeper = KeptPositions(store, digests) if store.usable else None
    return Spans(partial(read_again, root, digests), keeper)


def _records(
    root: Path,
    files: list[str],
    known: Mapping[str, FileRecord],
    tell: Tell,
    meanwhile: Callable[[], object],
) -> list[FileRecord]:
    """The record of every file, read where it is not known."""
    unknown = [file for file in files if file not in known]
    fresh = {record.file: record for record in read_files(root, unknown, tell=tell, meanwhile=meanwhile)}
    return [known.get(file) or fresh[file] for file in files]


_DECIDING = (("catalog", "languages"), ("catalog", "jurisdictions"))
"""What in the root everything else depends on: refused, it is as if the root could not be read."""


def _hides_entries(record: FileRecord) -> bool:
    """Whether a file holds entries that could not be read."""
    if record.likely_ids or (record.file == ROOT_FILE and "catalog" not in record.data):
        return True  # without a root nobody knows languages, jurisdictions, defaults and suppressions
    if record.file == ROOT_FILE and any(f.place.path[:2] in _DECIDING for f in record.findings):
        return True
    return not record.data and any(
        f.code in ("LD101", "LD103") and f.detail != "empty" for f in record.findings
    )


def _required(catalog: Catalog) -> list[Finding]:
    """Attributes that a field must have once everything is inherited, as the schema lists them."""
    schema = load_schema(FILE)["$defs"]["field"]
    names = schema["x-amanat-required-after-inheritance"]
    findings = []
    for field in catalog.fields.values():
        for name in names:
            if catalog.unreadable and name in ("classification", "subject"):
                continue  # a default that supplies it may stand in the unreadable file
            if getattr(field, name) or name in field.broken:
                continue
            if name == "classification" and (
                "category" in field.broken or not field.category or field.category not in catalog.categories
            ):
                continue
            meaning = schema["properties"][name].get("description", "")
            findings.append(
                Finding(
                    "SC103",
                    f"key `{name}` is missing, and nothing supplies it",
                    field.place,
                    field.id,
                    fix=Fix(f"add `{name}:` ({meaning})" if meaning else f"add `{name}:`"),
                    detail=name,
                )
            )
    return findings
