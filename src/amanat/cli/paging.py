"""Long output on a terminal goes through the reader's pager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextvars import ContextVar

WITHOUT: ContextVar[bool] = ContextVar("without_pager", default=False)
"""Set by `--no-pager`."""


def pager(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The pager that the reader chose (`PAGER`), else `less` where there is one; [] for none, also where the
    choice is `cat` or nothing."""
    chosen = environ.get("PAGER")
    if chosen is None:
        return ["less"] if shutil.which("less") else []
    try:
        words = shlex.split(chosen)
    except ValueError:
        return []
    return [] if words in ([], ["cat"]) or shutil.which(words[0]) is None else words


def wants_pager(text: str) -> bool:
    """Whether a person would lose the beginning of the text: it is longer than the terminal that shows it."""
    if WITHOUT.get() or not (sys.stdout.isatty() and sys.stdin.isatty()):
        return False
    return text.count("\n") >= shutil.get_terminal_size().lines


def show(text: str) -> None:
    """Write a text to standard output, through the pager where it is long."""
    command = pager() if wants_pager(text) else []
    if not command:
        sys.stdout.write(text)
        return
    environment = {"LESS": "-FRX", "LESSCHARSET": "utf-8", **os.environ}
    try:
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as reader:
            try:
                reader.communicate(text.encode("utf-8", errors="backslashreplace"))
            except KeyboardInterrupt:
                reader.wait()  # the pager has it too, and decides
            except BrokenPipeError:
                pass  # the reader has seen enough
    except OSError:
        sys.stdout.write(text)
