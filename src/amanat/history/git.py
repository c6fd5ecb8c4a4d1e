"""Asking git, in one place: what it answers, what it refuses, and contents in a stream."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from amanat.errors import EnvironmentFault

_AT_ONCE = 400
"""How many contents are asked for before their answers are read: more could fill the pipe from both ends."""


def git(root: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What git answers in a folder; None where it refuses.

    Raises `EnvironmentFault` where git cannot be run.
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            input=given,
            capture_output=True,
            check=False,
            env=_environment(),
        )
    except OSError as error:
        raise EnvironmentFault("git cannot be run", hint="install git; earlier states need it") from error
    return done.stdout if done.returncode == 0 else None


def _environment() -> Mapping[str, str]:
    """Words of git in English, and no request to another machine for what a clone left out."""
    return {**os.environ, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}


class Contents:
    """Contents of git's objects by their names, read through one process."""

    def __init__(self, asking: IO[bytes], answering: IO[bytes]) -> None:
        self._asking = asking
        self._answering = answering

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Each name with its content, in order; None for what the clone does not have."""
        wanted = list(names)
        for start in range(0, len(wanted), _AT_ONCE):
            asked = wanted[start : start + _AT_ONCE]
            self._asking.write("".join(f"{name}\n" for name in asked).encode())
            self._asking.flush()
            for name in asked:
                yield name, self._one()

    def _one(self) -> bytes | None:
        size = self._answering.readline().split()[-1:]
        if not size or not size[0].isdigit():
            return None
        content = self._answering.read(int(size[0]))
        self._answering.read(1)
        return content


@contextmanager
def contents(root: Path) -> Iterator[Contents]:
    """A process that answers for contents. Raises `EnvironmentFault` where git cannot be run."""
    command: Sequence[str] = ("git", "cat-file", "--batch")
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError as error:
        raise EnvironmentFault("git cannot be run", hint="install git; earlier states need it") from error
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Contents(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()
