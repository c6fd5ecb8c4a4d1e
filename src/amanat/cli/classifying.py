"""What `amanat classify` does: proposals into their files, and accepted ones into the catalog."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from amanat.classify.proposals import ACCEPT, REJECT, Faulty, Proposal, from_text, merged, to_text
from amanat.classify.propose import propose, unmapped
from amanat.classify.values import looked_at
from amanat.cli.output import write_plain
from amanat.cli.progress import progress
from amanat.cli.rewriting import Change, write_all
from amanat.cli.session import shown_folder
from amanat.cli.tables import TableFormat, show
from amanat.conflicts.ways import flow
from amanat.connect.asking import Refused, opened
from amanat.connect.held import held_in
from amanat.errors import EnvironmentFault, UsageError
from amanat.load import Loaded
from amanat.load.discover import OBSERVED
from amanat.load.entries import DOTTED_ID
from amanat.load.insert import Refused as NotInserted
from amanat.load.insert import add_entry, change_values
from amanat.load.layout import entry_lines
from amanat.model.resources import System
from amanat.model.values import FieldId, SystemId
from amanat.observe.coverage import in_use
from amanat.report.proposals import COLUMNS, rows, to_json

PROPOSALS = ".proposals.csv"
"""The end of the name of a file of proposals."""
_SECONDS = 60


class Found(NamedTuple):
    """A system's proposals, and how many of its unmapped columns nothing speaks for."""

    system: SystemId
    proposals: tuple[Proposal, ...]
    silent: int
    unsampled: tuple[str, ...] = ()
    """Tables whose values could not be looked at, each with the reason."""


def chosen(loaded: Loaded, named: Sequence[str]) -> list[System]:
    """The systems to look at: those named, else all in use with a snapshot. Raises `UsageError`."""
    catalog = loaded.catalog
    for name in named:
        if name not in catalog.systems:
            raise UsageError(f"no system is called `{name}`", hint="`amanat list systems` shows the ids")
        if name not in catalog.snapshots:
            raise UsageError(f"system `{name}` has no snapshot", hint=f"make one: amanat scan {name}")
    names = list(dict.fromkeys(named)) or [
        name for name, one in catalog.systems.items() if in_use(one.status) and name in catalog.snapshots
    ]
    return [catalog.systems[SystemId(name)] for name in names]


def file_of(loaded: Loaded, system: str) -> Path:
    """The file of a system's proposals."""
    return loaded.root / OBSERVED / f"{system}{PROPOSALS}"


def earlier(loaded: Loaded, system: str) -> list[Proposal]:
    """What is in the file of a system's proposals. Raises `UsageError` where it cannot be read."""
    file = file_of(loaded, system)
    if not file.exists():
        return []
    try:
        return from_text(file.read_bytes().decode("utf-8"))
    except Faulty as fault:
        raise UsageError(f"{shown_folder(loaded.root)}{OBSERVED}/{file.name}:{fault}") from None
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"`{file}` cannot be read: {words}") from None


def found_in(loaded: Loaded, system: System, sample: int, url: str | None, least: float) -> Found:
    """The proposals for a system, with what people decided before."""
    columns = unmapped(loaded.catalog, system)
    sightings: dict[str, Any] = {}
    unsampled: list[str] = []
    if sample and columns:
        sightings, unsampled = _sampled(loaded, system, sample, url)
    made = list(propose(loaded.catalog, system, sightings, least))
    silent = len(columns) - len(made)
    together = merged(made, earlier(loaded, system.id))
    return Found(system.id, tuple(sorted(together)), silent, tuple(unsampled))


def _sampled(
    loaded: Loaded, system: System, sample: int, url: str | None
) -> tuple[dict[str, Any], list[str]]:
    """What samples of the unmapped columns hold; and the tables that could not be looked at."""
    variable = "" if url is not None else system.url_env or ""
    address = url if url is not None else os.environ.get(variable, "")
    if not address:
        raise UsageError(
            f"no URL of system `{system.id}` is known, so no value can be looked at",
            hint="set the variable that its `url_env` names, give --url, or leave --sample out",
        )
    tables: dict[str, list[str]] = {}
    for column in unmapped(loaded.catalog, system):
        tables.setdefault(column.table, []).append(column.column)
    found: dict[str, Any] = {}
    failed: list[str] = []
    with opened(system.id, held_in(variable), address, _SECONDS) as session:
        for table, columns in progress_over(tables):
            try:
                rows = list(session.rows(_query(session.engine, table, columns, sample)))
            except Refused as refusal:
                failed.append(f"{table}: {refusal.why.value}{f' ({refusal.code})' if refusal.code else ''}")
                continue
            for at, name in enumerate(columns):
                found[f"{table}.{name}"] = looked_at([row[at] for row in rows], system.country)
    return found, failed


def progress_over(tables: Mapping[str, list[str]]) -> Iterable[tuple[str, list[str]]]:
    """The tables, with a bar."""
    with progress("looking at values") as tell:
        for done, one in enumerate(tables.items(), 1):
            yield one
            tell(done, len(tables))


def _query(engine: str, table: str, columns: Sequence[str], sample: int) -> str:
    from sqlglot import exp

    from amanat.measure.dialects import written

    schema, _, name = table.rpartition(".")
    place = exp.Table(
        this=exp.to_identifier(name, quoted=True),
        db=exp.to_identifier(schema, quoted=True) if schema else None,
    )
    chosen_columns = [exp.column(exp.to_identifier(one, quoted=True)) for one in columns]
    return written(exp.select(*chosen_columns).from_(place).limit(sample), engine)


def keep(loaded: Loaded, found: Sequence[Found]) -> list[str]:
    """Write the files of proposals; return their names. A system without a proposal loses its file."""
    files = {}
    for one in found:
        file = file_of(loaded, one.system)
        if one.proposals:
            files[file.name] = to_text(one.proposals).encode()
        elif file.exists():
            file.unlink()
    if files:
        write_plain(loaded.root / OBSERVED, files)
    return [f"{shown_folder(loaded.root)}{OBSERVED}/{name}" for name in sorted(files)]


def write(loaded: Loaded, systems: Sequence[System]) -> tuple[list[str], list[str]]:
    """Write the accepted proposals of systems into the catalog's files: a source of the field that is named,
    or a new field, planned, with what is known. Return what was done and what was left, in lines. Raises
    `UsageError` where a file cannot be changed; then nothing is written."""
    texts: dict[str, str] = {}
    before: dict[str, bytes | None] = {}
    done, left = [], []
    kept: list[Found] = []
    for system in systems:
        proposals = earlier(loaded, system.id)
        rest = []
        for one in proposals:
            if one.decision != ACCEPT:
                rest.append(one)
                continue
            why = _refusal(loaded, one)
            if why:
                left.append(f"{system.id}.{one.table}.{one.column}: {why}")
                rest.append(one)
                continue
            done.append(_enter(loaded, system, one, texts, before))
        kept.append(Found(system.id, tuple(rest), 0))
    write_all(
        [Change(loaded.root / name, before[name], text.encode()) for name, text in sorted(texts.items())]
    )
    keep(loaded, kept)
    return done, left


def _refusal(loaded: Loaded, one: Proposal) -> str:
    """Why an accepted proposal cannot be written; "" where it can."""
    if not one.field:
        return "accepted without a `field`: name one, declared or new"
    if DOTTED_ID.fullmatch(one.field) is None:
        return f"`{one.field}` is not the id of a field"
    if one.category not in loaded.catalog.categories:
        return f"`{one.category}` is no category"
    return ""


def _enter(
    loaded: Loaded, system: System, one: Proposal, texts: dict[str, str], before: dict[str, bytes | None]
) -> str:
    source = f"{system.id}.{one.table}.{one.column}"
    field = loaded.catalog.fields.get(FieldId(one.field))
    file = field.place.file if field is not None else f"fields/{one.field.partition('.')[0]}.yaml"
    if file not in texts:
        path = loaded.root / file
        before[file] = path.read_bytes() if path.exists() else None
        texts[file] = (before[file] or b"").decode()
    from amanat.load.yamlread import parse

    data = parse(texts[file], file).data or {}
    declared = (data.get("fields") or {}).get(one.field)
    try:
        if declared is not None and declared.get("sources"):
            sources = {**declared["sources"], source: None}
            texts[file] = change_values(texts[file], ("fields", one.field, "sources"), sources, flow)
        elif declared is not None:
            raise NotInserted(f"`{one.field}` has no `sources` to add to")
        else:
            entry = _new_field(one, source)
            texts[file] = add_entry(
                texts[file],
                "fields",
                one.field,
                entry,
                lambda step: list(entry_lines(one.field, entry, step, flow)),
                flow,
            )
    except NotInserted as why:
        raise UsageError(
            f"not written: `{file}`: {why}", hint="nothing was written; mend it by hand"
        ) from None
    verb = "added to" if field is not None or declared is not None else "begins"
    return f"{source} {verb} {one.field} in {shown_folder(loaded.root)}{file}"


def _new_field(one: Proposal, source: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "label": one.column.replace("_", " ").strip().capitalize() or one.column,
        "category": one.category,
        "status": "planned",
        "sources": {source: None},
    }
    if one.classification:
        entry["classification"] = one.classification
    return entry


def shown(found: Sequence[Found], files: Sequence[str], form: TableFormat, *, drawn: bool) -> str:
    """The proposals in one of the command's formats, and where they were written."""
    every = [(each.system, one) for each in found for one in each.proposals]
    told = counts(found)
    if form is TableFormat.JSON:
        return to_json(every, told["silent"])
    table = show(COLUMNS, rows(every), form, terminal=None if drawn else False)
    if form is TableFormat.CSV:
        return table
    decided = f"{told['waiting']} to decide, {told['accepted']} accepted, {told['rejected']} rejected"
    lines = [f"{decided}; of {told['silent']} unmapped columns nothing is known"]
    lines += [f"written to {file}" for file in files]
    return (table if every else "") + "".join(f"{line}\n" for line in lines)


def counts(found: Sequence[Found]) -> dict[str, int]:
    """How many proposals wait, are accepted and rejected, and how many columns nothing speaks for."""
    every = [one for each in found for one in each.proposals]
    return {
        "waiting": sum(not one.decision for one in every),
        "accepted": sum(one.decision == ACCEPT for one in every),
        "rejected": sum(one.decision == REJECT for one in every),
        "silent": sum(each.silent for each in found),
    }


def failed(found: Sequence[Found]) -> None:
    """Raise `EnvironmentFault` where samples were asked for and none could be taken."""
    for one in found:
        if one.unsampled:
            raise EnvironmentFault(
                f"values of {one.system} were looked at in part only: {'; '.join(one.unsampled)}",
                hint="what names, types and keys say was proposed all the same",
            )
