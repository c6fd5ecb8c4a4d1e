"""Rules about how rows and systems lead to one customer: ID105 to ID108.

One cause, one finding. What the sources of the global id's own field say differently is a conflict of that
field: CF101, CF102, CF103, CF110 or CF114 speak of it, with all its sources and the ledger. ID106 speaks of
what no facet holds: dashes, and customer ids that connect by a derived field without `logic`; with it, the
ids need not be equal. A customer id that is not unique is no finding by itself, because several rows of one
customer may carry it; nor is a system that nobody looked into, or that is declared to have no customer id. A
missing `customer_id` is SR106, an unmapped one SR104.
"""

from __future__ import annotations

from collections.abc import Iterator

from amanat.conflicts.observed import Columns
from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.identity import (
    Connection,
    GlobalId,
    Identity,
    IdentityGraph,
    Link,
    Match,
    Mismatch,
    Reach,
    Table,
    identity_graph,
)
from amanat.lint.rule import Context, Rule, keys
from amanat.load.build_field import CANONICAL_FACETS
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.values import FieldId, SourceId, SystemId
from amanat.rules import identity_examples as examples
from amanat.rules.usage import is_held
from amanat.rules.wording import counted, joined, listing

_SHOWN = 5

_LEADS = {
    Reach.UNREACHABLE: "no way leads from the rows of {tables} to the customer",
    Reach.MANY: "a row of {tables} may lead to several customers",
    Reach.AMBIGUOUS: "the rows of {tables} lead to the customer by several ways that may disagree",
}


IDENTIFYING = keys(
    *CANONICAL_FACETS,
    *("category", "codes", "derived_from", "kind", "logic", "master", "narrative", "origin", "sources"),
    *("status", "subject", "survivorship"),
)
"""Keys of fields that may bear on which systems know which ids of a customer."""


def graph_of(ctx: Context) -> IdentityGraph:
    """The identity graph, made once for all rules."""
    return ctx.shared("identity", lambda given: identity_graph(given.catalog))


def _unreachable_rows(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if catalog.unreadable:
        return
    systems = graph_of(ctx).systems
    if not any(table.reach in _LEADS for system in systems for table in system.tables):
        return
    held = {
        (system, f"{schema}.{table}" if schema else table)
        for system, schema, table, _ in {
            source.table
            for field in catalog.fields.values()
            if is_held(field.status)
            for source in field.sources.values()
        }
    }
    for system in systems:
        if not is_held(catalog.systems[system.system].status):
            continue
        for reach, words in _LEADS.items():
            tables = [t for t in system.tables if t.reach is reach and (system.system, t.name) in held]
            if tables:
                yield _lost(catalog, system, reach, words, tables)


def _lost(catalog: Catalog, system: Identity, reach: Reach, words: str, tables: list[Table]) -> Finding:
    mends = list(dict.fromkeys(table.mend for table in tables if table.mend))
    options = mends[: _SHOWN - 1]
    if len(mends) > len(options):
        rest = counted(len(mends) - len(options), "other")
        options = [*options, f"see `amanat identity --system {system.system}` for {rest}"]
    return Finding(
        "ID105",
        f"in `{system.system}` {words.format(tables=listing((table.name for table in tables), _SHOWN))}",
        catalog.systems[system.system].place.at("customer_id"),
        system.system,
        related=tuple(_first_rows(catalog, system, tables)),
        fix=Fix(
            "record the keys that lead there, or keep the customer's key beside the rows", tuple(options)
        ),
        data={"reach": reach.value, "tables": [table.name for table in tables]},
        detail=reach.value,
    )


def _first_rows(catalog: Catalog, system: Identity, tables: list[Table]) -> Iterator[Related]:
    snapshot = catalog.snapshots[system.system]
    first = {column.table: column for column in reversed(list(snapshot.columns.values()))}
    for table in tables:
        yield Related(f"`{table.name}`: {table.reason}", snapshot.place(first[table.name]))


def _unmatchable_ids(ctx: Context) -> Iterator[Finding]:
    for subject in graph_of(ctx).subjects:
        own = {c.column.source for c in subject.connections if c.column and c.link is Link.SOURCE}
        explained = set(_explained(ctx.catalog, subject))
        # A UUID beside a text is a matter of types; only between texts nobody else speaks of dashes.
        typed = any(mismatch.what == "type" for mismatch in subject.mismatches)
        for mismatch in subject.mismatches:
            values = {source: value for source, value in mismatch.values.items() if source not in explained}
            theirs = {value for source, value in values.items() if source in own}
            if mismatch.what in ("unique", "recycled") or len(set(values.values())) < 2:
                continue  # see the module's first lines; ID108
            if theirs < set(values.values()) or (mismatch.what == "dashes" and not typed):
                yield _unmatched(ctx.catalog, subject, mismatch._replace(values=values))


def _explained(catalog: Catalog, subject: GlobalId) -> Iterator[SourceId]:
    """Customer ids of which `logic` says how they are made from the global id, or it from them."""
    for connection in subject.connections:
        if connection.column and connection.link is Link.DERIVED and connection.field and subject.field:
            field, whole = catalog.fields[connection.field], catalog.fields[subject.field]
            if (field if whole.id in field.derived_from else whole).logic:
                yield connection.column.source


_VERDICT = {
    Match.NEVER: "never match",
    Match.CONVERTED: "match only after a conversion",
    Match.CUT: "do not match where long ones are cut",
    Match.SHARED: "stand for different things",
}


def _unmatched(catalog: Catalog, subject: GlobalId, mismatch: Mismatch) -> Finding:
    said: dict[str, list[str]] = {}
    for source, value in mismatch.values.items():
        said.setdefault(value, []).append(source)
    values = joined(f"{value} in {listing(sources)}" for value, sources in sorted(said.items()))
    systems = {source.partition(".")[0]: source for source in mismatch.values}
    return Finding(
        "ID106",
        f"the ids of `{subject.subject}` {_VERDICT[mismatch.match]}: {mismatch.what} is {values}",
        catalog.subjects[subject.subject].place.at("global_id"),
        subject.subject,
        related=tuple(
            Related(f"`{source}`", catalog.systems[SystemId(name)].place.at("customer_id"))
            for name, source in sorted(systems.items())
        ),
        fix=Fix(
            mismatch.mend, (mismatch.mend, "say in the `logic` of a derived id how it is made from the other")
        ),
        data={"what": mismatch.what, "values": dict(mismatch.values)},
        severity=Severity.ERROR if mismatch.match is Match.NEVER else Severity.WARNING,
        detail=mismatch.what,
    )


def _unlinked_system(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    asked = {system.customer_id for system in catalog.systems.values()}
    mapped = {source for field in catalog.fields.values() for source in field.sources if source in asked}
    links: dict[str, list[tuple[GlobalId, Connection]]] = {}
    for subject in graph_of(ctx).subjects:
        for connection in subject.connections:
            links.setdefault(connection.system, []).append((subject, connection))
    for name, found in sorted(links.items()):
        system = catalog.systems[SystemId(name)]
        subjects, connections = zip(*found, strict=True)
        if not is_held(system.status) or system.customer_id not in mapped:
            continue
        if any(connection.link is not Link.OTHER for connection in connections):
            continue
        fields = listing(dict.fromkeys(str(subject.field) for subject in subjects))
        yield Finding(
            "ID107",
            f"nothing says how `{system.customer_id}`, the customer id of `{name}`, connects to {fields}",
            system.place.at("customer_id"),
            system.id,
            fix=Fix(connections[0].mend),
        )


def _recycled_id(ctx: Context) -> Iterator[Finding]:
    columns: Columns | None = None
    keys = _keys(ctx.catalog)
    customer_ids = {system.customer_id: system for system in ctx.catalog.systems.values()}
    for field in ctx.catalog.fields.values():
        for source in field.sources.values() if is_held(field.status) else ():
            if not source.facets.get("recycled"):
                continue
            columns = columns or Columns(ctx.catalog)
            system = customer_ids.get(source.id)
            if system is not None:
                yield _given_again(field, source, f"`{system.id}` knows its customers by it", Severity.ERROR)
            elif field.id in keys:
                yield _given_again(
                    field, source, f"it holds the global id `{keys[field.id]}`", Severity.ERROR
                )
            elif source.facets.get("unique", columns.claims(source).get("unique")) is True:
                why = "it is unique, so whoever has it next meets the record of the first"
                yield _given_again(field, source, why, Severity.WARNING)


def _keys(catalog: Catalog) -> dict[FieldId, FieldId]:
    """The global ids and the fields that they are derived from, each with the global id."""
    found: dict[FieldId, FieldId] = {}
    for subject in catalog.subjects.values():
        field = catalog.fields.get(subject.global_id) if subject.global_id is not None else None
        if field is not None:
            found |= dict.fromkeys((field.id, *field.derived_from), field.id)
    return found


def _given_again(field: Field, source: Source, why: str, severity: Severity) -> Finding:
    after = source.facets["recycled"]
    when = "later" if after is True else f"after `{after}`"
    return Finding(
        "ID108",
        f"`{source.id}` is given to another customer {when}, but {why}",
        source.place.at("recycled"),
        field.id,
        fix=Fix(
            "match by an id that is never given again",
            (
                "keep from when until when a value belonged to a customer, and match within that time",
                "ask for a second property before two records are taken for one customer",
            ),
        ),
        data={"source": source.id, "recycled": after},
        severity=severity,
        detail=source.id,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        code="ID105",
        name="unreachable-rows",
        severity=Severity.WARNING,
        since="0.1",
        summary="has tables whose rows do not lead to one customer",
        rationale=(
            "A request for access or erasure starts from a customer and follows keys. Rows that no key "
            "reaches are missed; rows that lead to several customers are shown to the wrong one. One finding "
            "stands for a system and a reason; `amanat identity` shows the ways."
        ),
        source="GDPR Art. 15, 17",
        help="record the key in the snapshot, map the column that holds the customer id, or keep one there",
        example=examples.UNREACHABLE,
        check=_unreachable_rows,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID106",
        name="unmatchable-ids",
        severity=Severity.ERROR,
        since="0.1",
        summary="has customer ids that cannot match across its systems",
        rationale=(
            "Where one system writes a number and the other a UUID, or one with dashes and one without, no "
            "record finds its counterpart, or only by chance. Ids that need a conversion are a warning. "
            "What the sources of one field say differently is told by the conflict rules."
        ),
        source="ISO/IEC 11179-3",
        help="keep one scheme and spelling, or a table that leads from one to the other",
        example=examples.UNMATCHABLE,
        check=_unmatchable_ids,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID107",
        name="unlinked-system",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a system whose customer id no field connects to the global one",
        rationale=(
            "The system knows its customers, but nobody said how that id leads to the one by which the "
            "others know them. To a request, its records are as good as not there."
        ),
        source="GDPR Art. 15, 17",
        help="add it to the sources of the global id's field, or derive one field from the other",
        example=examples.UNLINKED,
        check=_unlinked_system,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID108",
        name="recycled-id",
        severity=Severity.ERROR,
        since="0.1",
        summary="knows customers by an id that is later given to another one",
        rationale=(
            "A carrier gives a telephone number to its next customer, a database a key that became free. "
            "Whoever matches by it merges two people, and shows one the data of the other. It is a warning "
            "where the id is unique without being the customer id."
        ),
        source="GDPR Art. 5(1)(d), (f)",
        help="match by an id that is never given again, or only within the time that a value belonged to one",
        example=examples.RECYCLED,
        check=_recycled_id,
        sees=IDENTIFYING,
    ),
)
