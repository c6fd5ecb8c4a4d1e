"""The retention schedule: for each policy, jurisdiction and system how long data is kept, from which event,
what then, why, what suspends it, and the query that counts what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN, languages
from amanat.inventory.columns import Cell, Column, texts
from amanat.inventory.overdue import overdue
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field, Source
from amanat.model.resources import Retention, RetentionRule
from amanat.retention.days import calendar_of
from amanat.retention.governed import policies_of

COLUMNS = (
    Column("retention", "text", "Id of the retention policy."),
    Column("jurisdiction", "text", "Where the rule applies; `*` is everywhere that has no rule of its own."),
    Column("system", "text", "System that holds data kept by the policy."),
    Column("keep", "text", "How long (ISO 8601 duration)."),
    Column("from", "text", "Event that starts the period."),
    Column("proved_by", "list", "Sources that prove the event."),
    Column("rolling", "flag", "Whether a new event starts the period again."),
    Column("then", "text", "What happens when the period is over; on the day after its last one."),
    Column("basis", "text", "Kind of reason for the period."),
    Column("law", "text", "The law that sets it."),
    Column("why", "list", "The reason, where no law sets it: `language: text`."),
    Column("fields", "list", "Fields of the system that the policy keeps, or a copy of which it keeps."),
    Column("sources", "list", "Where they stand."),
    Column("holds", "list", "Legal holds that suspend deletion of some of them (hold ids)."),
    Column("erase_method", "text", "How data is erased in the system."),
    Column("erase_backups", "text", "How long the last backup lives on; erasing is done when it is gone."),
    Column(
        "overdue",
        "text",
        "SQL that counts the rows of the proving table whose period is over on `:as_of`; n/a where another "
        "system proves the event, unknown where nothing proves it or the engine's SQL is not known.",
    ),
    Column("file", "text", "File that declares the policy."),
    Column("line", "integer", "Line in that file, counted from 1."),
)

_Copy = tuple[Field, Source]


def schedule(catalog: Catalog, spans: Spans, as_of: date | None = None) -> Table:
    """The schedule, sorted by policy, jurisdiction and system. A policy that keeps nothing has a row without
    a system."""
    tags = catalog.languages
    columns = COLUMNS[:1] + texts("label", tags, "Name of the policy") + COLUMNS[1:]
    kept: dict[str, list[_Copy]] = {}
    for field in catalog.fields.values():
        for name, sources in policies_of(catalog, field).items():
            kept.setdefault(name, []).extend((field, source) for source in sources)
    rows = [
        row
        for policy in catalog.retention.values()
        for row in _of_policy(catalog, spans, policy, tags, kept.get(policy.id, ()))
    ]
    return Table("retention", catalog, columns, tuple(rows), as_of)


def _of_policy(
    catalog: Catalog, spans: Spans, policy: Retention, tags: tuple[str, ...], kept: Sequence[_Copy]
) -> Iterator[Row]:
    systems = sorted({source.system for _, source in kept})
    rules = {"*": policy.rule, **dict(sorted(policy.where.items()))}
    span = spans.span(policy.place)
    for where, rule in rules.items():
        common: dict[str, Cell] = {
            "retention": policy.id,
            **{f"label_{tag}": policy.label.get(tag) or UNKNOWN for tag in tags},
            "jurisdiction": where,
            "rolling": policy.rolling,
            **_rule(rule),
            "file": policy.place.file,
            "line": span.line if span else UNKNOWN,
        }
        for system in systems:
            yield common | _of_system(catalog, rule, where, system, kept)
        if not systems:
            names = ("system", "fields", "sources", "holds", "erase_method", "erase_backups", "overdue")
            yield common | dict.fromkeys(names, NOT_APPLICABLE)


def _rule(rule: RetentionRule) -> dict[str, Cell]:
    basis = rule.basis
    law = basis.law if basis else None
    legal = basis is None or basis.kind.startswith("legal_")
    return {
        "keep": rule.keep or UNKNOWN,
        "from": rule.trigger or UNKNOWN,
        "proved_by": tuple(rule.proved_by) or UNKNOWN,
        "then": rule.then or UNKNOWN,
        "basis": basis.kind if basis else UNKNOWN,
        "law": law or (UNKNOWN if legal else NOT_APPLICABLE),
        "why": (languages(basis.why) if basis else ()) or (NOT_APPLICABLE if law else UNKNOWN),
    }


def _of_system(
    catalog: Catalog, rule: RetentionRule, where: str, system: str, kept: Sequence[_Copy]
) -> dict[str, Cell]:
    entry = catalog.systems.get(system)  # type: ignore[call-overload]
    erase = entry.erase if entry else None
    here = list({field.id: field for field, one in kept if one.system == system}.values())
    return {
        "system": system,
        "fields": tuple(field.id for field in here),
        "sources": tuple(sorted(one.id for _, one in kept if one.system == system)),
        "holds": _holds(catalog, system, here),
        "erase_method": (erase.method if erase else None) or UNKNOWN,
        "erase_backups": (erase.backups if erase else None) or UNKNOWN,
        "overdue": _overdue(catalog, rule, where, system),
    }


def _holds(catalog: Catalog, system: str, fields: list[Field]) -> tuple[str, ...]:
    return tuple(
        hold.id
        for hold in catalog.holds.values()
        if (not hold.systems or system in hold.systems)
        and (not hold.fields or any(selects(one, field.id) for one in hold.fields for field in fields))
    )


def _overdue(catalog: Catalog, rule: RetentionRule, where: str, system: str) -> Cell:
    """The query for the first source of the system that proves the event."""
    if not rule.proved_by or not rule.keep:
        return UNKNOWN
    entry = catalog.systems.get(system)  # type: ignore[call-overload]
    for proof in rule.proved_by:
        parts = split_source(proof)
        if parts is not None and parts.system == system:
            engine, calendar = entry.engine if entry else None, calendar_of(rule.trigger, where)
            return overdue(parts, rule.keep, engine, rule.trigger, calendar) or UNKNOWN
    return NOT_APPLICABLE
