"""What `amanat import` does: files of other tools into a new file of the catalog, and a list of losses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from amanat.cli.finding import data_of
from amanat.cli.output import write_plain
from amanat.cli.session import judging_day, shown_folder
from amanat.conflicts.folding import fold
from amanat.conflicts.ways import flow
from amanat.errors import UsageError
from amanat.imports import dbt, fides, glossary, odcs, sheet
from amanat.imports.entry import Imported, Loss, NotThis
from amanat.imports.rows import tables_of
from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.load.layout import entry_lines
from amanat.rules import RULES

VERSION = 1


class Result(NamedTuple):
    """What was written where, what was lost, and what `check` says of it."""

    file: str
    text: str
    counts: Mapping[str, int]
    losses: tuple[Loss, ...]
    missing: tuple[str, ...]


def read(form: str, paths: Sequence[Path], system: str) -> Imported:
    """The entries that the files make. Raises `UsageError`."""
    made = Imported()
    for path in paths:
        try:
            if form == "sheet" or (form == "glossary" and path.suffix.lower() in (".csv", ".xlsx")):
                for rows in tables_of(path, made):
                    (sheet if form == "sheet" else glossary).read_rows(rows, made)
            elif form == "dbt":
                dbt.read([data_of(file) for file in _files(path)], made, system)
            else:
                {"fides": fides, "odcs": odcs, "glossary": glossary}[form].read(
                    [data_of(file) for file in _files(path)], made
                )
        except NotThis as why:
            raise UsageError(f"`{path}` cannot be read as {form}: {why}") from None
    return made


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for end in ("*.yml", "*.yaml") for file in path.rglob(end))
    if not found:
        raise UsageError(f"`{path}` holds no YAML file", hint="name files")
    return found


def enter(loaded: Loaded, made: Imported, form: str, into: str | None, dry_run: bool) -> Result:
    """Write the entries that the catalog does not have into a new file of it. Raises `UsageError` where
    that file is there already, or nothing is left to write."""
    losses = list(made.losses)
    sections: dict[str, dict[str, Any]] = {}
    for section in ("systems", "purposes", "fields"):
        known = getattr(loaded.catalog, section)
        for name, data in made.sections.get(section, {}).items():
            if name in known:
                place = known[name].place
                losses.append(Loss(name, f"is declared already in {place.file}, which was left as it is"))
            else:
                sections.setdefault(section, {})[name] = _fitting(loaded, section, name, data, losses)
    if not sections:
        raise UsageError("nothing is new to the catalog, so nothing was written")
    name = into or f"imported/{form}.yaml"
    file = loaded.root / name
    if not file.resolve().is_relative_to(loaded.root.resolve()):
        raise UsageError(f"`{name}` is outside the catalog", hint="give a file of it")
    if file.exists():
        raise UsageError(
            f"there is a `{shown_folder(loaded.root)}{name}` already", hint="give another --into"
        )
    lines: list[str] = []
    for section, entries in sections.items():
        lines += [f"{section}:"]
        for key, data in entries.items():
            lines += [f"  {line}" for line in entry_lines(key, data, "  ", flow)]
    for key, data in made.kept.items():
        lines += entry_lines(key, data, "  ", flow)
    text = "\n".join(lines) + "\n"
    missing: tuple[str, ...] = ()
    if not dry_run:
        write_plain(loaded.root, {name: text.encode()})
        missing = tuple(_missing(loaded.root, name))
    counts = {section: len(entries) for section, entries in sections.items()}
    return Result(f"{shown_folder(loaded.root)}{name}", text, counts, tuple(losses), missing)


def _fitting(
    loaded: Loaded, section: str, name: str, data: Mapping[str, Any], losses: list[Loss]
) -> dict[str, Any]:
    """An entry without references to what the catalog does not declare: these are kept beside it."""
    made = dict(data)
    kinds = {
        "owner": "teams",
        "subject": "subjects",
        "retention": "retention",
        "classification": "classifications",
        "category": "categories",
    }
    kept: dict[str, Any] = {}
    for key, kind in kinds.items():
        if section == "fields" and key in made and made[key] not in getattr(loaded.catalog, kind):
            kept[key] = made.pop(key)
    if "purposes" in made and section == "fields":
        unknown = [one for one in made["purposes"] if one not in loaded.catalog.purposes]
        if unknown:
            kept["purposes"] = unknown
            made["purposes"] = [one for one in made["purposes"] if one not in unknown]
            if not made["purposes"]:
                del made["purposes"]
    for key, value in kept.items():
        shown = value if isinstance(value, str) else ", ".join(value)
        losses.append(Loss(name, f"`{key}`: `{shown}` is not declared; it stays under `x_undeclared`"))
    return made | ({"x_undeclared": kept} if kept else {})


def _missing(root: Path, name: str) -> list[str]:
    loaded = load_catalog(root)
    found = [
        one
        for one in lint(loaded, RULES, judging_day(None, root))
        if one.place.file == name and one.severity.value != "info"
    ]
    prefix = shown_folder(root)
    lines = [one.span.line if one.span else 1 for one in found]
    return [
        f"{one.severity.value} {prefix}{name}:{line}: {one.message} [{one.code} {one.name}]"
        for one, line in zip(found, lines, strict=True)
    ]


def told(result: Result, dry_run: bool) -> str:
    """What became of it, in lines."""
    counts = ", ".join(f"{count} {fold(section)}" for section, count in result.counts.items())
    lines = [result.text] if dry_run else []
    lines += [f"{counts} {'would go' if dry_run else 'written'} to {result.file}"]
    if result.losses:
        lines += [f"{len(result.losses)} of the source has another form now, or none:"]
        lines += [f"  {loss.at or 'the file'}: {loss.what}" for loss in result.losses]
    if result.missing:
        lines += [
            f"check says of it, {len(result.missing)} findings:",
            *(f"  {one}" for one in result.missing),
        ]
    return "\n".join(lines) + "\n"


def to_json(result: Result) -> str:
    """The document of `import.schema.json`."""
    document = {
        "version": VERSION,
        "file": result.file,
        "entries": dict(result.counts),
        "losses": [loss._asdict() for loss in result.losses],
        "missing": list(result.missing),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
