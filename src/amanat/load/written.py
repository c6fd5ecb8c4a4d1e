"""What is written of each field, and of everything else, told apart by digests: of two catalogs, which fields
are written alike in the same lines.

Text is compared, not what it means: a comment or a moved line counts as a difference, and nothing that could
change what is shown of a field is overlooked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from amanat.load.catalog import Loaded
from amanat.load.positions import Spans
from amanat.model.values import FieldId

_OTHER_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""Line breaks of YAML beside the usual: such a file is not cut."""
TEXTS = ("definition", "caveats", "logic")
"""What is said of a field in sentences: read on its own pages, and on few others."""


class Written(NamedTuple):
    """The digest of the text of each field's entry with the line that it begins in; of all entries but for
    the sentences in them; and of all other text of the catalog's files, snapshots and measures."""

    fields: Mapping[FieldId, str]
    terse: str
    rest: str


def written_in(loaded: Loaded) -> Written | None:
    """What is written in the files that a catalog was loaded from; None where their contents are not known.
    Raises `EnvironmentFault` where a file changed since."""
    if loaded.contents is None:
        return None
    held: dict[str, list[FieldId]] = {}
    for field in loaded.catalog.fields.values():
        held.setdefault(field.place.file, []).append(field.id)
    found: dict[FieldId, str] = {}
    rest, terse = hashlib.sha256(), hashlib.sha256()
    for file, digest in sorted(loaded.contents.read.items()):
        names = held.get(file)
        if not names:
            rest.update(f"{file}\0{digest}\0".encode())
            continue
        cut = _cut(file, names, loaded.spans)
        if cut is None:  # all of the file may decide on each of its fields
            found.update((name, f"{file}\0{digest}") for name in names)
            rest.update(f"{file}\0{digest}\0".encode())
            continue
        for name, line, lines in cut:
            told = _told(file, line, lines)
            if name is None:
                rest.update(told)
            else:
                found[name] = hashlib.sha256(told).hexdigest()
                keys = loaded.spans.keys(file, ("fields", name))
                terse.update(_told(file, line, _without_texts(keys, line, lines)))
    return Written(found, terse.hexdigest(), rest.hexdigest())


def _told(file: str, line: int, lines: list[str]) -> bytes:
    text = "\n".join(lines)
    return f"{file}\0{line}\0{text}\0".encode("utf-8", "surrogatepass")


def _without_texts(keys: list[tuple[str, int]], first: int, lines: list[str]) -> list[str]:
    """The lines of an entry with nothing in those of its sentences; all of them where keys share a line."""
    begins = sorted(line for _, line in keys)
    if len(set(begins)) < len(begins) or first in begins:
        return lines
    left = list(lines)
    for name, line in keys:
        if name in TEXTS:
            end = min((other for other in begins if other > line), default=first + len(lines))
            left[line - first : end - first] = [""] * (end - line)
    return left


def _cut(file: str, names: list[FieldId], spans: Spans) -> list[tuple[FieldId | None, int, list[str]]] | None:
    """The lines of a file in pieces, each with the field that it is about (None: something else) and the
    number of its first line; None where the file cannot be cut so that each piece stands for itself."""
    text = spans.text(file)
    if _OTHER_BREAKS.search(text) or ("&" in text and "*" in text):  # an alias repeats what stands elsewhere
        return None
    lines = text.split("\n")
    starts: dict[int, FieldId | None] = {}
    for path, line in _begins(file, spans):
        if line in starts:
            return None
        starts[line] = FieldId(str(path[1])) if len(path) > 1 else None
    if not all(name in lines[line - 1] for line, name in starts.items() if name is not None):
        return None
    if {name for name in starts.values() if name is not None} != set(names):
        return None
    ends = [*sorted(starts), len(lines) + 1]
    pieces: list[tuple[FieldId | None, int, list[str]]] = [(None, 1, lines[: ends[0] - 1])]
    for begin, end in pairwise(ends):
        pieces.append((starts[begin], begin, lines[begin - 1 : end - 1]))
    return pieces


def _begins(file: str, spans: Spans) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every section and every entry of `fields`, with the line of its key."""
    for section, line in spans.keys(file, ()):
        yield (section,), line
        if section == "fields":
            for name, at in spans.keys(file, (section,)):
                yield (section, name), at
