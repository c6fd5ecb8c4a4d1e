"""What the plans say to programs: the head that they share, and the contract of `amanat access-request`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from amanat import __version__
from amanat.identity.keys import Step
from amanat.model.catalog import Catalog
from amanat.rights import beside
from amanat.rights.access import AccessPlan, Read, SystemRead, portability
from amanat.rights.problems import Problem
from amanat.rights.writing import Query
from amanat.sheet import Spans
from amanat.text import Place

VERSION = 1


def render(document: Mapping[str, Any]) -> str:
    """A document as JSON text."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def head(catalog: Catalog) -> dict[str, Any]:
    """What every document begins with."""
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
    }


def at(place: Place, spans: Spans) -> dict[str, Any]:
    """Where something is written."""
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else None}


def problems(found: Iterable[Problem], spans: Spans) -> list[dict[str, Any]]:
    """What the plan cannot do."""
    return [
        {"problem": one.key, "about": one.about, "values": dict(one.values), **at(one.place, spans)}
        for one in dict.fromkeys(found)
    ]


def query(one: Query | None) -> dict[str, Any] | None:
    """A statement and the number of its parameters."""
    return None if one is None else {"sql": one.text, "parameters": one.parameters}


def hops(way: Iterable[Step]) -> list[dict[str, Any]]:
    """A way, hop by hop."""
    return [
        {
            "from": hop.table,
            "columns": list(hop.columns),
            "to": hop.target,
            "keys": list(hop.keys),
            "where": dict(hop.where),
        }
        for hop in way
    ]


def access_document(plan: AccessPlan, spans: Spans) -> dict[str, Any]:
    """The plan of an access request."""
    catalog = plan.catalog
    return {
        **head(catalog),
        "subject": plan.subject.id,
        "global_id": plan.field.id if plan.field else None,
        "systems": [_system(one) for one in plan.systems],
        "purposes": [
            {
                "id": one.purpose.id,
                "until": one.purpose.until,
                "basis": dict(one.purpose.basis),
                "rights": [f"Art. {article}" for article in one.articles],
                "profiling": one.purpose.profiling.used if one.purpose.profiling else None,
                "fields": [field.id for field in one.fields],
                **at(one.purpose.place, spans),
            }
            for one in beside.purposes(catalog, plan.told)
        ],
        "recipients": [
            {
                "id": one.recipient.id,
                "role": one.recipient.role,
                "country": one.recipient.country,
                "contact": one.recipient.contact,
                "runs": list(one.runs),
                "purposes": list(one.purposes),
                "transfers": [transfer.id for transfer in one.transfers],
                "fields": [field.id for field in one.fields],
                **at(one.recipient.place, spans),
            }
            for one in beside.recipients(catalog, plan.told, plan.holders)
        ],
        "retention": [
            {
                "id": one.policy.id,
                "jurisdiction": one.where,
                "keep": one.rule.keep,
                "from": one.rule.trigger,
                "then": one.rule.then,
                "fields": [field.id for field in one.fields],
                **at(one.policy.place, spans),
            }
            for one in beside.kept(catalog, plan.told)
        ],
        "fields": [
            {
                "id": one.field.id,
                "subject": one.field.subject,
                "category": one.field.category,
                "origin": one.field.origin,
                "portable": one.why == "yes",
                "why": one.why,
            }
            for one in portability(plan)
        ],
        "problems": problems(plan.problems, spans),
    }


def _system(one: SystemRead) -> dict[str, Any]:
    find = query(one.find)
    return {
        "system": one.system.id,
        "dialect": one.dialect.name if one.dialect else None,
        "known_by": one.anchor.column,
        "value": one.anchor.start.value,
        "found_in": one.anchor.source,
        "field": one.anchor.field,
        "find": None if find is None or one.found_in is None else {"system": one.found_in.id, **find},
        "tables": [_read(read) for read in one.reads],
    }


def _read(read: Read) -> dict[str, Any]:
    return {
        "table": read.rows.table,
        "hops": hops(read.way),
        "columns": [
            {
                "column": one.name,
                "fields": [field.id for field in one.fields],
                "others": one.others,
                "withheld": one.withheld,
            }
            for one in read.columns
        ],
        "read": query(read.query),
        "disputed": query(read.disputed),
    }
