"""Tables of who and where: teams, subjects, recipients, systems and what was observed in them."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.index.table import Facts, Row, Table, flag, packed
from amanat.inventory.locate import Standing, standings


def _teams(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.teams.values():
        label = facts.text(one.label)
        parts = (one.contact, one.lead, one.deputy, one.handle)
        yield (one.id, label, *parts, *facts.at(one.place), packed(one.extras))


def _subjects(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.subjects.values():
        label, definition = facts.text(one.label), facts.text(one.definition)
        yield (one.id, label, definition, flag(one.minors), *facts.at(one.place), packed(one.extras))


def _subject_ids(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.subjects.values():
        field = facts.link(one.global_id, cat.fields, "subjects", one.id, "global_id")
        if field is not None:
            yield (one.id, field)


def _recipients(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.recipients.values():
        about = (facts.text(one.label), one.role, one.contract, one.contact, one.country)
        yield (one.id, *about, *facts.at(one.place), packed(one.extras))


def _systems(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.systems.values():
        owner = facts.link(one.owner, cat.teams, "systems", one.id, "owner")
        recipient = facts.link(one.recipient, cat.recipients, "systems", one.id, "recipient")
        erase = (one.erase.method, one.erase.backups) if one.erase else (None, None)
        yield (
            *(one.id, facts.text(one.label), facts.text(one.description), one.kind, one.status.value, owner),
            *(one.country, one.engine, one.admin, recipient, one.customer_id, facts.text(one.no_customer_id)),
            *(one.users, one.users_max, one.assessed, *erase, one.url_env),
            *(*facts.at(one.place), packed(one.extras)),
        )


def _system_controls(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.systems.values():
        yield from ((one.id, control) for control in dict.fromkeys(one.security))


def _system_ignores(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.systems.values():
        seen: dict[str, Row] = {}
        for group in one.ignore:
            for glob in group.columns:
                seen.setdefault(glob, (one.id, glob, facts.text(group.reason), *facts.at(group.place)))
        yield from seen.values()


def _snapshots(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.snapshots.values():
        if facts.link(one.system, cat.systems, "snapshots", one.file, "system"):
            yield (one.system, one.file, packed(one.provenance))


def _measures(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.measures.values():
        if not facts.link(one.system, cat.systems, "measures", one.file, "system"):
            continue
        for each in one.all:
            yield (
                *(each.field, one.source(each), each.check.value, each.against, each.as_of, one.system),
                *(each.rows, each.counted, each.met, each.newest or None, each.expected or None),
                *(each.outcome.value, each.why or None, one.file, each.line),
            )


def _columns(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for standing in standings(cat):
        seen = standing.column
        if seen is None or standing.system not in cat.systems:
            continue
        yield (
            *(standing.source, standing.system, seen.table, seen.column, _status(standing)),
            facts.text(standing.ignored.reason) if standing.ignored else None,
            seen.type,
            seen.length,
            *(seen.precision, seen.scale, flag(seen.nullable), seen.default, packed(seen.values)),
            *(
                " ".join(seen.keys) or None,
                seen.comment or None,
                cat.snapshots[standing.system].file,
                seen.line,
            ),
        )


def _status(standing: Standing) -> str:
    if standing.fields:
        return "mapped"
    return "ignored" if standing.ignored else "unmapped"


def _transfers(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.transfers.values():
        recipient = facts.link(one.recipient, cat.recipients, "transfers", one.id, "recipient")
        system = facts.link(one.system, cat.systems, "transfers", one.id, "system")
        yield (
            *(one.id, facts.text(one.label), recipient, system, one.country, one.mechanism, one.evidence),
            *(*facts.at(one.place), packed(one.extras)),
        )


TEAMS = Table(
    "teams",
    "Teams that own fields and systems.",
    "id",
    "id label contact lead deputy handle file line:int extras",
    _teams,
)
SUBJECTS = Table(
    "subjects",
    "Kinds of data subject: whose data it is.",
    "id",
    "id label definition minors:int file line:int extras",
    _subjects,
)
SUBJECT_IDS = Table(
    "subject_ids",
    "The field that identifies a subject in every system.",
    "subject",
    "subject>subjects field>fields",
    _subject_ids,
)
RECIPIENTS = Table(
    "recipients",
    "Who outside the company receives data.",
    "id",
    "id label role contract contact country file line:int extras",
    _recipients,
)
SYSTEMS = Table(
    "systems",
    "Source systems.",
    "id",
    (
        "id label description kind status owner>teams country engine admin recipient>recipients "
        "customer_id no_customer_id users:int users_max:int assessed erase_method erase_backups "
        "url_env file line:int extras"
    ),
    _systems,
)
SYSTEM_CONTROLS = Table(
    "system_controls",
    "Security controls that a system has.",
    "system control",
    "system>systems control",
    _system_controls,
)
SYSTEM_IGNORES = Table(
    "system_ignores",
    "Columns that hold no customer data, as globs, and why.",
    "system columns",
    "system>systems columns reason file line:int",
    _system_ignores,
)
SNAPSHOTS = Table(
    "snapshots",
    "What was observed: one snapshot a system.",
    "system",
    "system>systems file provenance",
    _snapshots,
)
MEASURES = Table(
    "measures",
    "What was counted of data, by day: of `rows` scanned, `counted` could meet the check and `met` did.",
    "field source check against as_of",
    "field source check against as_of system>systems rows:int counted:int met:int newest expected outcome "
    "why file line:int",
    _measures,
)
COLUMNS = Table(
    "columns",
    "Observed columns, and whether a field maps them (mapped, ignored, unmapped).",
    "source",
    (
        "source system>systems table_name column_name status ignored_reason type length:int "
        "precision:int scale:int nullable:int default_value allowed_values keys comment file "
        "line:int"
    ),
    _columns,
)
TRANSFERS = Table(
    "transfers",
    "Transfers to third countries.",
    "id",
    ("id label recipient>recipients system>systems country mechanism evidence file line:int extras"),
    _transfers,
)
