"""What `amanat fmt` does: which files, their canonical layout, and what cannot be laid out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from amanat.cli.rewriting import Change
from amanat.cli.session import shown_path
from amanat.errors import UsageError
from amanat.load.discover import ROOT_FILE, find_root, list_files, out_folder
from amanat.load.insert import Refused
from amanat.load.layout import formatted
from amanat.load.yamlread import MAX_BYTES, parse
from amanat.schema import FILE, ROOT


class Problem(NamedTuple):
    """Why a file is left as it is, at `file:line:column`."""

    at: str
    message: str
    hint: str | None

    def told(self) -> str:
        """The problem in words for people."""
        return f"error: {self.at}: {self.message}\n" + (f"  help: {self.hint}\n" if self.hint else "")


class Plan(NamedTuple):
    """The changes to make, what cannot be laid out, and how many files were looked at."""

    changes: list[Change]
    problems: list[Problem]
    files: int


def plan(paths: Sequence[Path], catalog: Path | None) -> Plan:
    """What formatting the given files and folders would change; without any, the catalog's."""
    changes: list[Change] = []
    problems: list[Problem] = []
    files = list(dict.fromkeys(_files(paths, catalog)))
    for path in files:
        try:
            content = path.read_bytes()
        except OSError as error:
            problems.append(Problem(shown_path(path), f"cannot be read: {error.strerror}", None))
            continue
        made = _made(path, content)
        if isinstance(made, bytes):
            if made != content:
                changes.append(Change(path, content, made))
        else:
            problems.extend(made)
    return Plan(changes, problems, len(files))


def _files(paths: Sequence[Path], catalog: Path | None) -> Iterator[Path]:
    if not paths:
        root = find_root(catalog)
        yield from _below(root, root)
    for path in paths:
        if path.is_dir():
            yield from _below(path, _root_of(path))
        elif path.is_file():
            if path.suffix not in (".yaml", ".yml"):
                raise UsageError(f"`{path}` is not a YAML file", hint="give .yaml files or folders")
            yield path
        else:
            raise UsageError(f"there is no `{path}`", hint="give files or folders of a catalog")


def _root_of(folder: Path) -> Path:
    """The catalog that a folder belongs to; the folder itself where there is none."""
    here = folder.resolve()
    return next((one for one in (here, *here.parents) if (one / ROOT_FILE).is_file()), here)


def _below(folder: Path, root: Path) -> Iterator[Path]:
    """The catalog's files below a folder of it."""
    out = "build"
    if (root / ROOT_FILE).is_file():
        data = parse((root / ROOT_FILE).read_bytes().decode("utf-8", errors="replace"), ROOT_FILE).data
        made = data.get("build") if isinstance(data, dict) else None
        out = out_folder({"build": made}) if isinstance(made, dict) else out
    inside = folder.resolve().relative_to(root.resolve()).as_posix()
    for name in list_files(root, str(out)).files:
        if inside == ".":
            yield folder / name
        elif name.startswith(f"{inside}/"):
            yield folder / name.removeprefix(f"{inside}/")


def _made(path: Path, content: bytes) -> bytes | list[Problem]:
    """The file's content laid out, or why it cannot be."""
    shown = shown_path(path)
    if len(content) > MAX_BYTES:
        return [Problem(shown, f"is larger than {MAX_BYTES // 1024 // 1024} MiB", "split the file")]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [Problem(f"{shown}:{line}", "is not UTF-8", "save the file as UTF-8")]
    found = [
        Problem(
            f"{shown}:{one.span.line}:{one.span.column}" if one.span else shown,
            one.message,
            one.fix.message if one.fix else None,
        )
        for one in parse(text, shown).findings
        if one.code in ("LD101", "LD102", "LD103") and one.detail != "bom"
    ]
    if found:
        return found
    if not text.removeprefix("\ufeff").strip():
        return content
    try:
        return formatted(text, ROOT if path.name == ROOT_FILE else FILE).encode()
    except Refused as why:
        return [Problem(shown, f"left as it is: {why}", None)]
