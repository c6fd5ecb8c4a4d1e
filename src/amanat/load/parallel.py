"""Reading many files with two processes, where that pays.

A forked child reads one half and hands back plain data (marshal, through a pipe that nobody else writes
to). Whatever it does not hand back, files with findings among them, the parent reads itself: the result
is the same as without a child.
"""

from __future__ import annotations

import marshal
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amanat.load.files import read_file
from amanat.load.record import FileRecord
from amanat.schema import FILE

WORTH_IT = 1_500_000
"""Bytes of YAML from which a second process gains more than it costs."""


def read_files(root: Path, files: Sequence[str], worth_it: int = WORTH_IT) -> list[FileRecord]:
    """The records of the files, in their order."""
    sizes = [_size(root / file) for file in files]
    total = sum(sizes)
    if total < worth_it or not _can_fork():
        return [read_file(root, file, FILE) for file in files]
    half, split = 0, 0
    while half < total / 2:
        half += sizes[split]
        split += 1
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(root, files[split:], reading, writing)
    os.close(writing)
    try:
        records = [read_file(root, file, FILE) for file in files[:split]]
        handed_back = _received(reading)
    except BaseException:
        os.kill(child, signal.SIGKILL)  # interrupted: nobody waits for its answer
        raise
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    for file in files[split:]:
        record = handed_back.get(file)
        records.append(read_file(root, file, FILE) if record is None else FileRecord(*record))
    return records


def _can_fork() -> bool:
    """Whether a child is safe (no threads that hold locks) and has a processor of its own."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors > 1


def _child(root: Path, files: Sequence[str], reading: int, writing: int) -> None:
    """Read the files, write what was clean, and end the process: nothing of the parent's goes on here."""
    code = 1
    try:
        os.close(reading)
        records = (read_file(root, file, FILE) for file in files)
        clean = {record.file: tuple(record) for record in records if not record.findings}
        with os.fdopen(writing, "wb") as out:
            marshal.dump(clean, out)
        code = 0
    finally:
        os._exit(code)


def _received(reading: int) -> dict[str, tuple[Any, ...]]:
    """What the child handed back; nothing where it failed."""
    parts = []
    while part := os.read(reading, 1 << 20):
        parts.append(part)
    try:
        received: dict[str, tuple[Any, ...]] = marshal.loads(b"".join(parts))
    except (EOFError, ValueError, TypeError):
        return {}
    return received


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
