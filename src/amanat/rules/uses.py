"""Rules about what is used and what is live in fact: PU109, PU112, PU113.

What a live entry owes is said once, by the nearest rule: a field without a purpose is PU101, without
retention RT101, without a class SC103; a purpose without a basis is PU103. PU113 is for what none of these
sees, because something counts as live that no gate was kept for: a planned field whose column is already
there, and live entries that rest on planned ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import PurposeId, Status
from amanat.rules.usage import above, answerable, children, fields_by_purpose, is_held, live_purposes
from amanat.rules.wording import joined, listing
from amanat.text import Place


def _unused_field(ctx: Context) -> Iterator[Finding]:
    live, read = live_purposes(ctx), _read_purposes(ctx)
    limit = (ctx.as_of - timedelta(days=365)).isoformat() if ctx.as_of else ""
    for field in ctx.catalog.fields.values():
        if field.status is not Status.LIVE:
            continue
        if field.last_used is not None and field.last_used < limit and "last_used" not in field.broken:
            yield Finding(
                "PU109",
                f"`{field.id}` was last used on {field.last_used}, over a year ago",
                field.place.at("last_used"),
                field.id,
                fix=Fix("stop collecting it and set `status: retiring`, or say what it is kept for"),
                detail="last_used",
            )
        elif not live.isdisjoint(field.purposes) and read.isdisjoint(field.purposes):
            yield Finding(
                "PU109",
                f"nobody may read `{field.id}`: no role has a reading action for {listing(field.purposes)}",
                field.place_of("purposes"),
                field.id,
                fix=Fix("grant the purpose to the role that needs the field, or stop collecting it"),
                detail="unread",
            )


def _read_purposes(ctx: Context) -> frozenset[PurposeId]:
    """The purposes for which some role may read: by itself, or for a live purpose below it."""
    live = live_purposes(ctx)
    granted = {
        purpose.id
        for purpose in ctx.catalog.purposes.values()
        if purpose.id in live
        and (
            "roles" in purpose.broken or any(a.reading for actions in purpose.roles.values() for a in actions)
        )
    }
    below = children(ctx)
    return frozenset(p for p in ctx.catalog.purposes if p in granted or not granted.isdisjoint(below[p]))


def _grants_reading(purpose: Purpose) -> bool:
    return any(action.reading for actions in purpose.roles.values() for action in actions)


def _purpose_without_field(ctx: Context) -> Iterator[Finding]:
    named, purposes = fields_by_purpose(ctx), ctx.catalog.purposes
    unsure = ctx.catalog.unreadable or _misspelt_purposes(ctx.catalog)
    for purpose in answerable(ctx):
        if not unsure and not any(named.get(name) for name in (purpose.id, *above(purpose.id))):
            yield Finding(
                "PU112",
                f"no field serves `{purpose.id}`",
                purpose.place,
                purpose.id,
                fix=Fix("name it in the `purposes` of the fields that it needs, or retire it"),
            )
    retired = {purpose.id for purpose in purposes.values() if purpose.status is Status.RETIRED}
    seen: set[Place] = set()
    for field in ctx.catalog.fields.values():
        if retired and is_held(field.status) and not retired.isdisjoint(field.purposes):
            place = field.place_of("purposes")
            if place not in seen and not live_purposes(ctx).isdisjoint(field.purposes):
                seen.add(place)
                gone = [name for name in field.purposes if name in retired]
                yield Finding(
                    "PU112",
                    f"`{field.id}` still names a retired purpose: {listing(gone)}",
                    place,
                    field.id,
                    fix=Fix("take it out of `purposes`"),
                    detail="retired",
                )


def _misspelt_purposes(catalog: Catalog) -> bool:
    """Whether some field's purposes are not known as meant: refused, or an id that nobody declares."""
    fields = catalog.fields.values()
    named = {name for field in fields for name in field.purposes}
    return not named <= catalog.purposes.keys() or any("purposes" in field.broken for field in fields)


def _gate_not_passed(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if field.status is Status.PLANNED:
            yield from collected_already(ctx.catalog, field)
        elif field.status is Status.LIVE:
            origins = [ctx.catalog.fields.get(name) for name in field.derived_from]
            planned = [origin.id for origin in origins if origin and origin.status is Status.PLANNED]
            if planned:
                yield Finding(
                    "PU113",
                    f"`{field.id}` is live, but computed from {listing(planned)}, which "
                    f"{'is' if len(planned) == 1 else 'are'} planned",
                    field.place.at("derived_from"),
                    field.id,
                    fix=Fix("pass the gate for what it is computed from, or set `status: planned` here too"),
                )
    for purpose in ctx.catalog.purposes.values():
        under = next((p for p in (ctx.catalog.purposes.get(name) for name in above(purpose.id)) if p), None)
        if purpose.status is Status.LIVE and under is not None and under.status is Status.PLANNED:
            yield Finding(
                "PU113",
                f"`{purpose.id}` is live below `{under.id}`, which is planned",
                purpose.place.at("status"),
                purpose.id,
                related=(Related(f"`{under.id}` is declared here", under.place),),
                fix=Fix(f"pass the gate for `{under.id}` first, or leave both planned"),
            )


def collected_already(catalog: Catalog, field: Field) -> Iterator[Finding]:
    """A planned field whose column a live system already has, before purpose, retention and class are set."""
    absent = [
        word
        for word, known in (
            ("purpose", field.purposes or "purposes" in field.broken),
            ("retention", field.retention or "retention" in field.broken),
            ("class", field.classification or "classification" in field.broken),
        )
        if not known
    ]
    if not absent:
        return
    for source in field.sources.values():
        system, snapshot = (
            catalog.systems.get(source.system),
            catalog.snapshots.get(source.system),
        )
        if system is None or snapshot is None or not is_held(system.status):
            continue
        column = snapshot.columns.get(source.path)
        if column is not None:
            yield Finding(
                "PU113",
                f"`{field.id}` is planned without {joined(absent)}, but `{source.id}` is already there",
                source.place,
                field.id,
                related=(Related("observed here", snapshot.place(column)),),
                fix=Fix("set what is missing before anything is collected, or drop the column until then"),
                detail=source.id,
                at_key=True,
            )
            return


_PHONE = """\
defaults: {owner: sales, subject: customer, retention: account}
purposes:
  service:
    label: Service
    reason: To call customers back when they ask for it
    basis: contract
    benefit: Nobody waits on the line
    roles: {agent: [read]}
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    purposes: [service]
    last_used: 2026-01-31
    sources: {shop.customers.phone: }
"""

_POINTS = """\
fields:
  customer.points:
    label: Points
    definition: Number of points that the customer has collected
    category: purchase
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    status: planned
    sources:
      crm.contacts.points:
"""

_OBSERVED = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
contacts,customer_no,char(36),,,,no,,,,
contacts,points,int,,,,yes,,,,
"""


RULES: tuple[Rule, ...] = (
    Rule(
        code="PU109",
        name="unused-field",
        severity=Severity.WARNING,
        since="0.1",
        summary="keeps a field that no live purpose's role may read, or that was last used over a year ago",
        rationale=(
            "Data must be limited to what is necessary. What nobody may read or nobody has read for a year "
            "is not, yet it is copied, leaked and erased like the rest. Without a day to judge by, age is "
            "not judged."
        ),
        source="GDPR Art. 5(1)(c)",
        profiles=("core", "gdpr"),
        help="stop collecting it and set `status: retiring`, or grant its purpose to the role that needs it",
        example=Example(
            bad=_PHONE.replace("2026-01-31", "2024-01-31"), good=_PHONE, at=(15, 16), as_of="2026-06-30"
        ),
        check=_unused_field,
        sees=keys("purposes", "status", "last_used"),
    ),
    Rule(
        code="PU112",
        name="purpose-without-field",
        severity=Severity.WARNING,
        since="0.1",
        summary="declares a purpose that no field serves, or refers to a retired one",
        rationale=(
            "A purpose without data is either finished or its fields were forgotten; in both cases the "
            "record of processing says something that is not so."
        ),
        source="GDPR Art. 30(1)(b)",
        profiles=("core", "gdpr"),
        help="name it in the `purposes` of the fields that it needs, or retire it",
        example=Example(bad=_PHONE.partition("fields:")[0], good=_PHONE, at=(3, 3)),
        check=_purpose_without_field,
        sees=keys("purposes", "status"),
    ),
    Rule(
        code="PU113",
        name="gate-not-passed",
        severity=Severity.ERROR,
        since="0.1",
        summary=(
            "has something live in fact that never passed the gate from `planned`: purpose, basis, "
            "retention, class"
        ),
        rationale=(
            "Privacy by design means that purpose, retention and class are settled before the first value "
            "is collected. This rule finds what goes round the gate: a planned field whose column already "
            "exists, and live entries that rest on planned ones. What a live entry itself lacks is said by "
            "PU101, PU103, RT101 and SC103."
        ),
        source="GDPR Art. 25",
        profiles=("core", "gdpr"),
        help=(
            "settle purpose, retention and class first, then set `status: live`; or drop the column until "
            "then"
        ),
        example=Example(
            bad=_POINTS.replace("    retention: account\n    purposes: [orders]\n", ""),
            good=_POINTS,
            at=(10, 7),
            files={"observed/crm.columns.csv": _OBSERVED},
        ),
        check=_gate_not_passed,
        sees=keys("status", "derived_from", "purposes", "retention", "classification", "sources"),
    ),
)
