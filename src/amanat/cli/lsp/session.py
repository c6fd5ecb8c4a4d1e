"""What the server knows of one catalog: its entries, its diagnostics, and the worker that finds both out."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from bisect import insort
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from amanat.cli.lsp.cursor import lines_of
from amanat.load.discover import ROOT_FILE

WAITS = 0.2
"""Seconds without a further change before the catalog is judged."""
_LONGEST = 1 << 30


class Entry(NamedTuple):
    """An entry as editors are told of it; no file for what comes with the tool. The span counts from 1."""

    kind: str
    id: str
    label: str
    told: str
    file: str
    span: tuple[int, int, int, int] | None


def root_of(path: Path) -> Path | None:
    """The folder of the catalog that a file belongs to."""
    return next((folder for folder in path.parents if (folder / ROOT_FILE).is_file()), None)


class Link:
    """The worker process; one request at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()

    async def ask(self, what: str, *given: object) -> dict[str, Any]:
        """The worker's answer; one with a `fault` where it cannot give any."""
        async with self._one:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "amanat.cli.lsp.worker", str(self._root)),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    limit=_LONGEST,
                )
            assert self._process.stdin is not None and self._process.stdout is not None
            try:
                line = json.dumps({"id": 0, "do": what, "with": given})
                self._process.stdin.write(f"{line}\n".encode())
                await self._process.stdin.drain()
                said = await self._process.stdout.readline()
            except (OSError, ValueError):
                said = b""
            if not said:
                return {"fault": "the worker ended; this is a bug in amanat"}
            answer: dict[str, Any] = await asyncio.to_thread(json.loads, said)
            return answer

    def close(self) -> None:
        """Let the worker end: it has nothing more to read, and removes what it wrote."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


class Session:
    """One catalog that is open in the editor. `buffers` gives what it edits (name in the catalog → text);
    `publish` is told the files whose diagnostics are other than before, `say` what the person must know."""

    def __init__(
        self,
        root: Path,
        buffers: Callable[[Path], Mapping[str, str]],
        publish: Callable[[Session, list[str]], None],
        say: Callable[[str], None],
    ) -> None:
        self.root = root
        self.link = Link(root)
        self.entries: dict[str, dict[str, Entry]] = {}
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.sources: list[str] = []
        """Every column that is named somewhere, sorted."""
        self.unreadable: tuple[str, ...] = ()
        self.fault: str | None = None
        self._sorted: dict[str, list[str]] = {}
        self._buffers = buffers
        self._publish = publish
        self._say = say
        self._dirty = False
        self._running: asyncio.Task[None] | None = None
        self._lines: dict[str, tuple[float, list[str]]] = {}

    def changed(self) -> None:
        """Something was edited: judge again when the typing stops."""
        self._dirty = True
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._judge())

    async def _judge(self) -> None:
        while self._dirty:
            while self._dirty:
                self._dirty = False
                await asyncio.sleep(WAITS)
            answer = await self.link.ask("check", self.buffers())
            before, self.fault = self.fault, answer.get("fault")
            if self.fault is None:
                self._take(answer)
            elif self.fault != before:
                self._say(f"the catalog in {self.root} cannot be judged: {self.fault}")

    def buffers(self) -> Mapping[str, str]:
        """What the editor holds of this catalog."""
        return self._buffers(self.root)

    def _take(self, answer: Mapping[str, Any]) -> None:
        for one in answer["entries"]:
            span = one["span"]
            entry = Entry(**{**one, "span": None if span is None else tuple(span)})
            known = self.entries.setdefault(entry.kind, {})
            if entry.id not in known:
                insort(self._sorted.setdefault(entry.kind, []), entry.id)
            known[entry.id] = entry
        for kind, name in answer["gone"]:
            if self.entries.get(kind, {}).pop(name, None) is not None:
                self._sorted[kind].remove(name)
        self.unreadable = tuple(answer["unreadable"])
        self.sources = self.sources if answer["sources"] is None else answer["sources"]
        before, self.diagnostics = self.diagnostics, answer["diagnostics"]
        gc.freeze()  # what is known stays: looking through it again would hold up an answer
        files = sorted({*before, *self.diagnostics})
        self._publish(self, [one for one in files if before.get(one) != self.diagnostics.get(one)])

    def ids(self, kind: str) -> list[str]:
        """The ids of a kind, sorted."""
        return self._sorted.get(kind, [])

    def entry(self, kind: str, identifier: str) -> Entry | None:
        """An entry."""
        return self.entries.get(kind, {}).get(identifier)

    def lines(self, file: str) -> list[str]:
        """The lines of a file as the editor has it, else as it is on disk."""
        text = self.buffers().get(file)
        if text is not None:
            return lines_of(text)
        path = self.root / file
        try:
            written = path.stat().st_mtime
            if file not in self._lines or self._lines[file][0] != written:
                self._lines[file] = (written, lines_of(path.read_bytes().decode("utf-8", errors="replace")))
            return self._lines[file][1]
        except OSError:
            return []

    def line_end(self, file: str) -> str:
        """How the lines of a file end."""
        text = self.buffers().get(file)
        try:
            there = (self.root / file).read_bytes() if text is None else text.encode()
        except OSError:
            there = b""
        return "\r\n" if b"\r\n" in there else "\n"

    async def ask(self, what: str, *given: object) -> dict[str, Any]:
        """Ask the worker about the catalog as the editor has it."""
        return await self.link.ask(what, *given, self.buffers())
