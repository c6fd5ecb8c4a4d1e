"""What `amanat build` writes: policy, golden records, site, inventory and more, as names and bytes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.cli.output import Changes, write
from amanat.cli.output import compare as compare_folder
from amanat.cli.progress import progress
from amanat.cli.session import Judged, shown_path
from amanat.conflicts import compare
from amanat.diagnostic import Severity
from amanat.memory import uncollected
from amanat.parallel import can_fork, counted, from_both_ends

if TYPE_CHECKING:
    from amanat.docsite import Site
    from amanat.docsite.render import Prepared
    from amanat.history import History
    from amanat.policy.build import Built
    from amanat.policy.loss import SystemLoss

Part = Callable[[], dict[str, bytes]]
_PIECE = 50
"""How many files of the site are made at a time."""
_WORTH_IT = 12
"""Parts from which a second process gains more than it costs."""
MOST_LISTED = 10
"""How many files of a kind `build --check` lists."""


def generated(judged: Judged, folder: Path | None = None) -> dict[str, bytes]:
    """Every file of the build folder: relative name → content. Same catalog and same commits that touched
    it, same bytes. A `folder` that is committed itself has no history in it, because no commit can be part
    of what it holds."""
    from amanat.docsite.render import Prepared
    from amanat.schema import schema_files

    built = _policy(judged)
    losses = {target: made.losses for target, made in built.by_target.items()}
    with uncollected():
        site = Prepared(site_of(judged, losses, folder))
        others = (
            partial(_findings, judged),
            partial(_golden, judged),
            partial(_search, site),
            partial(_inventory, judged),
        )
        made = _made([*_site_in_pieces(site), *others])
    files = {name: content for part in made for name, content in part.items()}
    files |= {name: text.encode() for name, text in built.files.items()}
    return files | {f"schemas/{name}": content for name, content in schema_files().items()}


def _site_in_pieces(site: Prepared) -> list[Part]:
    paths = site.pages

    def piece(start: int) -> dict[str, bytes]:
        return {f"site/{path}": site.content(path) for path in paths[start : start + _PIECE]}

    return [partial(piece, start) for start in range(0, len(paths), _PIECE)]


def _search(site: Prepared) -> dict[str, bytes]:
    return {f"site/{path}": content for path, content in site.search.items()}


def _made(parts: Sequence[Part]) -> list[dict[str, bytes]]:
    """The parts; in two processes where there is much to do. The largest stands last, so that a child begins
    with it."""
    with progress("making files") as tell:
        if len(parts) < _WORTH_IT or not can_fork():
            return list(map(counted(_make, len(parts), tell), parts))
        return from_both_ends(parts, counted(_make, (len(parts) + 1) // 2, tell), dict, dict)


def _make(part: Part) -> dict[str, bytes]:
    return part()


def _findings(judged: Judged) -> dict[str, bytes]:
    from amanat.conflicts.document import render as conflicts_json
    from amanat.report import json as check_json

    report = judged.context.shared("conflicts", compare)
    span = judged.loaded.spans.span
    return {
        "findings/check.json": check_json.render(judged.verdict.counts, judged.diagnostics).encode(),
        "findings/conflicts.json": conflicts_json(report.conflicts, report, span).encode(),
    }


def _policy(judged: Judged) -> Built:
    from amanat.policy.build import build_policy

    return build_policy(judged.loaded.catalog, judged.as_of, dated=judged.day_given)


def _golden(judged: Judged) -> dict[str, bytes]:
    from amanat.golden.files import planned, script
    from amanat.golden.targets import TARGETS
    from amanat.golden.targets.script import Naming

    plans = planned(judged.loaded.catalog)
    day = judged.as_of if judged.day_given else None
    return {f"golden/{name}.sql": script(plans, name, Naming(), day).encode() for name in TARGETS}


def _history(judged: Judged, folder: Path | None) -> History:
    from amanat.history import History, State, history_of, is_committed

    if folder is not None and is_committed(folder):
        return History(State.LEFT_OUT)
    return history_of(judged.loaded.root, judged.loaded.catalog.settings.out)


def site_of(judged: Judged, losses: Mapping[str, Sequence[SystemLoss]] | None, folder: Path | None) -> Site:
    """What the site is made from. `losses` are those of every policy target, None where they are to be found
    out; `folder` is the build folder, as for `generated`."""
    from amanat.docsite import Site
    from amanat.rules import RULES

    report = judged.context.shared("conflicts", compare)
    loaded = judged.loaded
    return Site(
        loaded.catalog,
        judged.diagnostics,
        report,
        judged.as_of,
        RULES,
        loaded.spans,
        judged.day_given,
        losses,
        _history(judged, folder),
    )


def _inventory(judged: Judged) -> dict[str, bytes]:
    from amanat.cli.exporting import makers
    from amanat.index.build import index_bytes
    from amanat.inventory import discrepancies
    from amanat.inventory.csv import to_csv
    from amanat.inventory.json import discrepancies as discrepancies_json
    from amanat.inventory.json import to_json
    from amanat.inventory.register import register
    from amanat.report.discrepancies import to_markdown

    loaded = judged.loaded
    report = judged.context.shared("conflicts", compare)
    by_source = register(loaded.catalog, report, loaded.spans)
    by_field = register(loaded.catalog, report, loaded.spans, "field")
    # Days left change with every commit's date, so they are only told for a day that was asked for.
    day = judged.as_of if judged.day_given else None
    ledger = discrepancies.register(loaded.catalog, report, loaded.spans, day)
    registers = (makers.retention(judged), makers.holds(judged), makers.transfers(judged))
    access = makers.access(None, None, None, None, None)(judged)
    return {
        "inventory/discrepancies.csv": "".join(to_csv(ledger)).encode(),
        "inventory/discrepancies.json": "".join(discrepancies_json(ledger)).encode(),
        "inventory/discrepancies.md": to_markdown(ledger).encode(),
        **{
            f"inventory/{made.name}.csv": "".join(to_csv(made.rows)).encode() for made in (*registers, access)
        },
        "inventory/inventory.csv": "".join(to_csv(by_source)).encode(),
        "inventory/inventory-by-field.csv": "".join(to_csv(by_field)).encode(),
        "inventory/inventory.json": "".join(to_json(by_source)).encode(),
        "inventory/catalog.sqlite": index_bytes(loaded.catalog, report, judged.diagnostics, loaded.spans),
    }


def finish(
    judged: Judged, folder: Path, files: Mapping[str, bytes], check: bool, force: bool, quiet: bool
) -> int:
    """Write the files, or compare them with what is there; say so; return the exit code."""
    shown = shown_path(folder)
    if check:
        changes = compare_folder(folder, files)
        for word, names in (
            ("missing", changes.missing),
            ("stale", changes.stale),
            ("edited by hand", changes.edited),
            ("not ours", changes.foreign),
            ("no longer generated", changes.left_over),
        ):
            for name in names[:MOST_LISTED]:
                sys.stdout.write(f"{word}: {shown}/{name}\n")
            if len(names) > MOST_LISTED:
                sys.stdout.write(f"{word}: and {len(names) - MOST_LISTED} more\n")
        if changes.any:
            sys.stdout.write("the build folder is not what the catalog says; run: amanat build\n")
        elif not quiet:
            sys.stdout.write(f"up to date: {len(files)} files in {shown}\n")
        return 1 if changes.any else 0
    changes = write(folder, files, force)
    if not quiet:
        sys.stdout.write(_told(judged, shown, files, changes))
    return 0


def _told(judged: Judged, folder: str, files: Mapping[str, bytes], changes: Changes) -> str:
    from amanat.report.console import amount, summary

    lines = [f"{amount(judged.verdict.counts)}: {summary(judged.diagnostics)}"]
    if any(diagnostic.severity is not Severity.INFO for diagnostic in judged.diagnostics):
        lines[-1] += " (amanat check shows them)"
    written = len(changes.missing) + len(changes.stale) + len(changes.edited) + len(changes.foreign)
    counts = Counter(name.partition("/")[0] for name in files)
    for part in sorted(counts):
        lines.append(
            f"  {part + '/':<11} {counts[part]:>4} file{'s' if counts[part] > 1 else ''}   {_WHAT[part]}"
        )
    state = f"{written} written, {len(files) - written} unchanged"
    if changes.left_over:
        state += f", {len(changes.left_over)} removed"
    lines.append(f"{folder}: {len(files)} files ({state})")
    lines.append(f"open {folder}/site/index.html")
    return "\n".join(lines) + "\n"


_WHAT = {
    "findings": "what check and conflicts found, as JSON",
    "golden": "golden records as SQL views",
    "inventory": "for auditors: CSV, JSON, SQLite",
    "policy": "access policy with its undo and loss report",
    "schemas": "JSON Schemas for editors and for the outputs",
    "site": "documentation to open in a browser",
}
