"""Registers of the people who work with the data and of how it is protected: training of each role, users of
each system against the limit, and the controls that each system needs, as a checklist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell, Column, texts
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog
from amanat.model.resources import Role, System
from amanat.model.values import ClassificationId
from amanat.rules.staff import Trained, training_of, working_roles
from amanat.text import Place

_WHERE = (
    Column("file", "text", "File that says it."),
    Column("line", "integer", "Line in that file, counted from 1."),
)
TRAINING = (
    Column("role", "text", "Id of the role."),
    Column("people", "integer", "How many people have it."),
    Column("working", "flag", "Whether a live purpose lets it do something."),
    Column("purposes", "list", "The live purposes that do."),
    Column("course", "text", "What has to be learned; n/a for a role of programs."),
    Column("every", "text", "How often (ISO 8601 duration)."),
    Column("last", "text", "Day on which everybody in it last had it."),
    Column("until", "text", "Last day on which that holds."),
    Column(
        "state",
        "text",
        "done; due (within 30 days), lapsed: only told of a day that was asked for; missing: no training is "
        "declared; never: it has not been had; no_period: nobody said how often; nobody: no people.",
    ),
    *_WHERE,
)
USERS = (
    Column("system", "text", "Id of the system."),
    Column("status", "text", "Where the system is in its life."),
    Column("users", "integer", "People with access."),
    Column("users_max", "integer", "How many there may be."),
    Column("over", "integer", "How many too many; 0: none."),
    Column("owner", "text", "Team that answers for it."),
    Column("admin", "text", "Who administers it."),
    *_WHERE,
)
CONTROLS = (
    Column("system", "text", "Id of the system."),
    Column("control", "text", "The control; n/a for a system that needs and declares none."),
    Column("declared", "flag", "Whether the system declares it."),
    Column("required_by", "list", "Classes of data in it that require it; none: it is more than required."),
    Column("fields", "integer", "How many fields of these classes the system holds."),
    Column("state", "text", "in place (required and declared), missing, or beyond (declared, not required)."),
    Column("evidence", "text", "Day on which the system was last assessed: unknown where nobody did."),
    Column("evidence_days", "integer", "Days from it to the judging day, where one was asked for."),
    *_WHERE,
)


def training(catalog: Catalog, spans: Spans, as_of: date | None) -> Table:
    """Every role and what its training stands at, sorted by id."""
    tags = catalog.languages
    columns = TRAINING[:1] + texts("label", tags, "Name of the role") + TRAINING[1:]
    working = working_roles(catalog)
    rows = tuple(
        _training(catalog, spans, as_of, role, role.id in working) for role in catalog.roles.values()
    )
    return Table("training", catalog, columns, rows, as_of)


def _training(catalog: Catalog, spans: Spans, as_of: date | None, role: Role, working: bool) -> Row:
    stands = training_of(role, as_of)
    said = role.training
    absent = NOT_APPLICABLE if stands.stands is Trained.NOBODY else UNKNOWN
    return {
        "role": role.id,
        **{f"label_{tag}": role.label.get(tag) or UNKNOWN for tag in catalog.languages},
        "people": UNKNOWN if role.people is None else role.people,
        "working": working,
        "purposes": tuple(
            one.id for one in catalog.purposes.values() if one.status.held and one.roles.get(role.id)
        ),
        "course": (said.course if said else None) or absent,
        "every": (said.every if said else None) or absent,
        "last": (said.last if said else None) or absent,
        "until": absent if stands.until is None else stands.until.isoformat(),
        "state": stands.stands.value,
        **_at(spans, role.place.at("training") if said else role.place),
    }


def users(catalog: Catalog, spans: Spans) -> Table:
    """Every system's users against its limit, sorted by id."""
    columns = USERS[:1] + texts("label", catalog.languages, "Name of the system") + USERS[1:]
    rows = tuple(_users(catalog, spans, system) for system in catalog.systems.values())
    return Table("users", catalog, columns, rows)


def _users(catalog: Catalog, spans: Spans, system: System) -> Row:
    known = system.users is not None and system.users_max is not None
    over: Cell = UNKNOWN
    if known:
        over = max(0, (system.users or 0) - (system.users_max or 0))
    return {
        "system": system.id,
        **{f"label_{tag}": system.label.get(tag) or UNKNOWN for tag in catalog.languages},
        "status": system.status.value,
        "users": UNKNOWN if system.users is None else system.users,
        "users_max": UNKNOWN if system.users_max is None else system.users_max,
        "over": over,
        "owner": system.owner or UNKNOWN,
        "admin": system.admin or UNKNOWN,
        **_at(spans, system.place.at("users") if system.users is not None else system.place),
    }


def controls(catalog: Catalog, spans: Spans, as_of: date | None) -> Table:
    """What each system needs by the classes of the data that it holds, against what it declares; sorted by
    system and control."""
    columns = CONTROLS[:1] + texts("label", catalog.languages, "Name of the system") + CONTROLS[1:]
    held = classes_held(catalog)
    rows = (
        row for system in catalog.systems.values() for row in _controls(catalog, spans, as_of, system, held)
    )
    return Table("controls", catalog, columns, tuple(rows), as_of)


Held = dict[tuple[str, ClassificationId], int]


def classes_held(catalog: Catalog) -> Held:
    """How many held fields of each class each system holds."""
    held: Held = {}
    for field in catalog.fields.values():
        if field.status.held and field.classification is not None:
            for system in {source.system for source in field.sources.values()}:
                key = (str(system), field.classification)
                held[key] = held.get(key, 0) + 1
    return held


def required(catalog: Catalog, system: System, held: Held) -> dict[str, tuple[ClassificationId, ...]]:
    """The controls that a system needs, sorted, each with the classes that require it."""
    found: dict[str, tuple[ClassificationId, ...]] = {}
    for name, classification in catalog.classifications.items():
        if (str(system.id), name) in held:
            for control in classification.requires:
                found[control] = (*found.get(control, ()), name)
    return dict(sorted(found.items()))


def _controls(
    catalog: Catalog, spans: Spans, as_of: date | None, system: System, held: Held
) -> Iterator[Row]:
    needed = required(catalog, system, held)
    common: dict[str, Cell] = {
        "system": system.id,
        **{f"label_{tag}": system.label.get(tag) or UNKNOWN for tag in catalog.languages},
    }
    evidence: dict[str, Cell] = {
        "evidence": system.assessed or UNKNOWN,
        "evidence_days": _days(system.assessed, as_of),
        **_at(spans, system.place.at("security") if system.security else system.place),
    }
    for control in sorted({*needed, *system.security}):
        classes = needed.get(control, ())
        declared = control in system.security
        yield {
            **common,
            "control": control,
            "declared": declared,
            "required_by": tuple(classes),
            "fields": sum(held[str(system.id), name] for name in classes),
            "state": "missing" if not declared else "in place" if classes else "beyond",
            **evidence,
        }
    if not needed and not system.security:
        names = ("control", "declared", "required_by", "fields", "state")
        yield {**common, **dict.fromkeys(names, NOT_APPLICABLE), **evidence}


def _days(day: str | None, as_of: date | None) -> Cell:
    if day is None or as_of is None:
        return UNKNOWN
    try:
        return (as_of - date.fromisoformat(day)).days
    except ValueError:
        return UNKNOWN


def _at(spans: Spans, place: Place) -> dict[str, Cell]:
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else UNKNOWN}
