"""From checked entries to model records, one function a kind. Inheritance comes from `inherit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from amanat.load.entries import (
    NOTHING,
    Data,
    extras,
    mask,
    source_ids,
    text,
    words,
)
from amanat.model.resources import (
    Approval,
    Category,
    Classification,
    Consent,
    Denial,
    Discrepancy,
    Erasure,
    Expectation,
    Hold,
    IgnoredColumns,
    KeyLink,
    Profiling,
    Purpose,
    Recipient,
    Retention,
    RetentionBasis,
    RetentionRule,
    Role,
    Stage,
    Subject,
    System,
    Team,
    Training,
    Transfer,
)
from amanat.model.values import Action, FieldId, RoleId, SourceId, Status
from amanat.text import Place


class Entry(NamedTuple):
    """A checked entry: its id, place, data with inherited values filled in, where those came from, and
    which attributes were refused."""

    id: Any
    place: Place
    data: Data
    inherited: Mapping[str, Place]
    broken: frozenset[str]
    language: str
    rank: int = 0

    def text(self, key: str) -> Mapping[str, str]:
        """The Text under a key."""
        return text(self.data.get(key), self.language)


def _common(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "place": entry.place, "extras": extras(entry.data), "broken": entry.broken}


def _renamed(entry: Entry) -> dict[str, Any]:
    return {**_common(entry), "renamed_from": entry.data.get("renamed_from")}


def team(entry: Entry) -> Team:
    """A team."""
    data = entry.data
    return Team(
        **_renamed(entry),
        label=entry.text("label"),
        contact=data.get("contact"),
        lead=data.get("lead"),
        deputy=data.get("deputy"),
        handle=data.get("handle"),
    )


def subject(entry: Entry) -> Subject:
    """A kind of data subject."""
    global_id = entry.data.get("global_id")
    none = global_id.get("none") if isinstance(global_id, dict) else None
    return Subject(
        **_renamed(entry),
        label=entry.text("label"),
        definition=entry.text("definition"),
        global_id=FieldId(global_id) if isinstance(global_id, str) else None,
        no_global_id=text(none, entry.language),
        minors=entry.data.get("minors"),
    )


def classification(entry: Entry) -> Classification:
    """A classification; `entry.rank` is its position."""
    return Classification(
        **_renamed(entry),
        label=entry.text("label"),
        definition=entry.text("definition"),
        rank=entry.rank,
        requires=words(entry.data.get("requires")),
        mask=mask(entry.data),
        roles_max=entry.data.get("roles_max"),
    )


def category(entry: Entry) -> Category:
    """A category, with what it takes over from its ancestors filled in."""
    data = entry.data
    return Category(
        **_renamed(entry),
        label=entry.text("label"),
        definition=entry.text("definition"),
        special=bool(data.get("special", False)),
        classification=data.get("classification"),
        owner=data.get("owner"),
        retention=data.get("retention"),
        mask=mask(data),
        maps=data.get("maps", NOTHING),
    )


def system(entry: Entry) -> System:
    """A source system."""
    data = entry.data
    customer_id = data.get("customer_id")
    none = customer_id.get("none") if isinstance(customer_id, dict) else None
    erase = data.get("erase")
    return System(
        **_renamed(entry),
        inherited=entry.inherited,
        label=entry.text("label"),
        description=entry.text("description"),
        kind=data.get("kind"),
        owner=data.get("owner"),
        country=data.get("country"),
        engine=data.get("engine"),
        admin=data.get("admin"),
        recipient=data.get("recipient"),
        customer_id=SourceId(customer_id) if isinstance(customer_id, str) else None,
        no_customer_id=text(none, entry.language),
        users=data.get("users"),
        users_max=data.get("users_max"),
        security=words(data.get("security")),
        assessed=data.get("assessed"),
        erase=Erasure(erase.get("method"), erase.get("backups")) if erase is not None else None,
        ignore=tuple(
            IgnoredColumns(
                tuple(item.get("columns", ())),
                text(item.get("reason"), entry.language),
                entry.place.at("ignore", position),
            )
            for position, item in enumerate(data.get("ignore", ()))
        ),
        links=tuple(
            KeyLink(
                SourceId(str(item.get("from", ""))),
                SourceId(str(item.get("to", ""))),
                item.get("where", NOTHING),
                item.get("names") == "other",
                text(item.get("reason"), entry.language),
                entry.place.at("links", position),
            )
            for position, item in enumerate(data.get("links", ()))
        ),
        url_env=data.get("url_env"),
        status=Status(data.get("status", "live")),
    )


def recipient(entry: Entry) -> Recipient:
    """A recipient."""
    data = entry.data
    return Recipient(
        **_renamed(entry),
        label=entry.text("label"),
        role=data.get("role"),
        contract=data.get("contract"),
        contact=data.get("contact"),
        country=data.get("country"),
    )


def transfer(entry: Entry) -> Transfer:
    """A transfer to a third country."""
    data = entry.data
    return Transfer(
        **_renamed(entry),
        label=entry.text("label"),
        recipient=data.get("recipient"),
        system=data.get("system"),
        country=data.get("country"),
        mechanism=data.get("mechanism"),
        evidence=data.get("evidence"),
        purposes=words(data.get("purposes")),
    )


def role(entry: Entry) -> Role:
    """A role."""
    data = entry.data
    training = data.get("training")
    return Role(
        **_renamed(entry),
        label=entry.text("label"),
        definition=entry.text("definition"),
        clearance=data.get("clearance"),
        people=data.get("people"),
        training=Training(training.get("course", ""), training.get("every"), training.get("last"))
        if training
        else None,
        principals=data.get("principals", NOTHING),
    )


def purpose(entry: Entry) -> Purpose:
    """A purpose, with what it takes over from its ancestors filled in."""
    data = entry.data
    basis = data.get("basis")
    consent = data.get("consent")
    roles = data.get("roles") or {}
    return Purpose(
        **_renamed(entry),
        inherited=entry.inherited,
        label=entry.text("label"),
        reason=entry.text("reason"),
        basis={"*": basis} if isinstance(basis, str) else basis or NOTHING,
        condition=data.get("condition"),
        assessment=data.get("assessment"),
        consent=Consent(
            consent.get("mode"), consent.get("recorded_in"), consent.get("granted"), "granted" in consent
        )
        if consent is not None
        else None,
        benefit=entry.text("benefit"),
        roles={RoleId(name): tuple(Action(item) for item in actions) for name, actions in roles.items()},
        stages=words(data.get("stages")),
        expected=data.get("expected"),
        recipients=words(data.get("recipients")),
        profiling=_profiling(data.get("profiling"), entry.language),
        dpia=data.get("dpia"),
        sold=data.get("sold"),
        shared=data.get("shared"),
        maps=data.get("maps", NOTHING),
        status=Status(data.get("status", "live")),
        until=data.get("until"),
    )


def _profiling(value: Any, language: str) -> Profiling | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Profiling(value, NOTHING, NOTHING)
    return Profiling(True, text(value.get("logic"), language), text(value.get("human_review"), language))


def _rule(data: Data, language: str) -> RetentionRule:
    basis = data.get("basis")
    return RetentionRule(
        keep=data.get("keep"),
        trigger=data.get("from"),
        proved_by=source_ids(data.get("proved_by")),
        then=data.get("then"),
        basis=RetentionBasis(basis.get("kind", ""), basis.get("law"), text(basis.get("why"), language))
        if basis
        else None,
    )


def retention(entry: Entry) -> Retention:
    """A retention policy; what a jurisdiction does not set itself it takes from the base rule."""
    data = entry.data
    base = {key: data[key] for key in ("keep", "from", "proved_by", "then", "basis") if key in data}
    return Retention(
        **_renamed(entry),
        label=entry.text("label"),
        rule=_rule(base, entry.language),
        rolling=bool(data.get("rolling", False)),
        where={name: _rule({**base, **item}, entry.language) for name, item in data.get("where", {}).items()},
    )


def hold(entry: Entry) -> Hold:
    """A legal hold."""
    data = entry.data
    return Hold(
        **_renamed(entry),
        reason=entry.text("reason"),
        fields=words(data.get("fields")),
        systems=words(data.get("systems")),
        by=data.get("by"),
        start=data.get("from"),
        review=data.get("review"),
    )


def stage(entry: Entry) -> Stage:
    """A stage of the customer journey; `entry.rank` is its position."""
    return Stage(
        **_common(entry), label=entry.text("label"), definition=entry.text("definition"), rank=entry.rank
    )


def discrepancy(entry: Entry) -> Discrepancy:
    """A ledger entry."""
    data = entry.data
    return Discrepancy(
        **_common(entry),
        field=data.get("field"),
        facet=data.get("facet"),
        values=data.get("values", NOTHING),
        decision=data.get("decision"),
        reason=entry.text("reason"),
        handling=entry.text("handling"),
        approved_by=data.get("approved_by"),
        approved_on=data.get("approved_on"),
        expires=data.get("expires"),
    )


def denial(entry: Entry) -> Denial:
    """An explicit denial."""
    data = entry.data
    return Denial(
        **_common(entry),
        role=data.get("role"),
        purpose=data.get("purpose"),
        field=data.get("field"),
        category=data.get("category"),
        classification=data.get("classification"),
        reason=entry.text("reason"),
    )


def expectation(entry: Entry) -> Expectation:
    """A policy test."""
    data = entry.data
    effect = next((name for name in ("allow", "mask", "deny") if name in data), "deny")
    request = data.get(effect, {})
    return Expectation(
        **_common(entry),
        effect=effect,
        roles=words(request.get("role")),
        purposes=words(request.get("purpose")),
        actions=tuple(Action(action) for action in words(request.get("action"))),
        fields=words(request.get("field")),
        categories=words(request.get("category")),
        classifications=words(request.get("classification")),
        mask=mask(request, "as"),
        reason=entry.text("reason"),
    )


def approval(entry: Entry) -> Approval:
    """That a change was approved."""
    data = entry.data
    return Approval(
        **_common(entry),
        change=data.get("change", ""),
        by=words(data.get("by")),
        on=data.get("on"),
        reason=entry.text("reason"),
    )
