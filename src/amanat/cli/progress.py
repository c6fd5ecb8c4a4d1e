"""A bar for what takes over a second: on standard error, on a terminal, gone when it is done."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds that pass before a bar is drawn."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Within it, call what it gives with how many steps of how many are done. It draws at these calls only,
    without a thread of its own, so that a process may still be forked; a forked one draws nothing."""
    bar = _Bar(what)
    try:
        yield bar.tell
    finally:
        bar.close()


class _Bar:
    def __init__(self, what: str) -> None:
        self._what = what
        self._from = time.monotonic()
        self._process = os.getpid()
        self._seen = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._drawn: tuple[Progress, TaskID] | None = None

    def tell(self, done: int, total: int) -> None:
        if not self._seen or os.getpid() != self._process:
            return
        if self._drawn is None:
            if time.monotonic() - self._from < PATIENCE:
                return
            self._drawn = self._begun(total)
        drawing, task = self._drawn
        drawing.update(task, completed=done, total=total, refresh=True)

    def _begun(self, total: int) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        drawing = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        drawing.start()
        return drawing, drawing.add_task(self._what, total=total)

    def close(self) -> None:
        if self._drawn is not None and os.getpid() == self._process:
            self._drawn[0].stop()
