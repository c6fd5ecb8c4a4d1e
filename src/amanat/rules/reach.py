"""Rules about reaching every field of a person from the global id: ID109 to ID114.

One cause, one finding. That a table of a system leads nowhere is ID105, that nobody said how a system's
customer id connects is ID107, that a system has no customer id SR106. ID109 speaks of what none of them
does: systems that are declared to have no customer id and that no link reaches, and tables that the person's
way misses although the system's customer id is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.identity import Known, Link
from amanat.lint.rule import Context, Rule
from amanat.model.catalog import Catalog
from amanat.model.resources import KeyLink, System
from amanat.model.values import FieldId, SourceId
from amanat.rules import reach_examples as examples
from amanat.rules.identity import IDENTIFYING, graph_of
from amanat.rules.wording import counted, joined, listing

if TYPE_CHECKING:
    from amanat.identity.person import PersonWays, SystemWays

_SHOWN = 5


def ways_of(ctx: Context) -> tuple[PersonWays, ...]:
    """The ways to all rows of every kind of people, made once for all rules."""
    from amanat.identity.person import person_ways

    return ctx.shared("person ways", lambda given: person_ways(given.catalog, ids=graph_of(given).subjects))


def _field_out_of_reach(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if catalog.unreadable:
        return
    told = _told_elsewhere(ctx)
    for person in ways_of(ctx):
        for system in person.systems:
            lost = [one for one in system.lost if (system.system, one.table) not in told]
            if (
                not lost
                or system.system not in catalog.snapshots
                or (system.anchor is None and not _is_decided(catalog, system))
            ):
                continue
            for reason, mend in dict.fromkeys((one.reason, one.mend) for one in lost):
                tables = [one.table for one in lost if (one.reason, one.mend) == (reason, mend)]
                fields = sorted(
                    {name for one in lost if (one.reason, one.mend) == (reason, mend) for name in one.fields}
                )
                yield _out_of_reach(catalog, person, system, (reason, mend), tables, fields)


def _told_elsewhere(ctx: Context) -> set[tuple[str, str]]:
    """Tables of which ID105 speaks."""
    return {
        (system.system, table.name)
        for system in graph_of(ctx).systems
        if system.known is Known.HERE
        for table in system.tables
        if table.reach.value in ("unreachable", "unknown")
    }


def _is_decided(catalog: Catalog, system: SystemWays) -> bool:
    """Whether the system is declared to have no customer id; else other rules speak."""
    return bool(catalog.systems[system.system].no_customer_id)


def _out_of_reach(
    catalog: Catalog,
    person: PersonWays,
    system: SystemWays,
    why: tuple[str, str],
    tables: list[str],
    fields: list[FieldId],
) -> Finding:
    reason, mend = why
    return Finding(
        "ID109",
        f"{counted(len(fields), 'field')} of `{person.subject}` cannot be reached in `{system.system}` from "
        f"{f'`{person.field}`'}: {reason}",
        catalog.systems[system.system].place.at("customer_id"),
        system.system,
        related=tuple(Related(f"`{name}`", catalog.fields[name].place) for name in fields[:_SHOWN]),
        fix=Fix(mend) if mend else Fix("declare the key under `links` of the system"),
        data={"subject": person.subject, "tables": tables, "fields": list(fields)},
        detail=f"{person.subject}/{listing(tables, _SHOWN)}",
    )


def _no_global_id(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    about: dict[str, list[FieldId]] = {}
    for field in catalog.fields.values():
        if field.subject is not None and field.status.held and field.sources:
            about.setdefault(field.subject, []).append(field.id)
    for subject in catalog.subjects.values():
        fields = about.get(subject.id, [])
        decided = subject.global_id is not None or subject.no_global_id or "global_id" in subject.broken
        if fields and not decided:
            yield Finding(
                "ID110",
                f"nothing identifies `{subject.id}` across systems, yet {counted(len(fields), 'field')} "
                f"{'is' if len(fields) == 1 else 'are'} about these people: {listing(fields, _SHOWN)}",
                subject.place,
                subject.id,
                fix=Fix("name a field in `global_id`, or say `global_id: {none: …}` with the reason"),
                data={"fields": fields},
            )


def _cyclic_keys(ctx: Context) -> Iterator[Finding]:
    found = {
        (system.system, circle): None
        for person in ways_of(ctx)
        for system in person.systems
        for circle in system.circles
    }
    for name, circle in found:
        snapshot = ctx.catalog.snapshots[name]
        first = {column.table: column for column in reversed(list(snapshot.columns.values()))}
        yield Finding(
            "ID111",
            f"the keys of {listing(circle, _SHOWN)} in `{name}` lead in a circle",
            ctx.catalog.systems[name].place,
            name,
            related=tuple(Related(f"`{table}`", snapshot.place(first[table])) for table in circle[:_SHOWN]),
            fix=Fix(
                "where one of the keys names somebody else, say so under `links` with `names: other`; "
                "else nothing: the shortest way counts, and erasure empties a key first"
            ),
            data={"tables": list(circle)},
            detail="/".join(circle),
        )


def _contradicting_links(ctx: Context) -> Iterator[Finding]:
    for system in ctx.catalog.systems.values():
        by_start: dict[tuple[SourceId, str], list[KeyLink]] = {}
        for link in system.links:
            by_start.setdefault((link.start, str(sorted(link.where.items()))), []).append(link)
            if link.start == link.end:
                yield _contradiction(system, [link], f"`{link.start}` is linked to itself")
            elif link.other and link.start == system.customer_id:
                why = f"`{link.start}` is the customer id, and a link says that it names somebody else"
                yield _contradiction(system, [link], why)
        for (start, _), links in sorted(by_start.items()):
            ends = sorted({link.end for link in links})
            if len({link.other for link in links}) > 1:
                yield _contradiction(
                    system, links, f"`{start}` is said to name the person, and to name somebody else"
                )
            elif len({_table(end) for end in ends}) > 1 and not links[0].other:
                what = joined([f"`{end}`" for end in ends])
                yield _contradiction(system, links, f"`{start}` leads to {what} at the same time")


def _table(source: SourceId) -> str:
    return source.rpartition(".")[0]


def _contradiction(system: System, links: list[KeyLink], message: str) -> Finding:
    return Finding(
        "ID112",
        message,
        links[0].place,
        system.id,
        related=tuple(Related(f"`{link.end}`", link.place) for link in links[1:]),
        fix=Fix("keep one of them, or tell them apart with `where`"),
        data={"from": links[0].start, "to": [link.end for link in links]},
        detail=str(links[0].start),
    )


def _second_ways(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable:
        return
    from amanat.identity.person import second_ways

    found = {
        (ways.system, ways.anchor.column, link.start, link.end): link.place
        for person in ways_of(ctx)
        for ways in person.systems
        if ways.anchor is not None
        for link in second_ways(ctx.catalog, ways)
    }
    for (system, column, start, end), place in found.items():
        yield Finding(
            "ID113",
            f"`{system}` is reached by `{column}`, and by a link from `{start}` to `{end}`: where they lead "
            "to different people, the first counts",
            place,
            system,
            fix=Fix("keep the one that is sure, and remove the other"),
            data={"column": column, "from": start, "to": end},
            detail=f"{start}/{end}",
        )


def _denied_ids(ctx: Context) -> Iterator[Finding]:
    """Systems that are said to have no customer id, and yet are sources of the global one."""
    if ctx.catalog.unreadable:
        return
    for subject in graph_of(ctx).subjects:
        for one in subject.connections:
            system = ctx.catalog.systems[one.system]
            if one.link is not Link.NONE or not one.sources or not system.status.held:
                continue
            held = joined([f"`{source}`" for source in one.sources])
            verb = "holds" if len(one.sources) == 1 else "hold"
            yield Finding(
                "ID114",
                f"`{one.system}` is declared to have no customer id, and {held} {verb} `{subject.field}`, "
                f"the global id of `{subject.subject}`",
                system.place.at("customer_id"),
                one.system,
                fix=Fix(
                    f"name `{one.sources[0]}` as its `customer_id`",
                    (f"take {held} out of the sources of `{subject.field}`, if it holds something else",),
                ),
                data={"field": subject.field, "sources": list(one.sources)},
                detail=str(subject.subject),
            )


RULES: tuple[Rule, ...] = (
    Rule(
        code="ID109",
        name="field-out-of-reach",
        severity=Severity.WARNING,
        since="0.1",
        summary="holds fields of a person that no key leads to from the global id",
        rationale=(
            "Whoever asks for a copy or for erasure is looked for by the global id and the keys from there "
            "on. What they do not reach is neither shown nor erased. `amanat access-request` shows the ways."
        ),
        source="GDPR Art. 15, 17",
        help="declare the link that the finding names, or keep the global id in the system",
        example=examples.OUT_OF_REACH,
        check=_field_out_of_reach,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID110",
        name="subject-without-global-id",
        severity=Severity.WARNING,
        since="0.1",
        summary="holds data about people whom nothing identifies across systems",
        rationale=(
            "Without a global id nobody can say which records of different systems are one person's. Where "
            "that is meant so, say why: a request is then answered by hand."
        ),
        source="GDPR Art. 11, 15, 17",
        help="name a field in `global_id`, or say `global_id: {none: …}` with the reason",
        example=examples.NO_GLOBAL_ID,
        check=_no_global_id,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID111",
        name="cyclic-keys",
        severity=Severity.INFO,
        since="0.1",
        summary="has tables whose keys lead in a circle on the way to a person",
        rationale=(
            "In a circle no table comes first: rows cannot be deleted in an order, and whose a row is may be "
            "answered in two ways. Plans take the shortest way and empty a key before they delete."
        ),
        source="GDPR Art. 17",
        help="say under `links` which key names somebody else",
        example=examples.CIRCLE,
        check=_cyclic_keys,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID112",
        name="contradicting-links",
        severity=Severity.ERROR,
        since="0.1",
        summary="declares links that cannot both be true",
        rationale=(
            "A key that leads to two tables at once, or names the person and somebody else, makes two paths "
            "that disagree: one person would get the data of another."
        ),
        source="GDPR Art. 5(1)(d), (f)",
        help="keep one of them, or tell them apart with `where`",
        example=examples.CONTRADICTION,
        check=_contradicting_links,
    ),
    Rule(
        code="ID113",
        name="second-way",
        severity=Severity.INFO,
        since="0.1",
        summary="has a system that the global id reaches in two ways that may disagree",
        rationale=(
            "A system that has the customer id and a link to another system's column has two answers to "
            "whose a row is. Nobody compares them: a person may be shown, or lose, what is somebody else's."
        ),
        source="GDPR Art. 5(1)(d), (f)",
        help="keep the way that is sure, and remove the other",
        example=examples.SECOND_WAY,
        check=_second_ways,
        sees=IDENTIFYING,
    ),
    Rule(
        code="ID114",
        name="denied-id",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a system that is said to have no customer id and holds the global one",
        rationale=(
            "One of the two is wrong. Golden records and the identity graph take the rows of the system for "
            "nobody's, while plans look for the person by the column: they disagree on whose data it is."
        ),
        source="GDPR Art. 5(1)(d), 15, 17",
        help="name the column as the system's `customer_id`, or take it out of the field's sources",
        example=examples.DENIED,
        check=_denied_ids,
        sees=IDENTIFYING,
    ),
)
