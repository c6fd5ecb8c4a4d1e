"""The contracts of `amanat impact --format json`: `impact.schema.json` and `exposure.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from amanat import __version__
from amanat.breach.calling import Call
from amanat.breach.counting import Count
from amanat.breach.draft import draft
from amanat.breach.facts import Impact, Struck
from amanat.breach.ranking import Exposure, steps
from amanat.breach.words import words_for
from amanat.model.catalog import Catalog
from amanat.model.resources import Recipient, Team
from amanat.sheet import At, Cell, Spans, Thing
from amanat.text import Place

VERSION = 1


def render(document: Mapping[str, Any]) -> str:
    """A document as JSON text."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def impact_document(impact: Impact, spans: Spans, lang: str) -> dict[str, Any]:
    """What a breach means. Words are only in `draft`, in the language asked for."""

    def at(place: Place) -> dict[str, Any]:
        return _at(place, spans)

    target = impact.target
    return {
        **_head(impact.catalog),
        "lang": lang,
        "target": {
            "kind": target.kind.value,
            "id": target.id,
            "label": dict(target.label),
            **at(target.place),
        },
        "aware": None if impact.aware is None else impact.aware.isoformat(),
        "subjects": [{"id": one.id, "minors": one.minors, **at(one.place)} for one in impact.subjects],
        "fields_without_subject": impact.unsaid_subjects,
        "categories": [
            {"id": None if one is None else one.id, "fields": number} for one, number in impact.categories
        ],
        "classes": [
            {"id": None if known is None else known.id, "fields": number} for known, number in impact.classes
        ],
        "special": [one.id for one in impact.special],
        "may_be_special": [one.id for one in impact.unsure],
        "systems": [_struck(one, spans) for one in impact.struck],
        "roles": [
            {
                "id": one.role.id,
                "people": one.role.people,
                "clear": one.clear,
                "masked": one.masked,
                "purposes": list(one.purposes),
                **at(one.role.place),
            }
            for one in impact.readers
        ],
        "recipients": [
            {
                "id": one.recipient.id,
                "role": one.recipient.role,
                "country": one.recipient.country,
                "contact": one.recipient.contact,
                "runs": list(one.runs),
                "purposes": list(one.purposes),
                "fields": one.fields,
                **at(one.recipient.place),
            }
            for one in impact.receivers
        ],
        "transfers": [
            {
                "id": one.id,
                "recipient": one.recipient,
                "system": one.system,
                "country": one.country,
                "mechanism": one.mechanism,
                "evidence": one.evidence,
                **at(one.place),
            }
            for one in impact.transfers
        ],
        "downstream": [
            {
                "system": one.system.id,
                "fed": list(one.fed),
                "feeding": list(one.feeding),
                "beside": list(one.beside),
                "derived": list(one.derived),
            }
            for one in impact.downstream
        ],
        "calls": [{**_call(one), **at(one.place)} for one in impact.calls],
        "clocks": [
            {
                "jurisdiction": one.jurisdiction,
                "declared": list(one.declared),
                "because": one.because,
                "known": one.known,
                "duties": [
                    {
                        "duty": clock.key,
                        "hours": clock.hours,
                        "due": None if clock.due is None else clock.due.isoformat(),
                        "source": clock.source,
                    }
                    for clock in one.clocks
                ],
                **at(one.place),
            }
            for one in impact.regimes
        ],
        "draft": _draft(impact, lang),
        "fields": [
            {
                "id": one.field.id,
                "subject": one.field.subject,
                "category": one.field.category,
                "classification": one.field.classification,
                "special": one.special,
                "sources": [source.id for source in one.sources],
                **at(one.field.place),
            }
            for one in impact.exposed
        ],
        "not_in_use": [one.id for one in impact.left_out],
    }


def _head(catalog: Catalog) -> dict[str, Any]:
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
    }


def _at(place: Place, spans: Spans) -> dict[str, Any]:
    if place.file.endswith(".csv") and place.path:
        return {"file": place.file, "line": place.path[0]}
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else None}


def _struck(one: Struck, spans: Spans) -> dict[str, Any]:
    system = one.system
    return {
        "id": system.id,
        "country": system.country,
        "engine": system.engine,
        "recipient": system.recipient,
        "users": system.users,
        "users_max": system.users_max,
        "security": list(system.security),
        "lacking": [{"control": lack.control, "classes": list(lack.classes)} for lack in one.lacks],
        "undeclared_columns": None if one.undeclared is None else list(one.undeclared),
        "people_query": one.people,
        "tables": [
            {
                "name": table.name,
                "columns": list(table.columns),
                "measured": _count(table.measured, spans),
                "query": table.query,
            }
            for table in one.tables
        ],
        **_at(system.place, spans),
    }


def _count(count: Count | None, spans: Spans) -> dict[str, Any] | None:
    return None if count is None else {"rows": count.rows, "on": count.on, **_at(count.place, spans)}


def _call(one: Call) -> dict[str, Any]:
    kind = {Team: "team", Recipient: "recipient"}.get(type(one.who), "name")
    who = one.who if isinstance(one.who, str) else one.who.id
    team = one.who if isinstance(one.who, Team) else None
    return {
        "why": one.why.value,
        "kind": kind,
        "who": who,
        "contact": one.contact,
        "lead": team.lead if team else None,
        "deputy": team.deputy if team else None,
        "systems": list(one.about),
        "fields": one.number,
    }


def _draft(impact: Impact, lang: str) -> list[dict[str, Any]]:
    say = words_for(lang)
    return [
        {
            "element": one.key,
            "article": one.article,
            "said": [_words(cell, lang, say.say("comma")) for cell in one.said],
            "open": [{"question": each.asks, "key": each.key or None} for each in one.open],
        }
        for one in draft(impact, say)
    ]


def _words(cell: Cell, lang: str, comma: str) -> str:
    if isinstance(cell, Thing):
        label = cell.label.get(lang) or next(iter(cell.label.values()), "")
        return f"{label} ({cell.id})" if label else cell.id
    if isinstance(cell, At):
        return cell.place.file
    if isinstance(cell, str):
        return str(cell)
    return comma.join(_words(piece, lang, comma) for piece in cell)


def ranking_document(catalog: Catalog, found: tuple[Exposure, ...], spans: Spans) -> dict[str, Any]:
    """The order of the systems, with every number that was compared."""
    return {
        **_head(catalog),
        "steps": list(steps(catalog)),
        "systems": [
            {
                "place": one.place,
                "id": one.system.id,
                "compared": list(one.key),
                "decided_by": one.decided_by or None,
                "fields": one.fields,
                "columns": one.columns,
                "may_be_special": one.unsure,
                "subjects": list(one.subjects),
                "minors": list(one.minors),
                "roles": one.roles,
                "roles_not_counted": one.uncounted,
                "undeclared_columns": one.undeclared,
                "lacking": list(one.lacking),
                "measured": [{"table": table, **(_count(count, spans) or {})} for table, count in one.rows],
                **_at(one.system.place, spans),
            }
            for one in found
        ],
    }
