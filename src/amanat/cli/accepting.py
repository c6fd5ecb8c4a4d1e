"""`amanat conflicts --accept`: writing a decision into the ledger, and nothing else."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat.cli.output import replace_text
from amanat.cli.session import judging_day, open_catalog, shown_folder
from amanat.conflicts import Conflict, ConflictStatus, Report, compare
from amanat.conflicts.acceptance import Given, entry_data, entry_lines, free_id, refusals, renewed
from amanat.conflicts.ledger import Ledger, words
from amanat.conflicts.ways import flow
from amanat.errors import UsageError
from amanat.load import Loaded
from amanat.load.discover import OBSERVED, ROOT_FILE
from amanat.load.insert import Refused, add_entry, change_values
from amanat.load.positions import locate
from amanat.model.resources import Discrepancy
from amanat.model.values import FieldId

_SECTION = "discrepancies"


class _Target(NamedTuple):
    """A file to write into: its name below the catalog, and its content (None: there is none yet)."""

    file: str
    path: Path
    content: bytes | None


def accept(catalog: Path | None, as_of: str | None, wanted: str, file: Path | None, given: Given) -> str:
    """Write the ledger entry that accepts the conflict `wanted` (field/facet), or the values of one that
    has reopened. Returns what to tell. Raises `UsageError` when there is nothing to accept."""
    _check_days(given)
    loaded = open_catalog(catalog)
    day = judging_day(as_of, loaded.root)
    if loaded.catalog.unreadable:
        raise UsageError(
            f"not written: `{loaded.catalog.unreadable[0]}` cannot be read, so nobody knows what is decided",
            hint="mend what `amanat check` reports there first",
        )
    conflict = _conflict(compare(loaded.catalog, day), loaded, wanted)
    entry = conflict.entry
    if entry is not None:
        if file is not None or any(value is not None for value in given):
            raise UsageError(
                f"`{conflict.id}` has an entry already: `{entry.id}` ({_at(loaded, entry)})",
                hint="change reason, approval, dates and file by hand",
            )
        return _renew(loaded, conflict, entry, day)
    for problem in refusals(conflict, given, loaded.catalog, day):
        raise UsageError(
            problem, hint=_nearest(given.approved_by or "", [str(t) for t in loaded.catalog.teams])
        )
    return _add(loaded, conflict, _target(loaded, conflict, file), given)


def _check_days(given: Given) -> None:
    for option, value in (("--approved-on", given.approved_on), ("--expires", given.expires)):
        try:
            if value is not None and date.fromisoformat(value).isoformat() != value:
                raise ValueError
        except ValueError:
            raise UsageError(
                f"`{value}` is not a date", hint=f"write {option} as year-month-day, such as 2026-01-31"
            ) from None


def _conflict(report: Report, loaded: Loaded, wanted: str) -> Conflict:
    conflict = next((one for one in report.conflicts if one.id == wanted), None)
    if conflict is not None:
        return conflict
    field, slash, facet = wanted.partition("/")
    if not slash or not field or not facet:
        raise UsageError(f"`{wanted}` is not FIELD/FACET", hint="such as customer.email/length")
    for one in report.conflicts:
        if one.field == field and any(other.facet.value == facet for other in one.explains):
            raise UsageError(
                f"`{wanted}` is explained by `{one.id}`", hint=f"amanat conflicts --accept {one.id}"
            )
    entry = Ledger(loaded.catalog, None).entry(FieldId(field), facet)
    if entry is not None:
        raise UsageError(
            f"there is no conflict `{wanted}`, and `{entry.id}` ({_at(loaded, entry)}) decides about none",
            hint="remove that entry",
        )
    ids = [one.id for one in report.conflicts]
    raise UsageError(
        f"there is no conflict `{wanted}`",
        hint=_nearest(wanted, ids) or "`amanat conflicts` lists them",
    )


def _nearest(wanted: str, known: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near and near[0] != wanted else None


def _target(loaded: Loaded, conflict: Conflict, file: Path | None) -> _Target:
    """The file for a new entry: the one given, else where most entries about the field stand, else one
    named after the first part of the field's id."""
    if file is not None:
        name = file_named(loaded, file)
    else:
        siblings = Counter(
            entry.place.file
            for entry in loaded.catalog.discrepancies.values()
            if entry.field == conflict.field
        )
        first = conflict.field.partition(".")[0]
        name = min(siblings, key=lambda one: (-siblings[one], one), default=f"{_SECTION}/{first}.yaml")
    return _read(loaded, name)


def _read(loaded: Loaded, name: str) -> _Target:
    path = loaded.root / name
    try:
        return _Target(name, path, path.read_bytes())
    except FileNotFoundError:
        return _Target(name, path, None)
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hint="give another --file") from error


def file_named(loaded: Loaded, file: Path) -> str:
    """The name below the catalog of a file given from the working folder, or from the catalog's."""
    root = loaded.root.resolve()
    here = Path(os.path.normpath(Path.cwd() / file))
    path = (here if here.is_relative_to(root) else Path(os.path.normpath(root / file))).resolve()
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        raise UsageError(
            f"`{file}` is outside the catalog", hint=f"give a file below `{loaded.root}`"
        ) from None
    out = loaded.catalog.settings.out.strip("/").removeprefix("./")
    reserved = any(name == one or name.startswith(f"{one}/") for one in (OBSERVED, out) if one)
    hidden = any(part.startswith(".") for part in name.split("/"))
    if name == ROOT_FILE or reserved or hidden or not name.endswith((".yaml", ".yml")) or path.is_dir():
        raise UsageError(
            f"`{file}` holds no entries of the catalog",
            hint=f"give a .yaml file, not {ROOT_FILE}, not hidden, not below `{OBSERVED}` or `{out}`",
        )
    return name


def _add(loaded: Loaded, conflict: Conflict, target: _Target, given: Given) -> str:
    name, data = free_id(loaded.catalog, conflict), entry_data(conflict, given)
    field = loaded.catalog.fields[conflict.field]

    def block(step: str) -> list[str]:
        return list(entry_lines(name, data, field.owner, step))

    try:
        made = add_entry(_text(target), _SECTION, name, data, block, flow)
    except Refused as why:
        by_hand = "\n".join(f"  {line}" for line in (f"{_SECTION}:", *(f"  {line}" for line in block("  "))))
        raise UsageError(
            f"not written: `{target.path}`: {why}", hint=f"give another --file, or paste\n{by_hand}"
        ) from None
    replace_text(target.path, made.encode(), target.content)
    spots = locate(made)

    def line(*more: str) -> str:
        return (
            f"{shown_folder(loaded.root)}{target.file}:{spots[_SECTION, name, *more].key.start_mark.line + 1}"
        )

    told = f"wrote `{name}` to {line()}\n"
    if not given.missing:
        return f"{told}`{conflict.id}` is accepted until {given.expires}\n"
    todo = "".join(f"  {line(key)} {key}\n" for key in given.missing)
    return f"{told}not accepted yet, still to be filled in:\n{todo}"


def _renew(loaded: Loaded, conflict: Conflict, entry: Discrepancy, day: date | None) -> str:
    """Write the new values into the entry of a conflict that has reopened."""
    at = _at(loaded, entry)
    if conflict.status is not ConflictStatus.REOPENED:
        state = (
            "is not in order" if conflict.status is ConflictStatus.OPEN else f"says {conflict.status.value}"
        )
        raise UsageError(
            f"`{conflict.id}` has an entry already: `{entry.id}` ({at}) {state}",
            hint="`amanat check` says what it lacks" if conflict.status is ConflictStatus.OPEN else None,
        )
    reasons = Ledger(loaded.catalog, day).changes(entry, conflict.values)
    expired = [reason for reason in reasons if reason.startswith("it expired")]
    if len(expired) == len(reasons):
        raise UsageError(
            f"the values of `{entry.id}` ({at}) are as they were; {expired[0]}",
            hint="write new days under `approved_on` and `expires`, or resolve the conflict",
        )
    target = _read(loaded, entry.place.file)
    values = renewed(entry, conflict)
    try:
        made = change_values(_text(target), (_SECTION, entry.id, "values"), values, flow)
    except Refused as why:
        raise UsageError(
            f"not written: `{target.path}`: {why}",
            hint=f"write under `{entry.id}` ({at})\n  values: {words(flow(values), 10**6)}",
        ) from None
    replace_text(target.path, made.encode(), target.content)
    changed = "".join(f"  {reason}\n" for reason in reasons if reason not in expired)
    still = f"{expired[0]}: write new days under `approved_on` and `expires`\n" if expired else ""
    return (
        f"wrote the new values of `{entry.id}` at {at}\n{changed}{still}"
        "reason, handling and approval stand as they were: see that they still hold\n"
    )


def _text(target: _Target) -> str:
    try:
        return (target.content or b"").decode()
    except UnicodeDecodeError:
        raise Refused("it is not UTF-8") from None


def _at(loaded: Loaded, entry: Discrepancy) -> str:
    span = loaded.spans.span(entry.place, at_key=True)
    return f"{shown_folder(loaded.root)}{entry.place.file}:{span.line if span is not None else 1}"
