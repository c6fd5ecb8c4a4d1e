"""What is due, and when: reviews, expiries, training, ends of purposes. A day nobody wrote is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from amanat.conflicts.durations import after
from amanat.conflicts.standing import day_of
from amanat.docsite.paths import Kind, Ref
from amanat.model.catalog import Catalog
from amanat.model.values import Status, TeamId, Text
from amanat.text import Place


class Matter(StrEnum):
    """What has to be done by a day."""

    FIELD = "field"
    DISCREPANCY = "discrepancy"
    SUPPRESSION = "suppression"
    HOLD = "hold"
    TRAINING = "training"
    PURPOSE = "purpose"


class Due(NamedTuple):
    """Something that is due by the end of `day`; None: nobody can know. `ref` has a page, and `detail` tells
    what of it (a facet, a rule, a course). `overdue` is None where the day of judging is unknown."""

    matter: Matter
    day: date | None
    ref: Ref | None
    id: str
    detail: str
    team: TeamId | None
    place: Place
    overdue: bool | None
    reason: Text


def due_of(catalog: Catalog, as_of: date | None) -> tuple[Due, ...]:
    """Everything that has a day, the earliest first; last what should have one that nobody knows."""
    found = [one._replace(overdue=_overdue(one.day, as_of)) for one in _all(catalog)]
    return tuple(sorted(found, key=lambda one: (one.day is None, one.day or date.max, one.matter, one.id)))


def _overdue(day: date | None, as_of: date | None) -> bool | None:
    return None if day is None or as_of is None else day < as_of


def _all(catalog: Catalog) -> Iterator[Due]:
    for field in catalog.fields.values():
        if field.review_by is not None and field.status is not Status.RETIRED:
            ref = Ref(Kind.FIELD, field.id)
            place = field.place_of("review_by")
            yield Due(Matter.FIELD, day_of(field.review_by), ref, field.id, "", field.owner, place, None, {})
    for entry in catalog.discrepancies.values():
        if entry.expires is not None and entry.decision == "accepted":
            about = Ref(Kind.FIELD, entry.field) if entry.field else None
            day, place = day_of(entry.expires), entry.place.at("expires")
            yield Due(
                Matter.DISCREPANCY,
                day,
                about,
                entry.id,
                entry.facet or "",
                entry.approved_by,
                place,
                None,
                {},
            )
    for ignored in catalog.settings.ignore:
        yield Due(
            Matter.SUPPRESSION, day_of(ignored.expires), Ref(Kind.RULE, ignored.rule), ignored.rule,
            ignored.subject, TeamId(ignored.by), ignored.place, None, ignored.reason,
        )  # fmt: skip
    for hold in catalog.holds.values():
        place = hold.place.at("review")
        yield Due(Matter.HOLD, day_of(hold.review), None, hold.id, "", hold.by, place, None, hold.reason)
    for role in catalog.roles.values():
        training = role.training
        if training is not None and training.every is not None:
            last = day_of(training.last)
            day = None if last is None else after(last, training.every)
            ref, place = Ref(Kind.ROLE, role.id), role.place.at("training")
            yield Due(Matter.TRAINING, day, ref, role.id, training.course, None, place, None, {})
    for purpose in catalog.purposes.values():
        if purpose.until is not None:
            ref, place = Ref(Kind.PURPOSE, purpose.id), purpose.place_of("until")
            yield Due(Matter.PURPOSE, day_of(purpose.until), ref, purpose.id, "", None, place, None, {})


class Ends(NamedTuple):
    """When a period ends that begins on a day: the last day on which data is kept, and the day after it, from
    which on it is due to go (ISO/IEC 27555 calls them the ends of retention)."""

    last: date
    due: date


def ends(start: date, keep: str | None) -> Ends | None:
    """The end of a period, added up forwards from the day of the event; months clamp to the last day that
    there is. None for no period of whole days, and for one that never ends."""
    last = None if keep is None else after(start, keep)
    return None if last is None or last == date.max else Ends(last, last + timedelta(days=1))
