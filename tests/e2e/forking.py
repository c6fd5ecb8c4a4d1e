"""`amanat` in a process of its own, forked from one that has imported everything: most of what a short command
takes is the start of Python. Two such servers take turns, so that no two commands in a row hash alike.

python -m tests.e2e.forking SOCKET serves: a request is a line of JSON with the child's output and errors as
open files; the answers are its process id and how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
SECONDS = 120
"""After which nobody waits any longer."""
LATER = """duckdb isodate jinja2 jsonschema jsonschema_rs persiantools.jdatetime phonenumbers psycopg rich.console
rich.table sqlglot stdnum xlsxwriter"""
"""What commands import where they need it."""


class Forks:
    """Two servers."""

    def __init__(self) -> None:
        self._servers = [Server(), Server()]
        self._turns = itertools.cycle(self._servers)

    def next(self) -> Server:
        """Whose turn it is."""
        return next(self._turns)

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line; what it said, and how it ended."""
        return self.next().run(arguments, cwd, environment)

    def close(self) -> None:
        """End both."""
        for server in self._servers:
            server.close()


class Server:
    """A process that forks; `hashed` tells two apart by how they hash."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.forking", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "random"},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._answers = self._socket.makefile("r", encoding="utf-8")
        self.hashed = int(self._answers.readline())

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line in a fork."""
        request = json.dumps([list(arguments), str(cwd), dict(environment)]).encode() + b"\n"
        with _pipe() as (output, to_output), _pipe() as (errors, to_errors):
            sent = socket.send_fds(self._socket, [request], [to_output.fileno(), to_errors.fileno()])
            self._socket.sendall(request[sent:])
            to_output.close()
            to_errors.close()
            child = int(self._answers.readline())
            try:
                said = _read(output, errors)
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise
            finally:
                code = int(self._answers.readline())
        told = [text.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n") for text in said]
        return subprocess.CompletedProcess(["amanat", *arguments], code, *told)

    def close(self) -> None:
        """End it."""
        self._answers.close()
        self._socket.close()
        self._process.wait()


@contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    ends = os.pipe()
    with os.fdopen(ends[0], "rb", 0) as reading, os.fdopen(ends[1], "wb", 0) as writing:
        yield reading, writing


def _read(*pipes: IO[bytes]) -> list[bytes]:
    """Everything that comes out of pipes, until all that write into them have closed them."""
    said = dict.fromkeys(pipes, b"")
    end = time.monotonic() + SECONDS
    with selectors.DefaultSelector() as waiting:
        for one in pipes:
            waiting.register(one, selectors.EVENT_READ, one)
        while waiting.get_map():
            for key, _ in waiting.select(max(0.0, end - time.monotonic())):
                pipe: IO[bytes] = key.data
                piece = pipe.read(1 << 16)
                said[pipe] += piece
                if not piece:
                    waiting.unregister(pipe)
            if time.monotonic() > end:
                raise TimeoutError(f"nothing after {SECONDS} seconds")
    return list(said.values())


def _serve(requests: socket.socket) -> None:
    """Fork a child for each request, until nobody asks any more; returns in every child, to run the command."""
    while True:
        line, files, _, _ = socket.recv_fds(requests, 1 << 16, 2)
        if not line:
            os._exit(0)
        while not line.endswith(b"\n"):
            line += requests.recv(1 << 16)
        arguments, cwd, environment = json.loads(line)
        child = os.fork()
        if child == 0:
            for file, standard in zip(files, (1, 2), strict=True):
                os.dup2(file, standard)
                os.close(file)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115 - to the end of the process
            requests.close()
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(environment)
            sys.argv[1:] = arguments
            sys.path[0] = cwd
            return
        for file in files:
            os.close(file)
        requests.sendall(b"%d\n" % child)
        requests.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _imported() -> None:
    """Import what commands may need. What is missing here they miss as well."""
    import amanat

    names = [one.name for one in pkgutil.walk_packages(amanat.__path__, "amanat.")]
    for name in (*names, *LATER.split()):
        if not name.endswith("__main__") and ".lsp" not in name:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


if __name__ == "__main__":
    asked = socket.socket(fileno=int(sys.argv[1]))
    asked.sendall(b"%d\n" % hash("amanat"))
    _imported()
    gc.freeze()
    _serve(asked)
    from amanat.cli import run

    sys.exit(run())
