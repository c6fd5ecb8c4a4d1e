"""A person at a terminal, who answers what is asked."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def in_terminal(folder: Path, arguments: Sequence[str], asks: str, answers: Sequence[str]) -> tuple[int, str]:
    """The exit code of `amanat` and what a terminal showed; each answer is typed once what is shown ends with
    `asks`. `\\x03` is Ctrl-C."""
    left = list(answers)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "amanat", *arguments])
    seen, until, typed = "", time.monotonic() + 60, ""
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                seen += os.read(terminal, 4096).decode(errors="replace").replace("\r\n", "\n")
            except OSError:
                break
        elif typed == "\x03":  # it may have come a moment before the answer was waited for
            os.write(terminal, typed.encode())
        if seen.endswith(asks) and left:
            typed = left.pop(0)
            os.write(terminal, typed.encode() if typed == "\x03" else f"{typed}\n".encode())
            seen += "\0"  # what ends so was answered
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), seen.replace("\0", "")
