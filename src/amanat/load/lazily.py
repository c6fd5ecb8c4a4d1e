"""A catalog whose fields are built when they are asked for, for commands that look at one thing of a tree
that an earlier run has loaded in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from amanat.errors import EnvironmentFault
from amanat.load.assemble import assemble, build_fields, collect, language_of
from amanat.load.cache.kept import Contents, Standing, records_of, standing
from amanat.load.cache.packing import Unpackable, finding_data, finding_of, pack, unpack
from amanat.load.cache.store import Store
from amanat.load.catalog import LaterFindings, Loaded, load_catalog, spans_of
from amanat.load.discover import ROOT_FILE, out_folder
from amanat.load.fields import LazyFields
from amanat.load.inherit import FieldDefaults
from amanat.load.measures import read_measures
from amanat.load.snapshots import read_snapshots
from amanat.model.field import Field
from amanat.model.values import FieldId, SourceId
from amanat.text import Tell, nobody

_OTHERS = (
    "teams",
    "subjects",
    "classifications",
    "categories",
    "systems",
    "recipients",
    "transfers",
    "roles",
    "purposes",
    "retention",
    "holds",
    "stages",
    "discrepancies",
    "denials",
    "expectations",
    "approvals",
)
"""What a catalog holds beside fields; nearly always in few and small files."""


def open_lazily(root: Path, store: Store, tell: Tell = nobody) -> Loaded:
    """The catalog in `root`: lazily where an earlier run left an outline of the very same files, else in
    full, and then with an outline for the next run."""
    now = standing(store, root)
    if now is not None:
        text = store.outline(now.contents.name(None))
        try:
            found = None if text is None else _lazily(root, store, now, unpack(text))
        except (Unpackable, TypeError, ValueError):
            found = None
        if found is not None:
            return found
    loaded = load_catalog(root, store, tell)
    text = _outline(loaded)
    if loaded.contents is not None and text is not None:
        store.keep_outline(loaded.contents.name(None), text)
    return loaded


def _outline(loaded: Loaded) -> str | None:
    """Findings of loading, where each field is written and what its sources are, and which files hold
    anything else; None where entries could not be read or stand twice: then all of it is worked out."""
    catalog = loaded.catalog
    if catalog.unreadable or any(finding.code == "ID102" for finding in loaded.findings):
        return None
    entries = (entry for kind in _OTHERS for entry in getattr(catalog, kind).values())
    others = {entry.place.file for entry in entries if entry.place is not None}
    try:
        return pack(
            [
                [finding_data(finding) for finding in loaded.findings],
                [[f.id, f.place.file, list(f.sources)] for f in catalog.fields.values()],
                sorted(file for file in others if not file.startswith("<")),
            ]
        )
    except Unpackable:
        return None


def _lazily(root: Path, store: Store, now: Standing, outline: Any) -> Loaded | None:
    findings, written, others = outline
    contents, first = now.contents, now.root_record
    known = records_of(store, {file: contents.read[file] for file in (*others, ROOT_FILE)}).records
    if len(known) < len({*others, ROOT_FILE}):
        return None
    records = [known[file] for file in sorted(others)]
    language = language_of(first)
    sections = collect(records, language)
    snapshots = read_snapshots(root, contents.tree.listing.snapshots)
    fields = {FieldId(name): (str(file), tuple(map(SourceId, sources))) for name, file, sources in written}

    def lazy(defaults: FieldDefaults) -> LazyFields:
        return LazyFields(fields, partial(_fields_in, store, contents, language, defaults))

    measured = read_measures(root, contents.tree.listing.measures)
    listing = contents.tree.listing
    files = (ROOT_FILE, *listing.files, *listing.snapshots, *listing.measures)
    digests = [(file, contents.read[file]) for file in dict.fromkeys(files)]
    catalog = assemble(
        first,
        sections,
        lazy,
        snapshots.by_system,
        measured.by_system,
        language,
        digests,
        out_folder(first.data),
        (),
    )
    found = tuple(map(finding_of, findings))
    return Loaded(root, catalog, LaterFindings(lambda: found), spans_of(root, store, contents.read), contents)


def _fields_in(
    store: Store, contents: Contents, language: str, defaults: FieldDefaults, files: Iterable[str]
) -> Mapping[FieldId, Field]:
    """The fields of some files, as an earlier run read them."""
    wanted = tuple(files)
    known = records_of(store, {file: contents.read[file] for file in wanted}).records
    if len(known) < len(wanted):
        raise EnvironmentFault("another run has replaced what was kept", hint="run it again")
    return build_fields(known.values(), language, defaults)
