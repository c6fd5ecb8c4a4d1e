"""Rules about snapshots: old ones, types that cannot be compared or contradict themselves, and systems that
nobody declared: SR109 to SR112."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches

from amanat.conflicts.native import contradicts, read_type
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.rules.usage import is_held
from amanat.rules.wording import counted, listing
from amanat.text import Place

_LONG = 60


def _observed(catalog: Catalog) -> Iterator[tuple[Snapshot, str | None, ObservedColumn, bool]]:
    """Each mapped column with a type, once, in the order of its snapshot: with the engine, and whether people
    declared its type."""
    if not catalog.snapshots:
        return
    declared: dict[str, dict[str, bool]] = defaultdict(dict)  # by table: ids of all columns take much memory
    for field in catalog.fields.values():
        if is_held(field.status):
            for source in field.sources.values():
                columns = declared[source.table.start]
                columns[source.column] = columns.get(source.column, False) or "type" in source.facets
    for name, snapshot in catalog.snapshots.items():
        system = catalog.systems.get(name)
        if system is not None and is_held(system.status):
            for path, column in snapshot.columns.items():
                table, _, last = path.rpartition(".")
                columns = declared.get(f"{name}.{table}.", {})
                if column.type and last in columns:
                    yield snapshot, system.engine, column, columns[last]


REVIEWED = timedelta(days=366)
"""How old a snapshot or an assessment may be: a year."""


def _stale_snapshot(ctx: Context) -> Iterator[Finding]:
    if ctx.as_of is None:
        return
    limit = (ctx.as_of - REVIEWED).isoformat()
    for name, system in ctx.catalog.systems.items():
        if not is_held(system.status):
            continue
        snapshot = ctx.catalog.snapshots.get(name)
        taken = snapshot.provenance.get("taken_on") if snapshot is not None else None
        if snapshot is not None and isinstance(taken, str) and _is_day(taken) and taken < limit:
            yield Finding(
                "SR109",
                f"the snapshot of `{name}` was taken on {taken}, over a year ago",
                Place(snapshot.file, (1,)),
                name,
                fix=Fix(f"run: amanat scan {name}"),
                detail="snapshot",
            )
        if system.assessed is not None and _is_day(system.assessed) and system.assessed < limit:
            yield Finding(
                "SR109",
                f"`{name}` was last assessed on {system.assessed}, over a year ago",
                system.place.at("assessed"),
                name,
                fix=Fix("assess its security again, and write the day into `assessed`"),
                detail="assessed",
            )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unreadable_type(ctx: Context) -> Iterator[Finding]:
    found: dict[tuple[str, str], list[tuple[Snapshot, ObservedColumn]]] = {}
    for snapshot, engine, column, declared in _observed(ctx.catalog):
        spelled = column.type or ""
        if not declared and read_type(engine, spelled, None, None, None).family is None:
            found.setdefault((snapshot.system, spelled), []).append((snapshot, column))
    for (system, spelled), columns in found.items():
        snapshot, first = columns[0]
        shown = spelled if len(spelled) <= _LONG else f"{spelled[: _LONG - 1]}…"
        verb = "is" if len(columns) == 1 else "are"
        paths = listing(f"{column.table}.{column.column}" for _, column in columns)
        yield Finding(
            "SR110",
            f"type `{shown}` is not one that can be compared, so {counted(len(columns), 'mapped column')} of "
            f"`{system}` {verb} not: {paths}",
            snapshot.place(first),
            system,
            fix=Fix(
                "declare the `type` of the source, where it means one that the field's other sources have"
            ),
            data={"type": spelled, "columns": [f"{column.table}.{column.column}" for _, column in columns]},
            detail=spelled,
        )


def _contradictory_type(ctx: Context) -> Iterator[Finding]:
    for snapshot, engine, column, _ in _observed(ctx.catalog):
        beside = (column.length, column.precision, column.scale)
        if beside == (None, None, None) or not contradicts(engine, column.type or "", *beside):
            continue
        names = zip(("length", "precision", "scale"), beside, strict=True)
        said = " and ".join(f"{name} `{value}`" for name, value in names if value is not None)
        path = f"{column.table}.{column.column}"
        yield Finding(
            "SR111",
            f"`{snapshot.system}.{path}` has type `{column.type}` and beside it {said}, which counts",
            snapshot.place(column),
            snapshot.system,
            fix=Fix("read the snapshot anew, or correct the one that is wrong"),
            detail=path,
        )


def _stray_snapshot(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if catalog.unreadable:
        return
    for name, snapshot in catalog.snapshots.items():
        if name not in catalog.systems:
            close = get_close_matches(name, catalog.systems, n=1)
            yield Finding(
                "SR112",
                f"this is the snapshot of `{name}`, but no system has that id, so nobody reads it",
                Place(snapshot.file, (1,)),
                name,
                fix=Fix(
                    f"did you mean `{close[0]}`" if close else f"declare `{name}` under `systems`",
                    (
                        "name the file after the system",
                        f"declare `{name}` under `systems`",
                        "remove the file",
                    ),
                ),
            )


_DESK = """\
systems:
  desk:
    label: Help desk
    kind: support
    owner: sales
    country: DE
    engine: postgresql
    customer_id: desk.tickets.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
fields:
  customer.question:
    label: Question
    definition: What the customer asked the help desk
    category: message.content
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    mask: redact
    sources:
      desk.tickets.question: {type: text}
"""
_FILE = "observed/desk.columns.csv"


def _seen(spelled: str) -> dict[str, str]:
    header = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
    return {_FILE: f"{header}tickets,customer_no,integer,,,,no,,,,\ntickets,question,{spelled},,,yes,,,,\n"}


def _taken(day: str) -> dict[str, str]:
    return {"observed/desk.json": f'{{"version": 1, "system": "desk", "taken_on": "{day}"}}\n'}


RULES: tuple[Rule, ...] = (
    Rule(
        code="SR109",
        name="stale-snapshot",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a snapshot or an assessment of a system that is over a year old",
        rationale=(
            "Systems change with every release. What was observed a year ago says little about what they hold"
            " today, and everything that is told from it, coverage above all, is as old."
        ),
        help="scan the system again, or assess it again",
        example=Example(
            bad=_DESK,
            good=_DESK,
            at=(1, 1),
            file=_FILE,
            files=_seen("text,") | _taken("2026-02-01"),
            bad_files=_taken("2025-02-01"),
            as_of="2026-06-30",
        ),
        check=_stale_snapshot,
    ),
    Rule(
        code="SR110",
        name="unreadable-type",
        severity=Severity.INFO,
        since="0.1",
        summary="maps columns of a type that cannot be compared",
        rationale=(
            "An array, a set, a domain or a type of an extension is unknown to the comparison, and unknown "
            "is never agreement. Whoever reads that a field has no conflict should know which columns were "
            "not looked at. One finding stands for a type in a system."
        ),
        help="declare the `type` of the source, where it means one that the field's other sources have",
        example=Example(
            bad=_DESK.replace(" {type: text}", ""),
            good=_DESK,
            at=(3, 1),
            file=_FILE,
            files=_seen("tsvector,"),
        ),
        check=_unreadable_type,
        sees=keys("sources", "status"),
    ),
    Rule(
        code="SR111",
        name="contradictory-type",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a snapshot whose types name other limits than stand beside them",
        rationale=(
            "One of the two is wrong, and the comparison can only believe one: a length that is shown too "
            "high hides that values are cut."
        ),
        help="read the snapshot anew, or correct the one that is wrong",
        example=Example(
            bad=_DESK,
            good=_DESK,
            at=(3, 1),
            file=_FILE,
            files=_seen("varchar(200),200"),
            bad_files=_seen("varchar(200),255"),
        ),
        check=_contradictory_type,
        sees=keys("sources", "status"),
    ),
    Rule(
        code="SR112",
        name="stray-snapshot",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a snapshot of a system that nobody declared",
        rationale=(
            "A misspelt file name leaves a system without its snapshot, and what was observed there is never "
            "compared, while everybody believes that it is."
        ),
        help="name the file after the system, or declare the system",
        example=Example(
            bad=_DESK.replace("desk.", "desks.").replace("  desk:", "  desks:"),
            good=_DESK,
            at=(1, 1),
            file=_FILE,
            files=_seen("text,"),
        ),
        check=_stray_snapshot,
    ),
)
