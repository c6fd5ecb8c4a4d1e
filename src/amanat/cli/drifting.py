"""What `amanat drift` compares and prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from amanat.cli.session import shown_path
from amanat.cli.tables import TableFormat, show
from amanat.conflicts import compare
from amanat.diff.drift import Drifts, from_declared, from_earlier
from amanat.errors import EnvironmentFault, UsageError
from amanat.history.revision import catalog_at
from amanat.load import Loaded
from amanat.load.snapshots import read_snapshots
from amanat.model.snapshot import Snapshot
from amanat.model.values import SystemId
from amanat.report.drift import columns, rows, to_json, to_markdown, told


def drifts_of(
    loaded: Loaded, day: date | None, since: str | None, against: Path | None, systems: Collection[str]
) -> tuple[Drifts, str | None]:
    """The drift of a catalog, and what its snapshots were compared with (None: with what is declared).
    Raises `UsageError` for an unknown system, revision or folder; `EnvironmentFault` outside git, and for
    an earlier snapshot that cannot be read whole."""
    catalog = loaded.catalog
    for name in systems:
        if name not in catalog.systems:
            raise UsageError(f"no system is called `{name}`", hint="`amanat list systems` shows the ids")
    if since is not None:
        with catalog_at(loaded.root, since) as (earlier, commit):
            found = from_earlier(catalog, earlier.catalog.snapshots, systems)
        return found, f"{since} ({commit[:12]})"
    if against is not None:
        return from_earlier(catalog, _in_folder(against), systems), shown_path(against)
    return from_declared(catalog, compare(catalog, day), systems), None


def damaged(loaded: Loaded) -> tuple[str, ...]:
    """The snapshots that cannot be read whole: what they lack only seems to have vanished."""
    files = {snapshot.file for snapshot in loaded.catalog.snapshots.values()}
    return tuple(sorted({finding.place.file for finding in loaded.findings} & files))


def _in_folder(folder: Path) -> Mapping[SystemId, Snapshot]:
    """The snapshots of a folder: of a catalog, or of a folder of snapshots."""
    place = folder / "observed" if (folder / "observed").is_dir() else folder
    files = sorted(file.name for file in place.glob("*.columns.csv"))
    if not files:
        raise UsageError(
            f"`{shown_path(folder)}` holds no snapshot",
            hint="name a catalog, or a folder with `<system>.columns.csv`",
        )
    found = read_snapshots(place, files)
    if found.findings:
        first = found.findings[0]
        raise EnvironmentFault(
            f"an earlier snapshot cannot be read whole: {shown_path(place / first.place.file)}: "
            f"{first.message}",
            hint="compare with one that can, or a column would seem new or vanished",
        )
    return found.by_system


def shown(drifts: Drifts, loaded: Loaded, earlier: str | None, form: str, *, drawn: bool) -> str:
    """The drift in one of the command's formats; `drawn` where a terminal may show a drawn table."""
    if form == "json":
        return to_json(drifts, loaded.spans, earlier)
    if form == "md":
        return to_markdown(drifts, loaded.spans, earlier)
    terminal = None if drawn else False
    table = show(columns(earlier), rows(drifts, loaded.spans), TableFormat(form), terminal=terminal)
    if form == "csv":
        return table
    return (table if drifts.found else "") + "".join(f"{line}\n" for line in told(drifts, earlier))
