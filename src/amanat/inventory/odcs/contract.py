"""A contract for each system: whose it is, where it stands, who may use it, what it holds, how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from amanat import __version__
from amanat.conflicts import Report
from amanat.conflicts.observed import Columns
from amanat.inventory.access import Access
from amanat.inventory.odcs.custom import Json, custom, in_one, others
from amanat.inventory.odcs.quality import service_levels
from amanat.inventory.odcs.tables import Held, tables
from amanat.inventory.register import Spans, register
from amanat.inventory.select import Filter
from amanat.model.catalog import Catalog
from amanat.model.resources import KeyLink, System
from amanat.model.values import FieldId, RetentionId, RoleId, SourceId, SystemId
from amanat.observe.coverage import coverage
from amanat.policy.matrix import Selection

API_VERSION = "v3.1.0"
_STATUS = {"planned": "proposed", "live": "active", "retiring": "deprecated", "retired": "retired"}


def contracts(
    catalog: Catalog,
    report: Report,
    spans: Spans,
    day: date | None,
    systems: Sequence[SystemId],
    lang: str | None = None,
) -> dict[SystemId, Json]:
    """The contracts of systems, in the standard's order of keys. `day` is the one to judge access by."""
    tag = lang or catalog.language
    observed = Columns(catalog)
    open_to = _open_to(catalog, day, systems)
    held = _held(catalog, report, spans, systems)
    covered = {one.system.id: one for one in coverage(catalog)}
    return {
        name: _contract(
            catalog, catalog.systems[name], held[name], open_to[name], covered[name], observed, tag
        )
        for name in systems
    }


def _held(
    catalog: Catalog, report: Report, spans: Spans, systems: Sequence[SystemId]
) -> Mapping[SystemId, list[Held]]:
    found: dict[SystemId, list[Held]] = {name: [] for name in systems}
    only = Filter(system=systems[0]) if len(systems) == 1 else Filter()
    for row in register(catalog, report, spans, "source", only).rows():
        name = SystemId(str(row["system"]))
        if name in found:
            field = catalog.fields[FieldId(str(row["field"]))]
            found[name].append((field, field.sources[SourceId(str(row["source"]))], row))
    return found


Open = Mapping[str, Mapping[str, Any]]
"""Role to its actions and purposes in a system."""


def _open_to(catalog: Catalog, day: date | None, systems: Sequence[SystemId]) -> Mapping[SystemId, Open]:
    """Who may do what in each system, by the policy: what is denied is not there."""
    found: dict[SystemId, dict[str, dict[str, set[str]]]] = {name: {} for name in systems}
    only = Selection(system=systems[0] if len(systems) == 1 else None)
    for row in Access(catalog, day, only).rows():
        where = row["systems"]
        for name in where if isinstance(where, tuple) else ():
            if (roles := found.get(SystemId(name))) is not None:
                one = roles.setdefault(
                    str(row["role"]), {"actions": set(), "purposes": set(), "masked": set()}
                )
                one["actions"].add(str(row["action"]))
                one["purposes"].add(str(row["purpose"]))
                if row["decision"] == "mask":
                    one["masked"].add(str(row["field"]))
    return found


def _contract(
    catalog: Catalog,
    system: System,
    held: list[Held],
    open_to: Open,
    covered: Any,
    observed: Columns,
    lang: str,
) -> Json:
    label, label_tag = in_one(system.label, lang)
    purpose, purpose_tag = in_one(system.description, lang)
    made: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": system.id,
        "name": label,
        "version": catalog.digest[:12],
        "status": _STATUS[system.status.value],
        "tenant": catalog.controller.name if catalog.controller else None,
        "description": {"purpose": purpose} if purpose else None,
        "servers": [_server(system)],
        "schema": tables(catalog, held, observed, lang),
        "support": _support(catalog, system),
        "team": _team(catalog, system, lang),
        "roles": [_role(catalog, name, open_to[name], lang) for name in sorted(open_to)],
        "slaProperties": list(_kept(catalog, held)),
        "customProperties": custom(
            (
                *others("label", system.label, label_tag),
                *others("description", system.description, purpose_tag),
                *_rest(catalog, system, covered),
            )
        ),
    }
    return {name: value for name, value in made.items() if value is not None and value != []}


def _server(system: System) -> Json:
    """The server. Kinds that are named after an engine have to name host and database, which no catalog
    holds, so the engine stands beside."""
    more = custom([("engine", system.engine), ("url_env", system.url_env)])
    return {"server": system.id, "type": "custom", "customProperties": more}


def _support(catalog: Catalog, system: System) -> list[Json]:
    team = catalog.teams.get(system.owner) if system.owner else None
    if team is None or not team.contact:
        return []
    channel: Json = {"channel": team.contact}
    if "@" in team.contact:
        channel |= {"url": f"mailto:{team.contact}", "tool": "email"}
    return [channel]


def _team(catalog: Catalog, system: System, lang: str) -> Json:
    if system.owner is None:
        return None
    team = catalog.teams.get(system.owner)
    if team is None:
        return {"name": system.owner}
    label, _ = in_one(team.label, lang)
    people = [("lead", team.lead), ("deputy", team.deputy)]
    more = custom([("team", team.id), ("handle", team.handle), *team.extras.items()])
    made = {
        "name": label or team.id,
        "members": [{"username": one, "role": part} for part, one in people if one],
        "customProperties": more,
    }
    return {name: value for name, value in made.items() if value}


def _role(catalog: Catalog, name: str, allowed: Mapping[str, Any], lang: str) -> Json:
    role = catalog.roles[RoleId(name)]
    text, _ = in_one(role.definition or role.label, lang)
    made: dict[str, Any] = {
        "role": name,
        "description": text,
        "access": ", ".join(sorted(allowed["actions"])),
    }
    made["customProperties"] = custom(
        (
            ("purposes", sorted(allowed["purposes"])),
            ("masked_fields", sorted(allowed["masked"])),
            ("clearance", role.clearance),
            ("principals", dict(role.principals)),
        )
    )
    return {name: value for name, value in made.items() if value}


def _kept(catalog: Catalog, held: list[Held]) -> Iterator[Json]:
    for field, source, _ in sorted(held, key=lambda one: (one[1].path, one[0].id)):
        name = source.facets.get("retention") or field.retention
        policy = catalog.retention.get(RetentionId(str(name))) if name else None
        if policy is not None:
            yield from service_levels(policy.rule, source.path)


def _rest(catalog: Catalog, system: System, covered: Any) -> Iterator[tuple[str, object]]:
    """What else the catalog says about the system."""
    yield "amanat_version", __version__
    yield "catalog_digest", f"sha256:{catalog.digest}"
    yield "system_kind", system.kind
    yield "country", system.country
    yield "admin", system.admin
    yield "recipient", system.recipient
    yield "customer_id", system.customer_id
    yield "no_customer_id", dict(system.no_customer_id)
    yield "users", system.users
    yield "users_max", system.users_max
    yield "security", list(system.security)
    yield "assessed", system.assessed
    yield "erase_method", system.erase.method if system.erase else None
    yield "erase_backups", system.erase.backups if system.erase else None
    yield "system_status", system.status.value
    yield "renamed_from", system.renamed_from
    yield (
        "columns_ignored",
        [{"columns": list(one.columns), "reason": dict(one.reason)} for one in system.ignore],
    )
    yield "links", [_link(one) for one in system.links] or None
    # Without a snapshot nobody knows what else the system holds.
    yield "columns_unmapped", None if covered.total is None else list(covered.unmapped)
    yield "columns_observed", covered.total
    yield from system.extras.items()
    yield "file", system.place.file


def _link(link: KeyLink) -> dict[str, Any]:
    """A declared link, as it is written."""
    names = "other" if link.other else None
    said = {
        "from": link.start,
        "to": link.end,
        "where": dict(link.where),
        "names": names,
        "reason": dict(link.reason),
    }
    return {key: value for key, value in said.items() if value}
