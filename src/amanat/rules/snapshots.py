"""Rules about snapshots: types that cannot be compared or contradict themselves, and systems that nobody
declared: SR110 to SR112."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from amanat.conflicts.native import contradicts, read_type
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.catalog import Catalog
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SourceId
from amanat.rules.usage import is_held
from amanat.rules.wording import counted, listing
from amanat.text import Place

_LONG = 60


def _observed(catalog: Catalog) -> Iterator[tuple[Snapshot, str | None, ObservedColumn, bool]]:
    """Each mapped column with a type, once, in the order of its snapshot: with the engine, and whether people
    declared its type."""
    declared: dict[SourceId, bool] = {}
    for field in catalog.fields.values():
        if is_held(field.status):
            for source in field.sources.values():
                declared[source.id] = declared.get(source.id, False) or "type" in source.facets
    for name, snapshot in catalog.snapshots.items():
        system = catalog.systems.get(name)
        if system is not None and is_held(system.status):
            for path, column in snapshot.columns.items():
                observed = SourceId(f"{name}.{path}")
                if column.type and observed in declared:
                    yield snapshot, system.engine, column, declared[observed]


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


RULES: tuple[Rule, ...] = (
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
