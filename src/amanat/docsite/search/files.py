"""The index as scripts. Words in pieces by the alphabet, what is shown of entries in pieces by number, and
which fields belong to what, for the filters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from amanat.docsite.atlas import Atlas
from amanat.docsite.local import Local
from amanat.docsite.paths import Kind, page_of
from amanat.docsite.search.entries import Entry, Named, entries_of, found_by
from amanat.docsite.search.filters import members
from amanat.model.values import Text

_PIECE = 60_000
"""About how many characters of words lie in a piece."""
_CHUNK = 200
"""How many entries lie in a piece."""
_SNIPPET = 240
_UNSAFE = str.maketrans({"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"})

Shown = list[object]


def search_files(atlas: Atlas, locals_: Mapping[str, Local]) -> dict[str, bytes]:
    """The scripts of the index, by path in the site. `locals_` has each language by its folder."""
    entries = entries_of(atlas)
    kinds = list(Kind)
    pieces = list(_pieces(_postings(atlas, entries)))
    manifest = {
        "entries": len(entries),
        "fields": sum(entry.ref.kind is Kind.FIELD for entry in entries),
        "chunk": _CHUNK,
        "first": [next(iter(piece)) for piece in pieces],
        "kinds": [kind.value for kind in kinds],
    }
    files = {
        "assets/search/index.js": _call("index", 0, manifest),
        "assets/search/filters.js": _call("filters", 0, members(atlas, entries)),
        **{f"assets/search/words-{n}.js": _call("words", n, piece) for n, piece in enumerate(pieces)},
    }
    for folder, local in locals_.items():
        files[f"{folder}/search/names.js"] = _call("names", 0, _names(local, kinds))
        for start in range(0, len(entries), _CHUNK):
            shown = [_shown(atlas, local, kinds, entry) for entry in entries[start : start + _CHUNK]]
            n = start // _CHUNK
            files[f"{folder}/search/entries-{n}.js"] = _call("entries", n, shown)
    return files


def _call(what: str, number: int, value: object) -> bytes:
    literal = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
    return f'amanatSearch("{what}",{number},{literal});\n'.encode()


def _postings(atlas: Atlas, entries: Sequence[Entry]) -> Mapping[str, list[int]]:
    """For each word the entries it leads to: the distance from the one before, times 4, plus the weight."""
    postings: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    named: Named = {}
    for number, entry in enumerate(entries):
        for word, weight in found_by(atlas, entry, named).items():
            distance = number - last.get(word, 0)
            last[word] = number
            postings.setdefault(word, []).append(distance * 4 + weight)
    return postings


def _pieces(postings: Mapping[str, list[int]]) -> Iterator[dict[str, list[int]]]:
    """The words in the order in which JavaScript compares them, in pieces of about one size."""
    piece: dict[str, list[int]] = {}
    size = 0
    for word in sorted(postings, key=lambda word: word.encode("utf-16-be")):
        if size > _PIECE:
            yield piece
            piece, size = {}, 0
        piece[word] = postings[word]
        size += len(word) + 4 + 3 * len(postings[word])
    if piece:
        yield piece


def _names(local: Local, kinds: Iterable[Kind]) -> dict[str, object]:
    """The words of the results."""
    return {
        "kinds": [local.t(f"search.kind.{kind.value}") for kind in kinds],
        "all": local.w["search.all"],
        "none": local.w["search.none"],
        "few": local.w["search.few"],
        "short": local.w["search.short"],
        "found": local.w["search.found"],
        "in": local.w["search.in"],
        "comma": local.t("comma"),
    }


def _shown(atlas: Atlas, local: Local, kinds: list[Kind], entry: Entry) -> Shown:
    """Kind, id, page, label with its language, meaning with its language, what it belongs to, columns. Of a
    text in the page's own language the language is empty."""
    belongs = [
        local.plain(atlas.labels.get(ref, {}), ref.id)
        for ref in entry.about
        if ref.kind in (Kind.CLASSIFICATION, Kind.CATEGORY, Kind.TEAM)
    ]
    return [
        kinds.index(entry.ref.kind),
        entry.ref.id,
        page_of(entry.ref),
        *_text(local, entry.label),
        *_text(local, entry.meaning),
        belongs,
        " ".join(entry.sources),
    ]


def _text(local: Local, text: Text) -> tuple[str, str]:
    """A text, cut where it is long, and its language unless that is the page's."""
    if not text:
        return "", ""
    tag = local.speech.tag if local.speech.tag in text else next(iter(text))
    said = text[tag]
    if len(said) > _SNIPPET:
        said = f"{said[:_SNIPPET].rpartition(' ')[0] or said[:_SNIPPET]}…"
    return said, "" if tag == local.speech.ui else tag
