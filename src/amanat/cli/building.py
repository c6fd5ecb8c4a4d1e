"""What `amanat build` writes: policy, golden records, site, inventory and more, as names and bytes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from amanat.cli.caching import store_of
from amanat.cli.output import Changes, digest, write
from amanat.cli.output import compare as compare_folder
from amanat.cli.progress import progress
from amanat.cli.session import Judged, shown_path
from amanat.diagnostic import Severity
from amanat.memory import uncollected
from amanat.parallel import apart, can_fork, counted, from_both_ends

if TYPE_CHECKING:
    from amanat.docsite import Site
    from amanat.docsite.render import Prepared
    from amanat.history import History
    from amanat.policy.build import Built
    from amanat.policy.loss import SystemLoss

Part = Callable[[], dict[str, bytes]]
_SITE = "site/"
_PIECE = 50
"""How many files of the site are made at a time."""
_WORTH_IT = 12
"""Parts from which a second process gains more than it costs."""
MOST_LISTED = 10
"""How many files of a kind `build --check` lists."""


class Generated(NamedTuple):
    """Every file of the build folder, relative name → content, the site that is among them, and the digests
    of files that were read."""

    files: dict[str, bytes]
    site: Prepared
    digests: Mapping[str, str]


def generated(judged: Judged, folder: Path, anew: bool = False) -> Generated:
    """What belongs into the build folder. Same catalog and same commits that touched it, same bytes. A folder
    that is committed itself has no history in it, because no commit can be part of what it holds. Pages that
    stand there and rest on the same as when they were made are taken from there, unless all are to be made
    `anew`."""
    from amanat.schema import schema_files

    with (
        uncollected(),
        _begun([partial(part, judged) for part in (_inventory, _golden, _findings)]) as others,
    ):
        built = _policy(judged)
        losses = {target: made.losses for target, made in built.by_target.items()}
        site, digests = _prepared(judged, losses, folder, anew)
        made = [*_made([*_site_in_pieces(site), partial(_search, site)]), *others()]
    files = {f"{_SITE}{path}": content for path, content in site.files.items()}
    files |= {name: content for part in made for name, content in part.items()}
    files |= {name: text.encode() for name, text in built.files.items()}
    files |= {f"schemas/{name}": content for name, content in schema_files().items()}
    return Generated(files, site, {f"{_SITE}{path}": told for path, told in digests.items()})


def _prepared(
    judged: Judged, losses: Mapping[str, Sequence[SystemLoss]], folder: Path, anew: bool
) -> tuple[Prepared, Mapping[str, str]]:
    """The site, and the digests of pages that were read."""
    from amanat.cli.earlier import Pages
    from amanat.docsite.render import Prepared
    from amanat.load.written import written_in

    site = site_of(judged, losses, folder)
    if judged.loaded.faults:
        return Prepared(site), {}
    written = written_in(judged.loaded)
    if anew:
        return Prepared(site, written), {}
    earlier = Pages(store_of(judged.root), folder / _SITE)
    return Prepared(site, written, earlier), earlier.digests


def _site_in_pieces(site: Prepared) -> list[Part]:
    paths = site.pages

    def piece(start: int) -> dict[str, bytes]:
        return {f"{_SITE}{path}": site.content(path) for path in paths[start : start + _PIECE]}

    return [partial(piece, start) for start in range(0, len(paths), _PIECE)]


def _search(site: Prepared) -> dict[str, bytes]:
    return {f"{_SITE}{path}": content for path, content in site.search.items()}


@contextmanager
def _begun(parts: Sequence[Part]) -> Iterator[Callable[[], list[dict[str, bytes]]]]:
    """Parts that need nothing of the site, begun in a second process where there is one; what is given waits
    for them."""
    if not can_fork():
        yield lambda: list(map(_make, parts))
        return
    with apart(parts, _make, _as_it_is, _as_it_is) as results:
        yield results


def _made(parts: Sequence[Part]) -> list[dict[str, bytes]]:
    """The parts; in two processes where there is much to do. The largest stands last, so that a child begins
    with it."""
    with progress("making files") as tell:
        if len(parts) < _WORTH_IT or not can_fork():
            return list(map(counted(_make, len(parts), tell), parts))
        return from_both_ends(parts, counted(_make, (len(parts) + 1) // 2, tell), _as_it_is, _as_it_is)


def _make(part: Part) -> dict[str, bytes]:
    return part()


def _as_it_is(made: dict[str, bytes]) -> dict[str, bytes]:
    """Names and bytes go from process to process as they are."""
    return made


def _findings(judged: Judged) -> dict[str, bytes]:
    from amanat.conflicts.document import render as conflicts_json
    from amanat.report import json as check_json
    from amanat.rules.conflicts import report_of

    report = report_of(judged.context)
    span = judged.loaded.spans.span
    return {
        "findings/check.json": check_json.render(judged.verdict.counts, judged.diagnostics).encode(),
        "findings/conflicts.json": conflicts_json(report.conflicts, report, span).encode(),
    }


def _policy(judged: Judged) -> Built:
    from amanat.policy.build import build_policy
    from amanat.rules.policy import matrix_of

    table = matrix_of(judged.context)
    return build_policy(judged.loaded.catalog, judged.as_of, dated=judged.day_given, table=table)


def _golden(judged: Judged) -> dict[str, bytes]:
    from amanat.golden.files import planned, script
    from amanat.golden.targets import TARGETS
    from amanat.golden.targets.script import Naming
    from amanat.rules.identity import graph_of

    plans = planned(judged.loaded.catalog, graph_of(judged.context))
    day = judged.as_of if judged.day_given else None
    return {f"golden/{name}.sql": script(plans, name, Naming(), day).encode() for name in TARGETS}


def _history(judged: Judged, folder: Path) -> History:
    from amanat.history import History, State, history_of, is_committed

    if is_committed(folder):
        return History(State.LEFT_OUT)
    return history_of(judged.loaded.root, judged.loaded.catalog.settings.out)


def site_of(judged: Judged, losses: Mapping[str, Sequence[SystemLoss]] | None, folder: Path) -> Site:
    """What the site is made from. `losses` are those of every policy target, None where they are to be found
    out; `folder` is the build folder, as for `generated`."""
    from amanat.docsite import Site
    from amanat.docsite.site import WorkedOut
    from amanat.rules import RULES
    from amanat.rules.conflicts import report_of
    from amanat.rules.identity import graph_of
    from amanat.rules.policy import matrix_of
    from amanat.rules.reach import ways_of

    report = report_of(judged.context)
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
        WorkedOut(matrix_of(judged.context), ways_of(judged.context), graph_of(judged.context)),
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
    from amanat.rules.conflicts import report_of

    loaded = judged.loaded
    report = report_of(judged.context)
    by_source = register(loaded.catalog, report, loaded.spans)
    by_field = register(loaded.catalog, report, loaded.spans, "field")
    # Days left change with every commit's date, so they are only told for a day that was asked for.
    day = judged.as_of if judged.day_given else None
    ledger = discrepancies.register(loaded.catalog, report, loaded.spans, day)
    registers = (makers.retention(judged), makers.holds(judged), makers.transfers(judged))
    access = makers.access(None, None, None, None, None)(judged)
    as_csv, as_json = _in_step(to_csv(by_source), to_json(by_source))
    return {
        "inventory/discrepancies.csv": "".join(to_csv(ledger)).encode(),
        "inventory/discrepancies.json": "".join(discrepancies_json(ledger)).encode(),
        "inventory/discrepancies.md": to_markdown(ledger).encode(),
        **{
            f"inventory/{made.name}.csv": "".join(to_csv(made.rows)).encode() for made in (*registers, access)
        },
        "inventory/inventory.csv": as_csv,
        "inventory/inventory-by-field.csv": "".join(to_csv(by_field)).encode(),
        "inventory/inventory.json": as_json,
        "inventory/catalog.sqlite": index_bytes(loaded.catalog, report, judged.diagnostics, loaded.spans),
    }


def _in_step(*forms: Iterator[str]) -> list[bytes]:
    """Several forms of one register, piece by piece side by side, so that each row is made once for all."""
    made: list[list[str]] = [[] for _ in forms]
    for pieces in zip_longest(*forms, fillvalue=""):
        for form, piece in zip(made, pieces, strict=True):
            form.append(piece)
    return ["".join(form).encode() for form in made]


def finish(judged: Judged, folder: Path, made: Generated, check: bool, force: bool, quiet: bool) -> int:
    """Write the files, or compare them with what is there; say so; return the exit code."""
    from amanat.cli.earlier import keep_pages

    files = made.files
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
    digests = {name: made.digests.get(name) or digest(content) for name, content in files.items()}
    changes = write(folder, files, force, digests=digests)
    keep_pages(store_of(judged.root), made.site, digests, _SITE)
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
