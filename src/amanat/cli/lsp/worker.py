"""The process that judges the whole catalog for an editor: one JSON request a line in, answers a line out."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from amanat.cli.caching import WITHOUT
from amanat.cli.editing import in_language, told
from amanat.cli.lsp.cursor import entries_of, lines_of
from amanat.cli.lsp.places import KINDS, Places, places_of
from amanat.cli.lsp.shadow import Shadow
from amanat.cli.session import judge_loaded, judging_day
from amanat.diagnostic import Diagnostic
from amanat.errors import AmanatError, EnvironmentFault
from amanat.load import Loaded, load_catalog
from amanat.load.cache.store import Store
from amanat.report.entry import KINDS as ALL_KINDS
from amanat.text import Span

Answer = dict[str, Any]
_TRIES = 3


class Worker:
    """What one catalog is known to be."""

    def __init__(self, catalog: Path) -> None:
        self._catalog = catalog
        self._shadow = Shadow(catalog)
        self._store = Store(self._shadow.cache)
        self._places: dict[str, tuple[str, Places]] = {}
        self._sent: dict[tuple[str, str], Answer] = {}
        self._sources: list[str] = []
        self._loaded: Loaded | None = None

    def close(self) -> None:
        """Remove what was written."""
        self._shadow.close()

    def check(self, buffers: Mapping[str, str]) -> Answer:
        """Judge the catalog with these buffers. Answers every diagnostic by file, and what changed in the
        index of entries since the last answer."""
        for attempt in range(_TRIES):
            self._shadow.lay(buffers)
            try:
                loaded = load_catalog(self._shadow.root, self._store)
                day = judging_day(None, self._catalog)
                verdict = judge_loaded(loaded, day, False, self._store).verdict
                break
            except EnvironmentFault:  # a file was saved meanwhile
                if attempt == _TRIES - 1:
                    raise
        self._loaded = loaded
        diagnostics: dict[str, list[Answer]] = {}
        for one in verdict.diagnostics:
            diagnostics.setdefault(one.place.file, []).append(_diagnostic(one, loaded))
        changed, gone = self._index(loaded)
        return {
            "diagnostics": diagnostics,
            "entries": changed,
            "gone": gone,
            "unreadable": list(loaded.catalog.unreadable),
            "sources": self._new_sources(loaded),
        }

    def _new_sources(self, loaded: Loaded) -> list[str] | None:
        """Every column that the catalog or a snapshot names, sorted; None where that is as it was."""
        catalog = loaded.catalog
        named = {str(source) for field in catalog.fields.values() for source in field.sources}
        for snapshot in catalog.snapshots.values():
            named.update(f"{snapshot.system}.{column}" for column in snapshot.columns)
        found = sorted(named)
        if found == self._sources or (catalog.unreadable and len(found) < len(self._sources)):
            return None
        self._sources = found
        return found

    def _index(self, loaded: Loaded) -> tuple[list[Answer], list[list[str]]]:
        """The entries that are new or other than told before, and those that are gone. What stood in a file
        that cannot be read just now stays."""
        files = dict(self._all_places())
        where = {
            (one.kind, one.id): (file, one.span)
            for file, places in sorted(files.items(), reverse=True)
            for one in places.declared
        }
        found: dict[tuple[str, str], Answer] = {}
        for kind in ALL_KINDS:
            for name, entry in getattr(loaded.catalog, kind).items():
                file, span = where.get((kind, str(name)), ("", None))
                found[kind, str(name)] = {
                    "kind": kind,
                    "id": str(name),
                    "label": in_language(getattr(entry, "label", {}), loaded.catalog),
                    "told": told(loaded.catalog, entry),
                    "file": file,
                    "span": span,
                }
        unreadable = set(loaded.catalog.unreadable)
        for file in sorted(unreadable):
            for section, name, line in entries_of(lines_of(self._shadow.text(file) or "")):
                kind = KINDS.get(section, section)
                if kind in ALL_KINDS:
                    found.setdefault(
                        (kind, name), self._sent.get((kind, name)) or _guessed(kind, name, file, line)
                    )
        for key, entry in self._sent.items():
            if entry["file"] in unreadable:
                found.setdefault(key, entry)
        changed = [entry for key, entry in found.items() if self._sent.get(key) != entry]
        gone = [list(key) for key in self._sent if key not in found]
        self._sent = found
        return changed, gone

    def _all_places(self) -> Iterator[tuple[str, Places]]:
        """Every file's places, read again only where its text is another."""
        if self._loaded is None:
            return
        for file in self._loaded.catalog.files:
            if file.endswith(".csv"):
                continue
            text = self._shadow.text(file)
            if text is None:
                continue
            kept = self._places.get(file)
            if kept is None or kept[0] != text:
                kept = self._places[file] = (text, places_of(file, text))
            yield file, kept[1]

    def references(self, kind: str, identifier: str, buffers: Mapping[str, str]) -> Answer:
        """Where an entry is declared and named, as far as files can be read."""
        if self._loaded is None:
            self.check(buffers)
        self._shadow.lay(buffers)
        found = []
        for file, places in self._all_places():
            for one in places.declared:
                if (one.kind, one.id) == (kind, identifier):
                    found.append({"file": file, "span": one.span, "declared": True, "text": one.id})
            for use in places.used:
                if (use.kind, use.id) == (kind, identifier):
                    found.append({"file": file, "span": use.span, "declared": False, "text": use.text})
        return {"places": found}

    def rename(self, kind: str, identifier: str, new: str, buffers: Mapping[str, str]) -> Answer:
        """What `amanat rename` would change, or why it would change nothing."""
        from amanat.cli.renaming import KINDS as WORDS
        from amanat.cli.renaming import plan

        self._shadow.lay(buffers)
        word = next(word for word, name in WORDS.items() if name == kind)
        try:
            made = plan(self._shadow.root, f"{word}:{identifier}", new)
        except AmanatError as error:
            return {"refused": f"{error.message}{f' ({error.hint})' if error.hint else ''}"}
        return {
            "changes": [
                {
                    "file": change.path.relative_to(self._shadow.root).as_posix(),
                    "text": None if change.after is None else change.after.decode("utf-8", errors="replace"),
                    "new": change.before is None,
                }
                for change in made.changes
            ]
        }

    def accept(self, conflict: str, buffers: Mapping[str, str]) -> Answer:
        """The text of the file into which `amanat conflicts --accept` would write the entry, or why not."""
        from amanat.cli.accepting import accept
        from amanat.conflicts.acceptance import Given

        self._shadow.lay(buffers)
        with tempfile.TemporaryDirectory(prefix="amanat-lsp-") as folder:
            there = Path(folder)
            self._shadow.copy(there)
            before = {path: path.read_bytes() for path in there.rglob("*") if path.is_file()}
            nothing = Given(*(None for _ in Given._fields))
            day = judging_day(None, self._catalog)
            try:
                accept(there, None if day is None else day.isoformat(), conflict, None, nothing)
            except AmanatError as error:
                return {"refused": f"{error.message}{f' ({error.hint})' if error.hint else ''}"}
            for path in there.rglob("*"):
                if path.is_file() and before.get(path) != path.read_bytes():
                    file = path.relative_to(there).as_posix()
                    text = path.read_bytes().decode()
                    return {"changes": [{"file": file, "text": text, "new": path not in before}]}
        return {"refused": "nothing would change"}


def _guessed(kind: str, name: str, file: str, line: int) -> Answer:
    return {
        "kind": kind,
        "id": name,
        "label": "",
        "told": "",
        "file": file,
        "span": Span(line + 1, 1, line + 1, 1),
    }


def _diagnostic(one: Diagnostic, loaded: Loaded) -> Answer:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.value,
        "message": one.message,
        "subject": one.subject,
        "span": one.span or Span(1, 1, 1, 1),
        "fix": None if one.fix is None else [one.fix.message, *one.fix.options],
        "facet": one.data.get("facet"),
        "path": [str(step) for step in one.place.path],
        "related": [
            {
                "message": other.message,
                "file": other.place.file,
                "span": other.span or loaded.spans.span(other.place),
            }
            for other in one.related
            if not other.place.file.startswith("<")
        ],
    }


def serve(catalog: Path, asked: TextIO, answers: TextIO) -> None:
    """Answer requests until there are no more."""
    WITHOUT.set(True)  # a cache of a temporary folder would be left behind
    worker = Worker(catalog)
    operations: Mapping[str, Callable[..., Answer]] = {
        "check": worker.check,
        "references": worker.references,
        "rename": worker.rename,
        "accept": worker.accept,
    }
    try:
        for line in asked:
            request = json.loads(line)
            try:
                answer = operations[request["do"]](*request["with"])
            except AmanatError as error:
                answer = {"fault": error.message}
            except Exception as error:  # noqa: BLE001 - the top of this process: the next request may be answered
                answer = {"fault": f"this is a bug in amanat, not in your catalog ({type(error).__name__})"}
            answers.write(json.dumps({"id": request["id"], **answer}, ensure_ascii=True) + "\n")
            answers.flush()
    finally:
        worker.close()


def main() -> None:
    """Serve on standard input and output; nothing else may write there."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(Path(sys.argv[1]), sys.stdin, answers)


if __name__ == "__main__":
    main()
