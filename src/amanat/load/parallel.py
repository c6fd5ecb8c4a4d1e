"""Reading many files with two processes, where that pays."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from amanat.load.files import read_file
from amanat.load.record import FileRecord, LaidAside
from amanat.parallel import Shelf, can_fork, counted, from_both_ends
from amanat.schema import FILE
from amanat.text import Tell, nobody

WORTH_IT = 1_500_000
"""Bytes of YAML from which a second process gains more than it costs."""


def read_files(
    root: Path,
    files: Sequence[str],
    worth_it: int = WORTH_IT,
    tell: Tell = nobody,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[FileRecord]:
    """The records of the files, in their order. A child hands back no file with findings. How many this
    process has read is told to `tell`. `meanwhile` is done while a child is at work; without one, never."""

    def work(file: str) -> FileRecord:
        return read_file(root, file, FILE)

    if not worth_a_child(root, files, worth_it):
        return list(map(counted(work, len(files), tell), files))
    own, others = Shelf(), Shelf()
    here = os.getpid()

    def aside(file: str) -> FileRecord:
        return _laid_aside(work(file), own if os.getpid() == here else others)

    told = counted(aside, (len(files) + 1) // 2, tell)
    return from_both_ends(files, told, _packed, partial(_unpacked, others), meanwhile)


def worth_a_child(root: Path, files: Iterable[str], worth_it: int = WORTH_IT) -> bool:
    """Whether a second process is to be had, and there is enough of these files for it."""
    return sum(_size(root / file) for file in files) >= worth_it and can_fork()


def _laid_aside(record: FileRecord, shelf: Shelf) -> FileRecord:
    """The record, its fields laid aside where nothing is wrong with it."""
    fields = record.data.get("fields")
    if fields and not record.findings:
        at = shelf.put(marshal.dumps(list(fields.values())))
        if at is not None:
            record.data["fields"] = LaidAside(list(fields), shelf, at, marshal.loads)
    return record


def _packed(record: FileRecord) -> object | None:
    if record.findings:
        return None
    fields = record.data.get("fields")
    if not isinstance(fields, LaidAside):
        return tuple(record), None
    return tuple(record._replace(data={**record.data, "fields": None})), (fields.names, fields.at)


def _unpacked(shelf: Shelf, packed: Any) -> FileRecord:
    whole, aside = packed
    record = FileRecord(*whole)
    if aside is not None:
        names, at = aside
        record.data["fields"] = LaidAside(names, shelf, at, marshal.loads)
    return record


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
