"""What `amanat diff` puts together: two states of a catalog, and what lies between them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat.cli.output import replace_text
from amanat.cli.session import open_catalog, shown_path
from amanat.conflicts.ways import flow
from amanat.diff import Change, Level, compare
from amanat.diff.approve import standings
from amanat.diff.renamed import under_new_names
from amanat.errors import UsageError
from amanat.load import Loaded, load_catalog
from amanat.load.discover import ROOT_FILE, find_root
from amanat.load.entries import is_date
from amanat.report.changes.told import Told, said


class State(NamedTuple):
    """A state of the catalog, and what it is called."""

    loaded: Loaded
    name: str


@contextmanager
def states(catalog: Path | None, base: str, head: str | None) -> Iterator[tuple[State, State]]:
    """The two states: each a folder with a catalog, `REV`, or `REV:folder`; the second is the catalog as it
    stands where none is given."""
    with ExitStack() as opened:
        if _is_folder(base) and head is not None and _is_folder(head):
            yield _folder(base), _folder(head)
            return
        for name in (base, head):
            _refuse(name)
        here = find_root(catalog)
        before = _folder(base) if _is_folder(base) else _at(opened, here, base)
        if head is None:
            after = State(open_catalog(catalog), "the working tree")
        else:
            after = _folder(head) if _is_folder(head) else _at(opened, here, head)
        yield before, after


def _is_folder(name: str) -> bool:
    path = Path(name)
    return (path / ROOT_FILE).is_file() or (path.is_dir() and name.startswith((".", "/", "~")))


def _refuse(name: str | None) -> None:
    """Refuse what names no state: nothing, a range of git's, and a folder that is not there."""
    if name is None:
        return
    one, dots, other = name.partition("..")
    if not name or (dots and one and not one.endswith((":", "/"))):
        both = f"{one or 'BASE'} {other.removeprefix('.') or 'HEAD'}"
        raise UsageError(f"`{name}` is no state of a catalog", hint=f"name both: amanat diff {both}")
    if name.startswith((".", "/", "~")) and not Path(name).is_dir():
        raise UsageError(f"there is no folder `{name}`")


def _folder(name: str) -> State:
    return State(load_catalog(find_root(Path(name))), name)


def _at(opened: ExitStack, here: Path, name: str) -> State:
    from amanat.history.revision import catalog_at

    revision, colon, folder = name.partition(":")
    loaded, commit = opened.enter_context(catalog_at(here, revision, folder if colon else None))
    return State(loaded, f"{name} ({commit[:12]})")


def told(before: State, after: State, day: date | None) -> Told:
    """What lies between two states, judged by one day. Says on standard error what cannot be read."""
    for warning in dict.fromkeys(_warned(state) for state in (before, after)):
        sys.stderr.write(warning)
    return compared(before, after, day)


def _warned(state: State) -> str:
    if state.loaded.catalog.unreadable:
        file = state.loaded.catalog.unreadable[0]
        return f"warning: `{file}` cannot be read in {state.name}: what it holds counts as not there\n"
    if state.loaded.faults:
        return (
            f"warning: {state.name} has {state.loaded.faults}: what is refused counts as not there; "
            "run `amanat check`\n"
        )
    return ""


def compared(before: State, after: State, day: date | None) -> Told:
    """What lies between two states, judged by one day."""
    earlier, names = under_new_names(before.loaded, after.loaded)
    old, new = earlier.catalog, after.loaded.catalog
    made = compare(old, new, day, names)
    return Told(
        made,
        standings(made.changes, old, new),
        earlier.spans,
        after.loaded.spans,
        (before.name, after.name),
        bool(after.loaded.catalog.unreadable),
    )


def fails(made: Told, level: Level | None, anything: bool) -> bool:
    """Whether a change of the level (None: of any, where `anything`) is not approved, or cannot be known
    because a file cannot be read."""
    if made.unreadable and (anything or level is not None):
        return True
    for change, standing in zip(made.compared.changes, made.standings, strict=True):
        asked = anything or (level is not None and change.level is level)
        if asked and not standing.approved:
            return True
    return False


class Approving(NamedTuple):
    """What `--approve` is given beside the fingerprints."""

    by: Sequence[str]
    on: str | None
    reason: str | None


def approve(made: Told, loaded: Loaded, fingerprints: Sequence[str], given: Approving) -> str:
    """Write an approval for each of the changes, in a file of its own. Returns what to tell. Raises
    `UsageError` where a change, a team or a date is not there, or an approval already is."""
    changes = {change.fingerprint: change for change in made.compared.changes}
    for fingerprint in fingerprints:
        if fingerprint not in changes:
            raise UsageError(
                f"no change has the fingerprint `{fingerprint}`",
                hint="amanat diff shows those of changes that need approval, --format json those of all",
            )
    for team in given.by:
        if team not in loaded.catalog.teams:
            raise UsageError(f"there is no team `{team}`", hint="amanat list teams")
    if not given.by or given.on is None or not given.reason:
        raise UsageError("an approval needs who, when and why", hint="add --by TEAM --on DATE --reason TEXT")
    if not is_date(given.on):
        raise UsageError(f"`{given.on}` is not a date", hint="write it as year-month-day, such as 2026-01-31")
    files = {one: loaded.root / "approvals" / f"{one}.yaml" for one in dict.fromkeys(fingerprints)}
    for one, file in files.items():
        if file.exists() or one in loaded.catalog.approvals:
            raise UsageError(
                f"`{one}` has an approval already ({shown_path(file)})", hint="add your team to its `by`"
            )
    for one, file in files.items():
        replace_text(file, _entry(changes[one], given).encode(), None)
    return "".join(f"wrote {shown_path(file)}\n" for file in files.values())


def _entry(change: Change, given: Approving) -> str:
    by = ", ".join(given.by)
    return (
        "approvals:\n"
        f"  {change.fingerprint}:\n"
        f"    change: {flow(in_words(change))}\n"
        f"    by: [{by}]\n"
        f'    "on": {given.on}\n'
        f"    reason: {flow(given.reason)}\n"
    )


def in_words(change: Change) -> str:
    """A change in one line, for whoever reads the approval later."""
    key = f" {change.key}" if change.key not in ("", change.before, change.after) else ""
    what = f"{change.change_class.name} {change.id}{f' {change.attribute}' if change.attribute else ''}{key}"
    return f"{what}: {said(change.before)} -> {said(change.after)}"
