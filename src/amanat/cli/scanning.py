"""What `amanat scan` does: read what a system really holds, and write it down as its snapshot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat import __version__
from amanat.cli.finding import of_file, of_url
from amanat.cli.output import write_plain
from amanat.cli.progress import progress
from amanat.cli.session import shown_folder
from amanat.cli.starting import Found
from amanat.diff.drift import Drifts, from_earlier
from amanat.errors import AmanatError, UsageError
from amanat.load import Loaded
from amanat.load.discover import OBSERVED, SNAPSHOT
from amanat.load.snapshots import read_snapshot
from amanat.model.resources import System
from amanat.model.snapshot import Snapshot
from amanat.model.values import SystemId
from amanat.observe.column import Column, provenance, snapshot
from amanat.observe.coverage import in_use

_AT_ONCE = 8
"""Systems that are read at the same time; they wait for servers and not for the processor."""


class Asked(NamedTuple):
    """How systems are to be read. `url` and `file` are of one system, else its `url_env` counts."""

    url: str | None
    file: Path | None
    kind: str | None
    views: bool
    schemas: Sequence[str]


class Read(NamedTuple):
    """A system that was read, or why not."""

    system: SystemId
    found: Found | None
    failure: AmanatError | None = None


class Written(NamedTuple):
    """A snapshot that was written: its file, what differs from the earlier one, and what cannot be read of it
    again (names that a snapshot cannot hold)."""

    file: str
    drifts: Drifts
    odd: tuple[str, ...]


def chosen(loaded: Loaded, named: Sequence[str], every: bool) -> list[System]:
    """The systems to read. Raises `UsageError` for an unknown one, for none, and for both ways of naming."""
    systems = loaded.catalog.systems
    if every == bool(named):
        raise UsageError(
            "name the systems to scan, or give --all", hint="`amanat list systems` shows the ids"
        )
    for name in named:
        if name not in systems:
            raise UsageError(f"no system is called `{name}`", hint="`amanat list systems` shows the ids")
    if named:
        return [systems[SystemId(name)] for name in dict.fromkeys(named)]
    found = [one for one in systems.values() if one.url_env and in_use(one.status)]
    if not found:
        raise UsageError("no system in use has a `url_env`", hint="name the variable that holds its URL")
    return found


def read(systems: Sequence[System], asked: Asked) -> Iterator[Read]:
    """Read the systems, several at a time; each as soon as it and those before it are there."""
    with progress("reading systems") as tell, ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, one in enumerate(pool.map(lambda system: _read(system, asked), systems), 1):
            tell(done, len(systems))
            yield one


def _read(system: System, asked: Asked) -> Read:
    try:
        return Read(system.id, _found(system, asked))
    except AmanatError as error:
        return Read(system.id, None, error)


def _found(system: System, asked: Asked) -> Found:
    if asked.file is not None:
        return of_file(asked.file, asked.kind, system.engine)
    if asked.url is not None:
        return of_url(system.id, "", asked.url, views=asked.views, schemas=asked.schemas)
    variable = system.url_env
    if not variable:
        raise UsageError(
            f"system `{system.id}` has no `url_env`",
            hint="name the variable that holds its URL, or give --url or --from",
        )
    url = os.environ.get(variable, "").strip()
    if not url:
        raise UsageError(
            f"the environment variable {variable} of system `{system.id}` is not set",
            hint=f"set {variable} to the URL of a user that may look; nothing is changed",
        )
    return of_url(system.id, variable, url, views=asked.views, schemas=asked.schemas)


def kept(system: SystemId, found: Found, earlier: Snapshot | None) -> list[Column]:
    """The columns with what a database cannot know and an earlier snapshot does: keys that only the system's
    code implies (`REF:`), where their column is still there. Of tables that could not be read, the
    earlier columns stay."""
    if earlier is None:
        return found.columns
    lost = {table for table, _ in found.partial}
    columns = [_with_references(one, earlier) for one in found.columns]
    columns += [
        Column(
            seen.table,
            seen.column,
            _spelled(seen.type or "", (seen.length, seen.precision, seen.scale)),
            "" if seen.nullable is None else "yes" if seen.nullable else "no",
            seen.default or "",
            "|".join(f"{code}={means}" if means else code for code, means in seen.values.items()),
            " ".join(seen.keys),
            seen.comment,
        )
        for seen in earlier.columns.values()
        if seen.table in lost
    ]
    return sorted(columns)


def _spelled(kind: str, limits: Sequence[int | None]) -> str:
    known = [str(limit) for limit in limits if limit is not None]
    return f"{kind}({','.join(known)})" if kind and known and "(" not in kind else kind


def _with_references(one: Column, earlier: Snapshot) -> Column:
    before = earlier.columns.get(f"{one.table}.{one.column}")
    if before is None:
        return one
    implied = [key for key in before.keys if key.startswith("REF:")]
    return one._replace(key=" ".join(sorted({*one.key.split(" "), *implied} - {""})))


def write(loaded: Loaded, system: SystemId, found: Found, day: date) -> Written:
    """Write the snapshot and where it comes from."""
    earlier = loaded.catalog.snapshots.get(system)
    columns = kept(system, found, earlier)
    base = f"{OBSERVED}/{system}"
    about = provenance(
        system,
        found.method,
        f"amanat {__version__}",
        found.note,
        taken_on=day.isoformat(),
        server=found.server,
        partial=[{"table": table, "why": why} for table, why in found.partial] or None,
    )
    files = {f"{base}{SNAPSHOT}": snapshot(columns).encode(), f"{base}.json": about.encode()}
    write_plain(loaded.root, files)
    record = read_snapshot(loaded.root, f"{base}{SNAPSHOT}")
    odd = tuple(f"{shown_folder(loaded.root)}{one.place.file}: {one.message}" for one in record.findings)
    now = replace(loaded.catalog, snapshots={system: record.snapshot} if record.snapshot else {})
    drifts = from_earlier(now, {} if earlier is None else {system: earlier}, [system])
    return Written(shown_folder(loaded.root) + base + SNAPSHOT, drifts, odd)


def told(one: Read, written: Written) -> str:
    """What became of a system, in lines."""
    found = one.found
    assert found is not None
    tables = len({column.table for column in found.columns})
    lines = [f"{one.system}: {len(found.columns)} columns of {tables} tables written to {written.file}"]
    drifts = written.drifts
    if drifts.compared:
        kinds = ("new", "vanished")
        counts = {kind: sum(each.what == kind for each in drifts.found) for kind in kinds}
        changed = len({each.column for each in drifts.found if each.what not in kinds})
        lines[0] += f" ({counts['new']} new, {counts['vanished']} vanished, {changed} changed)"
    lines += [f"  partial: {table}: {why}; what was known of it stays" for table, why in found.partial]
    lines += [f"  odd: {words}" for words in written.odd]
    return "".join(f"{line}\n" for line in lines)


def _tell(system: SystemId, failure: AmanatError | None) -> None:
    assert failure is not None
    sys.stderr.write(f"error: {system}: {failure.message}\n")
    if failure.hint:
        sys.stderr.write(f"  help: {failure.hint}\n")


def scanned(
    loaded: Loaded, systems: Sequence[System], asked: Asked, day: date, say: Callable[[str], None]
) -> bool:
    """Read and write the systems one by one, and say so; whether all could be read whole."""
    whole = True
    for one in read(systems, asked):
        if one.found is None:
            whole = False
            _tell(one.system, one.failure)
            continue
        try:
            written = write(loaded, one.system, one.found, day)
        except AmanatError as failure:
            whole = False
            _tell(one.system, failure)
            continue
        whole = whole and not one.found.partial and not written.odd
        say(told(one, written))
    return whole
