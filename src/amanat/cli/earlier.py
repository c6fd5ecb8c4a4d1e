"""Pages of an earlier build that need not be made again: those that rest on the same as then, as long as they
still stand in the build folder as they were written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from amanat.cli.output import content_of, digest
from amanat.docsite.render import Prepared
from amanat.errors import EnvironmentFault
from amanat.load.cache.packing import Unpackable, pack, unpack
from amanat.load.cache.store import Store


class Pages:
    """The groups of pages in a site's folder, as far as the cache knows what they rested on."""

    def __init__(self, store: Store, site: Path) -> None:
        self._above = os.path.join(site, "")
        self._known = _known(store)
        self.digests: dict[str, str] = {}
        """The digests of the pages that are as they were, by path."""

    def pages(
        self, rests: Mapping[str, str], around: Mapping[str, bytes]
    ) -> Mapping[str, Mapping[str, bytes]]:
        """The pages of the groups that rest on the same as then, by path, with what stands `around` those of
        fields now in the place of what stood there."""
        found = {}
        for group, rest in rests.items():
            row = self._known.groups.get(group)
            if row is not None and row.rests == rest:
                pages = self._read(row, around)
                if pages is not None:
                    found[group] = pages
        return found

    def _read(self, row: _Row, around: Mapping[str, bytes]) -> dict[str, bytes] | None:
        try:
            read = {path: content_of(self._above + path) for path in row.paths}
        except (EnvironmentFault, ValueError):
            return None
        pages = {path: content for path, content in read.items() if content is not None}
        digests = {path: digest(content) for path, content in pages.items()}
        if _together(digests) != row.pages:
            return None
        for path, content in pages.items():
            language = path.partition("/")[0]
            then, now = self._known.around.get(language), around.get(language)
            if then == now:
                continue
            if then is None or now is None or content.count(then) != 1:
                return None
            pages[path] = content.replace(then, now)
            del digests[path]
        self.digests |= digests
        return pages


def keep_pages(store: Store, site: Prepared, digests: Mapping[str, str], folder: str) -> None:
    """Keep what pages rest on, once they are written. `digests` are those of all files;
    `folder` is what stands before the names of a site's files."""
    rows = {}
    for group, paths in site.groups.items():
        if group in site.rests:
            pages = {path: digests[f"{folder}{path}"] for path in paths}
            rows[group] = [site.rests[group], _together(pages), sorted(pages)]
    try:
        text = pack([{language: shown.decode() for language, shown in site.around.items()}, rows])
    except Unpackable:
        return
    if rows and text != store.pages():
        store.keep(pages=text)


class _Row(NamedTuple):
    """Of a group: the digest of what its pages rested on, theirs, and their paths in the site."""

    rests: str
    pages: str
    paths: list[str]


class _Known(NamedTuple):
    """What stood around the pages of fields, by the folder of their language, and the row of each group."""

    around: Mapping[str, bytes]
    groups: Mapping[str, _Row]


def _known(store: Store) -> _Known:
    try:
        around, rows = unpack(store.pages() or "[{}, {}]")
        return _Known(
            {str(language): str(shown).encode() for language, shown in around.items()},
            {group: _Row(str(one[0]), str(one[1]), [*map(str, one[2])]) for group, one in rows.items()},
        )
    except (Unpackable, AttributeError, IndexError, TypeError, ValueError):
        return _Known({}, {})


def _together(digests: Mapping[str, str]) -> str:
    return digest("".join(f"{path} {told}\n" for path, told in sorted(digests.items())).encode())
