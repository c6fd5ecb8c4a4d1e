"""Pages of an earlier build that need not be made again: those of fields that rest on the same as then, as
long as they still stand in the build folder as they were written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from amanat.docsite.render import Prepared
from amanat.load.cache.packing import Unpackable, pack, unpack
from amanat.load.cache.store import Store
from amanat.model.values import FieldId


class Pages:
    """The pages of fields in a site's folder, as far as the cache knows what they rested on."""

    def __init__(self, store: Store, site: Path) -> None:
        self._site = site
        self._known = _known(store)

    def pages(
        self, rests: Mapping[FieldId, str], around: Mapping[str, bytes]
    ) -> Mapping[FieldId, Mapping[str, bytes]]:
        """The pages of the fields that rest on the same as then, by path, with what stands `around` them now
        in the place of what stood there."""
        found = {}
        for field, digest in rests.items():
            row = self._known.fields.get(field)
            if row is not None and row.rests == digest:
                pages = self._read(row, around)
                if pages is not None:
                    found[field] = pages
        return found

    def _read(self, row: _Row, around: Mapping[str, bytes]) -> dict[str, bytes] | None:
        try:
            pages = {path: (self._site / path).read_bytes() for path in row.paths}
        except (OSError, ValueError):
            return None
        if _digest(pages) != row.pages:
            return None
        for path, content in pages.items():
            language = path.partition("/")[0]
            then, now = self._known.around.get(language), around.get(language)
            if then == now:
                continue
            if then is None or now is None or content.count(then) != 1:
                return None
            pages[path] = content.replace(then, now)
        return pages


def keep_pages(store: Store, site: Prepared, files: Mapping[str, bytes], folder: str) -> None:
    """Keep what the pages of fields rest on, once they are written. `folder` is what stands before the names
    of a site's files."""
    rows = {}
    for field, paths in site.of_fields.items():
        if field in site.rests:
            pages = {path: files[f"{folder}{path}"] for path in paths}
            rows[field] = [site.rests[field], _digest(pages), sorted(pages)]
    try:
        text = pack([{language: shown.decode() for language, shown in site.around.items()}, rows])
    except Unpackable:
        return
    if rows and text != store.pages():
        store.keep(pages=text)


class _Row(NamedTuple):
    """Of a field: the digest of what its pages rested on, theirs, and their paths in the site."""

    rests: str
    pages: str
    paths: list[str]


class _Known(NamedTuple):
    """What stood around the pages of fields, by the folder of their language, and the row of each field."""

    around: Mapping[str, bytes]
    fields: Mapping[str, _Row]


def _known(store: Store) -> _Known:
    try:
        around, rows = unpack(store.pages() or "[{}, {}]")
        return _Known(
            {str(language): str(shown).encode() for language, shown in around.items()},
            {field: _Row(str(one[0]), str(one[1]), [*map(str, one[2])]) for field, one in rows.items()},
        )
    except (Unpackable, AttributeError, IndexError, TypeError, ValueError):
        return _Known({}, {})


def _digest(pages: Mapping[str, bytes]) -> str:
    told = hashlib.sha256()
    for path, content in sorted(pages.items()):
        told.update(f"{path}\0{len(content)}\0".encode())
        told.update(content)
    return told.hexdigest()
