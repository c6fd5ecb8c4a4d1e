"""What exports share: judging the catalog, refusing what makes no sense, saying what may be missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from amanat.cli.session import Judged, write_text
from amanat.cli.standing import judge_as_it_stood, told
from amanat.conflicts import Report
from amanat.conflicts.durations import after
from amanat.conflicts.standing import Stands
from amanat.diagnostic import Severity
from amanat.errors import EnvironmentFault, UsageError
from amanat.inventory.columns import By
from amanat.inventory.discrepancies import By as ByEntry
from amanat.inventory.select import Filter

_LEAVES_OUT = ("LD", "SC", "ID")
"""Rule families whose errors mean that something written did not come into the catalog."""


def conflict_report(judged: Judged) -> Report:
    """The conflict report that the rules already made."""
    from amanat.rules.conflicts import report_of

    return report_of(judged.context)


def export_register(
    given: Path | None, as_of: str | None, by: By, filters: Filter, output: Path | None
) -> int:
    """Write the whole inventory as JSON; the exit code is 1 where something may be missing from it."""
    from amanat.inventory.json import to_json
    from amanat.inventory.register import register

    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    made = register(judged.loaded.catalog, conflict_report(judged), judged.loaded.spans, by, filters)
    write_text(output, "".join(to_json(made)))
    return missing(judged)


def export_index(
    given: Path | None, as_of: str | None, by: By, filters: Filter, output: Path | None, *, part: bool
) -> int:
    """Write the index, which always holds the whole catalog."""
    from amanat.index.build import build_index

    if output is None:
        raise UsageError("a database needs a file", hint="add --output inventory.db")
    if filters.given() or by != "source" or part:
        raise UsageError(
            "the SQLite index always holds everything",
            hint="leave out filters, columns and `--by`, and filter in SQL: SELECT … FROM inventory WHERE …",
        )
    if output.is_dir():
        raise EnvironmentFault(f"cannot write `{output}`: it is a folder", hint="give the name of a file")
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    loaded = judged.loaded
    build_index(output, loaded.catalog, conflict_report(judged), judged.diagnostics, loaded.spans)
    return missing(judged)


def export_discrepancies(
    given: Path | None,
    as_of: str | None,
    by: ByEntry,
    wanted: tuple[Sequence[str], str | None, str | None],
    form: str,
    output: Path | None,
) -> int:
    """Write the register of discrepancies as `csv`, `json` or `md`; `wanted` are the statuses, the period in
    which an entry expires, and the owner of the field. Where it goes to a file, the counts are told."""
    from amanat.inventory import json
    from amanat.inventory.csv import to_csv
    from amanat.inventory.discrepancies import Wanted, register
    from amanat.inventory.select import unknown
    from amanat.report.discrepancies import counted, to_markdown

    statuses, expiring, owner = wanted
    known = [stands.value for stands in Stands]
    for status in statuses:
        if status not in known:
            raise unknown("status", status, known)
    if form == "md" and by != "entry":
        raise UsageError("Markdown always tells both", hint="leave out `--by`")
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    cat = judged.loaded.catalog
    if owner is not None and owner not in cat.teams:
        raise unknown("team", owner, cat.teams)
    which = Wanted(statuses, owner, None if expiring is None else _end_of(expiring, judged.as_of))
    made = register(cat, conflict_report(judged), judged.loaded.spans, judged.as_of, by, which)
    if form == "xlsx":
        from amanat.cli.exporting import registers

        asked = registers.Wanted(form, output)
        registers.needs_file(asked)
        whole = registers.Made("discrepancies", "Register of discrepancies", made, which.given())
        registers.write(judged, whole, asked)
        return missing(judged)
    if form == "md":
        text = to_markdown(made)
    else:
        text = "".join((to_csv if form == "csv" else json.discrepancies)(made))
    write_text(output, text)
    if output is not None:
        sys.stderr.write(f"{counted(made)}; {made.total} row{'' if made.total == 1 else 's'}\n")
    return missing(judged)


def _end_of(period: str, as_of: date | None) -> date:
    """The last day of a period that begins on the judging day."""
    if as_of is None:
        raise UsageError("there is no day to count from", hint="add --as-of, such as --as-of 2026-01-31")
    end = after(as_of, period)
    if end is None:
        raise UsageError(
            f"`{period}` is not a period",
            hint="write an ISO 8601 duration of whole days, such as P30D or P3M",
        )
    return end


def export_codeowners(given: Path | None, output: Path | None) -> int:
    """Write CODEOWNERS; the exit code is 1 where an owner cannot be named in it, or may be missing."""
    from amanat.cli.session import open_catalog
    from amanat.history.revision import folder_in_repository
    from amanat.inventory.codeowners import codeowners

    loaded = open_catalog(given)
    made = codeowners(loaded.catalog, folder_in_repository(loaded.root))
    write_text(output, made.text)
    if made.unnamed:
        teams = ", ".join(f"`{team}`" for team in made.unnamed)
        sys.stderr.write(
            f"warning: no line can name {teams}\n"
            "  help: declare the team, with a `handle` or a mail address\n"
        )
    faults = sum(f.code.startswith(_LEAVES_OUT) and f.severity is None for f in loaded.findings)
    if faults:
        sys.stderr.write("warning: some of the catalog could not be read: owners may be missing\n")
    return 1 if made.unnamed or faults else 0


def missing(judged: Judged) -> int:
    """1, told on standard error, where something written did not come into the catalog; else 0."""
    faults = sum(
        one.severity is Severity.ERROR and one.code.startswith(_LEAVES_OUT) for one in judged.diagnostics
    )
    if faults:
        sys.stderr.write(
            f"warning: {faults} error{'s' if faults > 1 else ''} in the catalog's files: "
            "what they touch may be missing here\n  help: amanat check\n"
        )
    return 1 if faults else 0
