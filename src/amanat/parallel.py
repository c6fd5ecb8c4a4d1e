"""Work in two processes, where that pays.

A forked child does a part and hands back plain data (marshal, through a file without a name, which nobody
else can open). Whatever it does not hand back, the parent does itself: the result is the same as without a
child.
"""

from __future__ import annotations

import marshal
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, TypeVar

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


def from_both_ends(
    items: Sequence[T],
    work: Callable[[T], R],
    pack: Callable[[R], Any],
    unpack: Callable[[Any], R],
    first: Callable[[], object] = lambda: None,
) -> list[R]:
    """`work` done on each item, in their order; this process takes them from the front (the first in any
    case) and a child from the back until they meet, so that neither waits long for the other. `pack` turns a
    result into plain data (None: not handed back, this process works it out again) and `unpack` back. What
    this process has to do anyway, and the child need not, it does `first`."""
    with _unnamed() as claims:
        claims.write(bytes(len(items)))  # a byte for each item: who reads one may take the next
        claims.flush()
        claims.seek(0)

        def claimed() -> bool:
            return bool(os.read(claims.fileno(), 1))  # both processes read on where the other stopped

        done: list[R] = []
        mine = claimed()  # before there is a child
        backwards = ((at, items[at]) for at in reversed(range(len(items))) if claimed())
        with _beside(backwards, work, pack) as handed_back:
            first()
            while mine:
                done.append(work(items[len(done)]))
                mine = claimed()
            results = _received(handed_back())
    rest = range(len(done), len(items))
    return done + [unpack(results[at]) if at in results else work(items[at]) for at in rest]


@contextmanager
def apart(
    items: Sequence[T], work: Callable[[T], R], pack: Callable[[R], Any], unpack: Callable[[Any], R]
) -> Iterator[Callable[[], list[R]]]:
    """`work` begun on all items by a child, while this process goes on with something else; what is given
    waits for it and gives the results in their order. `pack` and `unpack` as for `from_both_ends`."""
    with _beside(enumerate(items), work, pack) as handed_back:

        def done() -> list[R]:
            results = _received(handed_back())
            return [unpack(results[at]) if at in results else work(item) for at, item in enumerate(items)]

        yield done


@contextmanager
def aside(work: Callable[[], T]) -> Iterator[Callable[[], T | None]]:
    """`work`, whose result is plain data, done by a child on what there is now, while this process goes on
    and may change it. What is given waits for the child and gives the result, None where it could not be had:
    nobody does the work again."""

    def on_one(_: None) -> T:
        return work()

    def as_it_is(result: T) -> T:
        return result

    with _beside([(0, None)], on_one, as_it_is) as handed_back:
        yield lambda: _received(handed_back()).get(0)


@contextmanager
def _beside(
    items: Iterable[tuple[int, T]], work: Callable[[T], R], pack: Callable[[R], Any]
) -> Iterator[Callable[[], BinaryIO]]:
    """A child that does the work on numbered items. What is given waits for it and opens what it hands back;
    it is gone when this ends."""
    with _unnamed() as file:
        child = os.fork()
        if child == 0:
            _child(items, work, pack, file)
        ended = False

        def handed_back() -> BinaryIO:
            nonlocal ended
            os.waitpid(child, 0)
            ended = True
            file.seek(0)
            return file

        try:
            yield handed_back
        finally:
            if not ended:
                os.kill(child, signal.SIGKILL)  # interrupted: nobody waits for its answer
                os.waitpid(child, 0)


class Shelf:
    """Bytes laid aside in a file without a name, so that they do not fill the memory of a process until they
    are asked for; a child that was forked later reads them too. Closed with the last who holds it."""

    def __init__(self) -> None:
        self._file = _unnamed()
        self._end = 0

    def put(self, data: bytes) -> tuple[int, int] | None:
        """Where they now lie and how many they are; None where there is no room."""
        at = self._end
        try:
            written = os.pwrite(self._file.fileno(), data, at)
        except OSError:
            return None
        if written < len(data):
            return None
        self._end += written
        return at, written

    def get(self, at: int, length: int) -> bytes:
        """What lies there. Who shares the file may read at the same time."""
        return os.pread(self._file.fileno(), length, at)

    def __del__(self) -> None:
        self._file.close()


def _unnamed() -> BinaryIO:
    """A file that has no name and is gone with its last reader; in memory where the system can do that."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("amanat"), "w+b")
    from tempfile import TemporaryFile

    return TemporaryFile()


def _child(
    items: Iterable[tuple[int, T]], work: Callable[[T], R], pack: Callable[[R], Any], file: BinaryIO
) -> None:
    """Do the work, write each result that can be handed back, end the process: nothing of the parent's goes
    on here."""
    code = 1
    try:
        for at, item in items:
            packed = pack(work(item))
            if packed is not None:
                marshal.dump((at, packed), file)
        file.flush()
        code = 0
    finally:
        os._exit(code)


def _received(file: BinaryIO) -> dict[int, Any]:
    """What the child handed back, by number."""
    return dict(iter(partial(_next, file), None))


def _next(file: BinaryIO) -> tuple[int, Any] | None:
    """The next result; None behind the last, and where the child could not go on."""
    try:
        found: tuple[int, Any] = marshal.load(file)
    except (EOFError, ValueError, TypeError):
        return None
    return found
