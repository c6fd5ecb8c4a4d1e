"""Work in two processes, where that pays.

A forked child does one half and hands back plain data (marshal, through a pipe that nobody else writes to).
Whatever it does not hand back, the parent does itself: the result is the same as without a child.
"""

from __future__ import annotations

import marshal
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def can_fork() -> bool:
    """Whether a child is safe (no threads that hold locks) and has a processor of its own."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors > 1


def counted(work: Callable[[T], R], total: int, tell: Callable[[int, int], None]) -> Callable[[T], R]:
    """The same work, after which `tell` is told how many of `total` are done."""
    done = 0

    def told(item: T) -> R:
        nonlocal done
        result = work(item)
        done += 1
        tell(min(done, total), total)
        return result

    return told


def in_two(
    items: Sequence[T],
    split: int,
    work: Callable[[T], R],
    pack: Callable[[R], object | None],
    unpack: Callable[[Any], R],
) -> list[R]:
    """`work` done on each item, in their order; those from `split` on by a child. `pack` turns a result into
    plain data (None: not handed back, the parent works it out again) and `unpack` back."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(items[split:], work, pack, reading, writing)
    os.close(writing)
    try:
        done = [work(item) for item in items[:split]]
        handed_back = _received(reading)
    except BaseException:
        os.kill(child, signal.SIGKILL)  # interrupted: nobody waits for its answer
        raise
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    for at, item in enumerate(items[split:]):
        packed = handed_back.get(at)
        done.append(work(item) if packed is None else unpack(packed))
    return done


def _child(
    items: Sequence[T], work: Callable[[T], R], pack: Callable[[R], object | None], reading: int, writing: int
) -> None:
    """Do the work, write what can be handed back, end the process: nothing of the parent's goes on here."""
    code = 1
    try:
        os.close(reading)
        packed = {at: pack(work(item)) for at, item in enumerate(items)}
        with os.fdopen(writing, "wb") as out:
            marshal.dump({at: value for at, value in packed.items() if value is not None}, out)
        code = 0
    finally:
        os._exit(code)


def _received(reading: int) -> dict[int, Any]:
    """What the child handed back; nothing where it failed."""
    parts = []
    while part := os.read(reading, 1 << 20):
        parts.append(part)
    try:
        received: dict[int, Any] = marshal.loads(b"".join(parts))
    except (EOFError, ValueError, TypeError):
        return {}
    return received
