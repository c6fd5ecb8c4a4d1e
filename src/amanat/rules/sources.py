"""Rules about systems, their columns and the fields that map them: SR101, SR104 to SR107.

SR102 and SR103 need the claims of all sources and stand beside the conflict rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import FieldId, Status, SystemId
from amanat.observe.coverage import coverage, named_elsewhere
from amanat.rules.usage import is_held
from amanat.rules.wording import counted, listing, without
from amanat.text import Place


def _field_without_source(ctx: Context) -> Iterator[Finding]:
    systems = ctx.catalog.systems
    gone = {system.id for system in systems.values() if not is_held(system.status)}
    for field in ctx.catalog.fields.values():
        if field.status is not Status.LIVE or "sources" in field.broken:
            continue
        if not field.sources:
            yield Finding(
                "SR101",
                f"`{field.id}` is live, but no system holds it",
                field.place,
                field.id,
                fix=Fix("name its columns in `sources`, or set `status: planned` until a system has it"),
            )
        elif gone and all(source.system in gone for source in field.sources.values()):
            held_by = sorted({source.system for source in field.sources.values()})
            yield Finding(
                "SR101",
                f"`{field.id}` is live, but held only by systems that are not: {listing(held_by)}",
                field.place.at("sources"),
                field.id,
                fix=Fix("name a column of a live system, or give the field the status of its systems"),
            )


def _uncatalogued_column(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable or not ctx.catalog.snapshots:
        return
    for covered in coverage(ctx.catalog):
        system, snapshot = covered.system, ctx.catalog.snapshots.get(covered.system.id)
        if snapshot is None or not is_held(system.status) or "ignore" in system.broken:
            continue
        tables: dict[str, list[ObservedColumn]] = {}
        for path in sorted(covered.unmapped, key=lambda path: snapshot.columns[path].line):
            tables.setdefault(path.rpartition(".")[0], []).append(snapshot.columns[path])
        for table, columns in tables.items():
            yield _left_over(system, snapshot, table, columns)


def _left_over(system: System, snapshot: Snapshot, table: str, columns: list[ObservedColumn]) -> Finding:
    names = [column.column for column in columns]
    return Finding(
        "SR104",
        f"`{system.id}.{table}` has {counted(len(names), 'column')} neither mapped nor ignored: "
        f"{listing(names, 5)}",
        snapshot.place(columns[0]),
        system.id,
        related=(Related(f"`{system.id}` is declared here", system.place),),
        fix=Fix(
            "map them in the `sources` of fields, or put them into the system's `ignore` with a reason",
            (
                f"map it: put `{system.id}.{table}.{names[0]}` under the `sources` of a field",
                f"ignore it, in `{system.id}`: `ignore: [{{columns: [{table}.{names[0]}], reason: …}}]`",
            ),
        ),
        data={"table": table, "columns": names},
        detail=table,
    )


def _vanished_column(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    snapshots = {str(system): snapshot for system, snapshot in catalog.snapshots.items()}
    if not snapshots:
        return
    for field in catalog.fields.values():
        if is_held(field.status):
            for name, source in field.sources.items():
                system, _, path = name.partition(".")
                snapshot = snapshots.get(system)
                if snapshot is not None and path not in snapshot.columns:
                    yield _vanished(name, path, field.id, source.place, snapshot)
    for named, subject, place in named_elsewhere(catalog):
        system, _, path = named.partition(".")
        snapshot = snapshots.get(system)
        if snapshot is not None and path not in snapshot.columns and _is_current(catalog, subject):
            yield _vanished(named, path, subject, place, snapshot)


def _is_current(catalog: Catalog, subject: str) -> bool:
    """Whether what names a column still holds data: a retired system or field may have lost its columns."""
    field = catalog.fields.get(FieldId(subject))
    if field is not None:
        return is_held(field.status)
    system = catalog.systems.get(SystemId(subject))
    return system is None or is_held(system.status)


def _vanished(source: str, path: str, subject: str, place: Place, snapshot: Snapshot) -> Finding:
    table = path.rpartition(".")[0]
    in_table = [key for key in snapshot.columns if key.rpartition(".")[0] == table]
    what = f"table `{table}` has no such column" if in_table else f"there is no table `{table}`"
    close = _nearest(path, in_table or snapshot.columns)
    found = snapshot.columns.get(close) if close else None
    return Finding(
        "SR105",
        f"`{subject}` names `{source}`, but in the snapshot of `{snapshot.system}` {what}",
        place,
        subject,
        related=(Related(f"`{close}` was observed here", snapshot.place(found)),) if found else (),
        fix=Fix(
            f"did you mean `{snapshot.system}.{close}`" if close else "remove it, or read the snapshot anew",
            (
                "correct the column's name",
                f"read the snapshot of `{snapshot.system}` anew",
                "remove the source",
            ),
        ),
        data={"source": source},
        detail=source,
        at_key=place.path[-1] == source,
    )


def _nearest(path: str, candidates: Collection[str]) -> str | None:
    """The observed column spelled most like `path`, in any case; None where none is close. What all have in
    common with it, such as the table, does not make them alike."""
    import difflib

    table = f"{path.rpartition('.')[0]}."
    common = len(table) if all(candidate.startswith(table) for candidate in candidates) else 0
    by_spelling = {candidate[common:].casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(path[common:].casefold(), by_spelling, n=1, cutoff=0.7)
    return by_spelling[close[0]] if close else None


def _missing_customer_id(ctx: Context) -> Iterator[Finding]:
    for system in ctx.catalog.systems.values():
        if is_held(system.status) and not system.customer_id and not system.no_customer_id:
            if "customer_id" in system.broken:
                continue
            yield Finding(
                "SR106",
                f"nothing says how `{system.id}` knows the customer",
                system.place,
                system.id,
                fix=Fix(
                    "name the column that holds the global customer id",
                    (f"`customer_id: {system.id}.table.column`", "`customer_id: {none: …}` with the reason"),
                ),
            )


def _silent_system(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable:
        return
    used = {source.system for field in ctx.catalog.fields.values() for source in field.sources.values()}
    for system in _held(ctx.catalog.systems.values()):
        if system.id not in used:
            yield Finding(
                "SR107",
                f"no field says what `{system.id}` holds",
                system.place,
                system.id,
                fix=Fix("map its columns in the `sources` of fields, or set its `status`"),
            )


def _held(systems: Iterable[System]) -> Iterator[System]:
    return (system for system in systems if is_held(system.status))


_FIELD = """\
fields:
  customer.nickname:
    label: Nickname
    definition: Name by which the customer asked to be called
    category: name
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    sources: {shop.customers.nickname: }
"""

_DESK = """\
systems:
  desk:
    label: Help desk
    kind: support
    owner: sales
    country: DE
    customer_id: desk.tickets.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
    ignore: [{columns: [tickets.created_at], reason: Set by the program}]
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
      desk.tickets.question:
"""

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
_OBSERVED = _HEADER + (
    "tickets,created_at,timestamp,,,,no,,,,\n"
    "tickets,customer_no,uuid,,,,no,,,,\n"
    "tickets,question,text,,,,yes,,,,\n"
)
_SEEN = {"observed/desk.columns.csv": _OBSERVED}

RULES: tuple[Rule, ...] = (
    Rule(
        code="SR101",
        name="field-without-source",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a live field with no source",
        rationale=(
            "A field that no system holds cannot be shown, corrected or erased, and policy for it protects "
            "nothing. It is either planned, or its columns are unknown, and then a request for access "
            "misses them."
        ),
        source="NIST Privacy Framework ID.IM-P1, ID.IM-P6",
        help="name its columns in `sources`, or set `status: planned` until a system has it",
        example=Example(bad=without(_FIELD, "sources"), good=_FIELD, at=(2, 3)),
        check=_field_without_source,
        sees=keys("sources", "status"),
    ),
    Rule(
        code="SR104",
        name="uncatalogued-column",
        severity=Severity.WARNING,
        since="0.1",
        summary="leaves an observed column neither mapped nor ignored with a reason",
        rationale=(
            "What nobody declared has no purpose, no end and no protection, and stays when a customer asks "
            "to be forgotten. A reason for ignoring a column shows that somebody looked. One finding "
            "stands for a table."
        ),
        source="NIST Privacy Framework ID.IM-P6; GDPR Art. 30",
        help=(
            "map the column under the `sources` of a field, or put it into the system's `ignore` with a "
            "reason"
        ),
        example=Example(
            bad=without(_DESK, "ignore"),
            good=_DESK,
            at=(2, 1),
            file="observed/desk.columns.csv",
            files=_SEEN,
        ),
        check=_uncatalogued_column,
        sees=keys("sources"),
    ),
    Rule(
        code="SR105",
        name="vanished-column",
        severity=Severity.ERROR,
        since="0.1",
        summary="maps a column that the snapshot does not have",
        rationale=(
            "Either the name is misspelt or the system has changed. Until it is known which, exports, "
            "erasure and policy speak of a column that is not there, and miss the one that is."
        ),
        source="NIST Privacy Framework ID.IM-P6",
        help="correct the name, read the snapshot anew, or remove the source; spelling counts, also in case",
        example=Example(
            bad=_DESK.replace("desk.tickets.question", "desk.tickets.questions").replace(
                "[tickets.created_at]", "[tickets.created_at, tickets.question]"
            ),
            good=_DESK,
            at=(23, 7),
            files=_SEEN,
        ),
        check=_vanished_column,
        sees=keys("sources", "status"),
    ),
    Rule(
        code="SR106",
        name="missing-customer-id",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a system without the global customer id, or `none` without a reason",
        rationale=(
            "Only by a common id can one person be found in every system: to answer a request, to erase, "
            "to keep one golden version. A system without it is reached by guessing from names and "
            "addresses."
        ),
        source="GDPR Art. 15, 17",
        help="name the column in `customer_id`, or write `customer_id: {none: …}` with the reason",
        example=Example(
            bad=without(_DESK, "customer_id"),
            good=_DESK,
            at=(2, 3),
        ),
        check=_missing_customer_id,
    ),
    Rule(
        code="SR107",
        name="silent-system",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a system without fields",
        rationale=(
            "A system stands in the catalog because it holds customer data. If no field says what, the "
            "inventory passes over it, and it looks as if it held none."
        ),
        source="NIST Privacy Framework ID.IM-P1",
        help=(
            "map its columns in the `sources` of fields; a system that is not used yet or any more has a "
            "`status`"
        ),
        example=Example(
            bad=_DESK.partition("fields:")[0],
            good=_DESK,
            at=(2, 3),
        ),
        check=_silent_system,
        sees=keys("sources"),
    ),
)
