"""Reading many files with two processes, where that pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from amanat.load.files import read_file
from amanat.load.record import FileRecord
from amanat.parallel import can_fork, counted, from_both_ends
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
    told = counted(work, (len(files) + 1) // 2, tell)
    return from_both_ends(files, told, _packed, _unpacked, meanwhile)


def worth_a_child(root: Path, files: Iterable[str], worth_it: int = WORTH_IT) -> bool:
    """Whether a second process is to be had, and there is enough of these files for it."""
    return sum(_size(root / file) for file in files) >= worth_it and can_fork()


def _packed(record: FileRecord) -> object | None:
    return None if record.findings else tuple(record)


def _unpacked(packed: Any) -> FileRecord:
    return FileRecord(*packed)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
