"""Reading many files with two processes, where that pays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amanat.load.files import read_file
from amanat.load.record import FileRecord
from amanat.parallel import can_fork, in_two
from amanat.schema import FILE

WORTH_IT = 1_500_000
"""Bytes of YAML from which a second process gains more than it costs."""


def read_files(root: Path, files: Sequence[str], worth_it: int = WORTH_IT) -> list[FileRecord]:
    """The records of the files, in their order. A child hands back no file with findings."""
    sizes = [_size(root / file) for file in files]
    total = sum(sizes)
    if total < worth_it or not can_fork():
        return [read_file(root, file, FILE) for file in files]
    half, split = 0, 0
    while half < total / 2:
        half += sizes[split]
        split += 1
    return in_two(files, split, lambda file: read_file(root, file, FILE), _packed, _unpacked)


def _packed(record: FileRecord) -> object | None:
    return None if record.findings else tuple(record)


def _unpacked(packed: Any) -> FileRecord:
    return FileRecord(*packed)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
