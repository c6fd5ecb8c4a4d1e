"""The identity graph as data for programs: the contract of `amanat identity --format json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from amanat.identity.graph import Identity, IdentityGraph, Table
from amanat.identity.keys import Step
from amanat.identity.linked import Connection, GlobalId

VERSION = 1


def render(graph: IdentityGraph) -> str:
    """The document as JSON text."""
    return json.dumps(document(graph), ensure_ascii=False, indent=2) + "\n"


def document(graph: IdentityGraph) -> dict[str, Any]:
    """The document of `identity.schema.json`."""
    return {
        "version": VERSION,
        "subjects": [_subject(subject) for subject in graph.subjects],
        "systems": [_system(system) for system in graph.systems],
    }


def _subject(subject: GlobalId) -> dict[str, Any]:
    return {
        "subject": subject.subject,
        "global_id": subject.field,
        "reason": subject.reason or None,
        "mend": subject.mend or None,
        "systems": [_connection(connection) for connection in subject.connections],
        "mismatches": [
            {
                "what": one.what,
                "match": one.match.value,
                "values": dict(one.values),
                "why": one.why,
                "mend": one.mend,
            }
            for one in subject.mismatches
        ],
    }


def _connection(connection: Connection) -> dict[str, Any]:
    column = connection.column
    return {
        "system": connection.system,
        "link": connection.link.value,
        "customer_id": column.source if column else None,
        "field": connection.field,
        "claims": column.shown() if column else None,
        "sources": list(connection.sources),
        "reason": connection.reason or None,
        "mend": connection.mend or None,
    }


def _system(system: Identity) -> dict[str, Any]:
    said: Mapping[str, str] = system.said or {}
    return {
        "system": system.system,
        "known": system.known.value,
        "customer_id": system.customer_id,
        "unique": system.unique,
        "reason": system.reason or None,
        "mend": system.mend or None,
        "said": dict(said) or None,
        "tables": [_table(table) for table in system.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "table": table.name,
        "mapped": table.mapped,
        "reach": table.reach.value,
        "hops": [_hop(hop) for hop in table.hops],
        "others": [_hop(hop) for hop in table.others],
        "reason": table.reason or None,
        "mend": table.mend or None,
    }


def _hop(hop: Step) -> dict[str, Any]:
    return {
        "from": hop.table,
        "columns": list(hop.columns),
        "to": hop.target,
        "keys": list(hop.keys),
        "direction": "against" if hop.against else "along",
        "rows": hop.rows,
        "where": dict(hop.where),
    }
