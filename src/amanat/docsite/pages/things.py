"""Pages of the simpler things: teams, categories, classifications, subjects, stages, recipients, retention
policies. Each has its facts and the fields that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from amanat.conflicts import Conflict
from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas, purposes_allowed
from amanat.docsite.due import Due
from amanat.docsite.health import Health
from amanat.docsite.journey import Moment, moments_of
from amanat.docsite.local import Local
from amanat.docsite.page import Crumb, Page, crumb_of, list_page, thing_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.past import Past, past_of
from amanat.docsite.paths import Kind, Ref
from amanat.model.catalog import ancestors
from amanat.model.field import Field
from amanat.model.resources import (
    Category,
    Classification,
    Hold,
    Recipient,
    Retention,
    Stage,
    Subject,
    Team,
    Transfer,
)
from amanat.model.values import PurposeId, SystemId, TeamId, Text
from amanat.policy.cover import holds
from amanat.policy.readers import roles_allowed
from amanat.text import Place


class Fact(NamedTuple):
    """A fact of a thing: the key of its name, how to show it, where it is written."""

    key: str
    show: Callable[[Local], str | Markup]
    place: Place | None = None


class ThingRow(NamedTuple):
    """A line of a list; `show` shows what the list says of each thing beside its name."""

    id: str
    show: Callable[[Local], str | Markup]
    fields: int
    depth: int = 0
    special: bool = False


class Received(NamedTuple):
    """A field that a recipient receives: in systems that it runs, and for purposes that name it."""

    field: Field
    systems: tuple[SystemId, ...]
    purposes: tuple[PurposeId, ...]


@dataclass(frozen=True, slots=True)
class ThingsView:
    """All things of a kind; `said` is the key of what the list says of each."""

    kind: Kind
    said: str
    rows: tuple[ThingRow, ...]
    transfers: tuple[Transfer, ...] = ()
    journey: tuple[Moment, ...] = ()
    """The stages as a journey; empty for other kinds."""

    @property
    def ordered(self) -> bool:
        """Whether the things have an order of their own, and are not sorted by what they are called."""
        return self.kind in (Kind.CLASSIFICATION, Kind.STAGE)


@dataclass(frozen=True, slots=True)
class ThingView:
    """One thing. `text` is its definition, None for kinds that have none; `related` are other things:
    the key of the heading, their kind, their ids."""

    kind: Kind
    id: str
    label: Text
    text: Text | None
    facts: tuple[Fact, ...]
    related: tuple[tuple[str, str, tuple[str, ...]], ...]
    fields: tuple[Field, ...]
    findings: tuple[Diagnostic, ...]
    special: bool = False
    policy: Retention | None = None
    health: Health | None = None
    """How a team stands; None for other kinds."""
    conflicts: tuple[Conflict, ...] = ()
    due: tuple[Due, ...] = ()
    received: tuple[Received, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    lacking: tuple[tuple[SystemId, tuple[str, ...]], ...] = ()
    """Systems that hold data of a class and do not declare controls that it requires."""
    holds: tuple[Hold, ...] = ()
    past: Past | None = None


def thing_pages(atlas: Atlas, teams: Mapping[TeamId | None, Health]) -> Iterator[Page]:
    """For every kind but retention (whose list is a page of its own) the list, then every thing."""
    catalog = atlas.catalog
    categories = {i: c for i, c in catalog.categories.items() if Ref(Kind.CATEGORY, i) in atlas.labels}
    yield from _kind(atlas, Kind.TEAM, catalog.teams, partial(_team, teams))
    yield from _kind(atlas, Kind.CATEGORY, categories, _category)
    yield from _kind(atlas, Kind.CLASSIFICATION, catalog.classifications, _classification)
    yield from _kind(atlas, Kind.SUBJECT, catalog.subjects, _subject)
    yield from _kind(atlas, Kind.STAGE, catalog.stages, _stage)
    yield from _kind(atlas, Kind.RECIPIENT, catalog.recipients, _recipient)
    for policy in catalog.retention.values():
        ref = Ref(Kind.RETENTION, policy.id)
        fields = atlas.fields_of(ref)
        suspending = tuple(
            hold for hold in catalog.holds.values() if any(holds(hold, f, atlas.site.as_of) for f in fields)
        )
        view = _view(atlas, ref, policy.label, None, policy=policy, holds=suspending)
        yield from _paged(thing_page(ref, "thing.html", view, policy.label))


def _paged(page: Page) -> Iterator[Page]:
    return paged(page, fields=ROWS, findings=ROWS, conflicts=ROWS, due=ROWS, received=ROWS)


def _kind(
    atlas: Atlas, kind: Kind, things: Mapping[Any, Any], view: Callable[[Atlas, Any], ThingView]
) -> Iterator[Page]:
    rows = tuple(
        ThingRow(
            identifier,
            _SAID.get(kind, _defined)(thing),
            len(atlas.fields_of(Ref(kind, identifier))),
            identifier.count("."),
            getattr(thing, "special", False),
        )
        for identifier, thing in things.items()
    )
    transfers = tuple(atlas.catalog.transfers.values()) if kind is Kind.RECIPIENT else ()
    journey = moments_of(atlas) if kind is Kind.STAGE else ()
    yield list_page(
        kind.value,
        "things.html",
        ThingsView(kind, _SAID_KEY.get(kind, "description"), rows, transfers, journey),
    )
    for identifier, thing in things.items():
        crumbs = _above(atlas, kind, identifier) if kind is Kind.CATEGORY else ()
        yield from _paged(
            thing_page(Ref(kind, identifier), "thing.html", view(atlas, thing), thing.label, *crumbs)
        )


def _defined(thing: Any) -> Callable[[Local], str | Markup]:
    return lambda local: Markup("<bdi>{}</bdi>").format(local.text(thing.definition))


_SAID: Mapping[Kind, Callable[[Any], Callable[[Local], str | Markup]]] = {
    Kind.TEAM: lambda team: _plain(team.contact),
    Kind.RECIPIENT: lambda recipient: _word("country", recipient.country),
}
_SAID_KEY = {Kind.TEAM: "team.contact", Kind.RECIPIENT: "country"}


def _above(atlas: Atlas, kind: Kind, identifier: str) -> tuple[Crumb, ...]:
    above = (Ref(kind, a) for a in reversed(ancestors(identifier)[1:]))
    return tuple(crumb_of(kind, ref.id, atlas.labels[ref]) for ref in above if ref in atlas.labels)


def _view(atlas: Atlas, ref: Ref, label: Text, text: Text | None, *facts: Fact, **more: Any) -> ThingView:
    related = more.pop("related", ())
    findings = tuple(
        d for d in atlas.findings.get(ref.id, ()) if d.place.path[:1] in ((), (_SECTIONS[ref.kind],))
    )
    fields = atlas.fields_of(ref)
    if ref.kind in _AROUND:
        related += _around(atlas, fields)
    past = past_of(atlas, _SECTIONS[ref.kind], ref.id, _renamed_from(atlas, ref))
    return ThingView(ref.kind, ref.id, label, text, facts, related, fields, findings, past=past, **more)


def _renamed_from(atlas: Atlas, ref: Ref) -> str | None:
    catalog = atlas.catalog
    things: Mapping[Kind, Mapping[Any, Any]] = {
        Kind.TEAM: catalog.teams,
        Kind.CATEGORY: catalog.categories,
        Kind.CLASSIFICATION: catalog.classifications,
        Kind.SUBJECT: catalog.subjects,
        Kind.RECIPIENT: catalog.recipients,
        Kind.RETENTION: catalog.retention,
    }
    thing = things.get(ref.kind, {}).get(ref.id)
    return None if thing is None else thing.renamed_from


_AROUND = frozenset((Kind.CATEGORY, Kind.CLASSIFICATION, Kind.SUBJECT, Kind.STAGE, Kind.RETENTION))


def _around(atlas: Atlas, fields: tuple[Field, ...]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Where the fields are kept, what they may be used for, and whom they are about."""
    systems = {source.system for field in fields for source in field.sources.values()}
    purposes = {purpose.id for field in fields for purpose in purposes_allowed(atlas.catalog, field)}
    subjects = {field.subject for field in fields if field.subject is not None}
    return (
        ("thing.systems", Kind.SYSTEM.value, tuple(sorted(systems))),
        ("thing.purposes", Kind.PURPOSE.value, tuple(sorted(purposes))),
        ("thing.subjects", Kind.SUBJECT.value, tuple(sorted(subjects))),
    )


_SECTIONS = {kind: kind.value for kind in Kind} | {Kind.STAGE: "journey"}


def _plain(value: str | None) -> Callable[[Local], str | Markup]:
    return lambda local: local.unsaid() if value is None else Markup("<bdi>{}</bdi>").format(value)


def _link(kind: Kind, identifier: str | None) -> Callable[[Local], str | Markup]:
    return lambda local: local.link(kind.value, identifier)


def _word(group: str, value: str | None) -> Callable[[Local], str | Markup]:
    return lambda local: local.word(group, value)


def _at(place: Place | None, key: str, value: object) -> Place | None:
    return None if place is None or value is None or value == () else place.at(key)


def _team(teams: Mapping[TeamId | None, Health], atlas: Atlas, team: Team) -> ThingView:
    health = teams[team.id]
    view = _view(
        atlas,
        Ref(Kind.TEAM, team.id),
        team.label,
        None,
        Fact("team.contact", _plain(team.contact), _at(team.place, "contact", team.contact)),
        Fact("team.lead", _plain(team.lead), _at(team.place, "lead", team.lead)),
        Fact("team.deputy", _plain(team.deputy), _at(team.place, "deputy", team.deputy)),
        Fact("team.handle", _plain(team.handle), _at(team.place, "handle", team.handle)),
        related=(
            (
                "team.systems",
                Kind.SYSTEM.value,
                tuple(s.id for s in atlas.catalog.systems.values() if s.owner == team.id),
            ),
            (
                "team.categories",
                Kind.CATEGORY.value,
                tuple(c.id for c in atlas.catalog.categories.values() if c.owner == team.id),
            ),
        ),
    )
    return replace(view, health=health, findings=health.findings, conflicts=health.conflicts, due=health.due)


def _category(atlas: Atlas, category: Category) -> ThingView:
    place = category.place
    maps = category.maps

    def show_maps(local: Local) -> Markup | str:
        if not maps:
            return local.unsaid()
        return Markup(", ").join(
            Markup("{} {}").format(key.upper(), local.value(value)) for key, value in sorted(maps.items())
        )

    return _view(
        atlas,
        Ref(Kind.CATEGORY, category.id),
        category.label,
        category.definition,
        Fact(
            "category.classification",
            _link(Kind.CLASSIFICATION, category.classification),
            _at(place, "classification", category.classification),
        ),
        Fact("category.owner", _link(Kind.TEAM, category.owner), _at(place, "owner", category.owner)),
        Fact(
            "category.retention",
            _link(Kind.RETENTION, category.retention),
            _at(place, "retention", category.retention),
        ),
        Fact("category.maps", show_maps, None),
        Fact("category.special", lambda local: local.yes(category.special), None),
        special=category.special,
        related=(
            (
                "category.below",
                Kind.CATEGORY.value,
                tuple(ref.id for ref in atlas.labels if _is_below(ref, category.id)),
            ),
        ),
    )


def _is_below(ref: Ref, category: str) -> bool:
    return ref.kind is Kind.CATEGORY and ref.id.startswith(f"{category}.")


def _classification(atlas: Atlas, c: Classification) -> ThingView:
    def requires(local: Local) -> Markup | str:
        words = (escape(local.word("control", control)) for control in c.requires)
        return Markup(local.t("comma")).join(words) or local.unsaid()

    def mask(local: Local) -> Markup | str:
        return local.unsaid() if c.mask is None else local.mask(c.mask)

    def roles_max(local: Local) -> Markup | str:
        most = roles_allowed(atlas.catalog, c)
        return local.t("class.no_limit") if most is None else local.num(most)

    return _view(
        atlas,
        Ref(Kind.CLASSIFICATION, c.id),
        c.label,
        c.definition,
        Fact("class.rank", lambda local: local.t("class.rank_of", rank=c.rank + 1, all=_classes(atlas))),
        Fact("class.requires", requires, _at(c.place, "requires", c.requires)),
        Fact("class.mask", mask, _at(c.place, "mask", c.mask)),
        Fact("class.roles_max", roles_max, _at(c.place, "roles_max", c.roles_max)),
        lacking=tuple(_lacking(atlas, c)),
        related=(
            (
                "class.roles",
                Kind.ROLE.value,
                tuple(r.id for r in atlas.catalog.roles.values() if _clears(atlas, r.clearance, c)),
            ),
        ),
    )


def _lacking(atlas: Atlas, c: Classification) -> Iterator[tuple[SystemId, tuple[str, ...]]]:
    fields = atlas.fields_of(Ref(Kind.CLASSIFICATION, c.id))
    for name in sorted({source.system for field in fields for source in field.sources.values()}):
        system = atlas.catalog.systems.get(name)
        missing = () if system is None else tuple(one for one in c.requires if one not in system.security)
        if missing:
            yield name, missing


def _classes(atlas: Atlas) -> int:
    return len(atlas.catalog.classifications)


def _clears(atlas: Atlas, clearance: str | None, classification: Classification) -> bool:
    classes = {str(i): c for i, c in atlas.catalog.classifications.items()}
    own = classes.get(clearance) if clearance else None
    return own is not None and own.rank >= classification.rank


def _subject(atlas: Atlas, subject: Subject) -> ThingView:
    return _view(
        atlas,
        Ref(Kind.SUBJECT, subject.id),
        subject.label,
        subject.definition,
        Fact(
            "subject.global_id",
            _link(Kind.FIELD, subject.global_id),
            _at(subject.place, "global_id", subject.global_id),
        ),
        Fact(
            "subject.minors",
            lambda local: local.yes(subject.minors),
            _at(subject.place, "minors", subject.minors),
        ),
    )


def _stage(atlas: Atlas, stage: Stage) -> ThingView:
    purposes = tuple(p.id for p in atlas.catalog.purposes.values() if stage.id in p.stages)
    roles = {role for p in atlas.catalog.purposes.values() if stage.id in p.stages for role in p.roles}
    return _view(
        atlas,
        Ref(Kind.STAGE, stage.id),
        stage.label,
        stage.definition,
        related=(
            ("stage.purposes", Kind.PURPOSE.value, purposes),
            ("stage.roles", Kind.ROLE.value, tuple(sorted(roles))),
        ),
    )


def _recipient(atlas: Atlas, recipient: Recipient) -> ThingView:
    catalog = atlas.catalog
    place = recipient.place
    purposes = tuple(p.id for p in catalog.purposes.values() if recipient.id in p.recipients)
    systems = tuple(s.id for s in catalog.systems.values() if s.recipient == recipient.id)
    transfers = [t for t in catalog.transfers.values() if t.recipient == recipient.id or t.system in systems]
    return _view(
        atlas,
        Ref(Kind.RECIPIENT, recipient.id),
        recipient.label,
        None,
        Fact("recipient.role", _word("part", recipient.role), _at(place, "role", recipient.role)),
        Fact("country", _word("country", recipient.country), _at(place, "country", recipient.country)),
        Fact("recipient.contract", _plain(recipient.contract), _at(place, "contract", recipient.contract)),
        Fact("recipient.contact", _plain(recipient.contact), _at(place, "contact", recipient.contact)),
        received=tuple(_received(atlas, recipient, systems, purposes)),
        transfers=tuple(transfers),
        related=(
            ("recipient.systems", Kind.SYSTEM.value, systems),
            ("nav.purposes", Kind.PURPOSE.value, purposes),
        ),
    )


def _received(
    atlas: Atlas, recipient: Recipient, systems: tuple[SystemId, ...], purposes: tuple[PurposeId, ...]
) -> Iterator[Received]:
    for field in atlas.fields_of(Ref(Kind.RECIPIENT, recipient.id)):
        held = {source.system for source in field.sources.values()}
        allowed = {purpose.id for purpose in purposes_allowed(atlas.catalog, field)}
        yield Received(
            field,
            tuple(system for system in systems if system in held),
            tuple(purpose for purpose in purposes if purpose in allowed),
        )
