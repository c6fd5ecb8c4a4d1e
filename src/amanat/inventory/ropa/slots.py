"""What can stand in a column of a record: a slot gives the cell for an activity, and the places it comes
from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell
from amanat.inventory.ropa.activity import Activity
from amanat.model.countries import EEA
from amanat.model.field import Field
from amanat.model.resources import RetentionRule
from amanat.model.values import Text, in_language
from amanat.retention.governed import policies_of
from amanat.text import Place

_U = UNKNOWN.value


class Said(NamedTuple):
    """A cell, and where in the catalog it is written."""

    cell: Cell
    places: tuple[Place, ...] = ()


class Slot(NamedTuple):
    """A slot: what it gives, and for a cell that stays unknown what to ask and the key that would answer
    it."""

    give: Callable[[Activity, str], Said]
    question: str
    key: str


def _text(text: Text, lang: str, place: Place) -> Said:
    return Said(in_language(text, lang), (place,)) if text else Said(UNKNOWN)


def _list(items: Iterable[tuple[str, Place | None]], empty: Cell = UNKNOWN) -> Said:
    found = list(dict.fromkeys(items))
    if not found:
        return Said(empty)
    places = tuple(dict.fromkeys(place for _, place in found if place is not None))
    return Said(tuple(dict.fromkeys(text for text, _ in found)), places)


def _controller(a: Activity, lang: str) -> Said:
    one = a.catalog.controller
    if one is None:
        return Said(UNKNOWN)
    return Said(f"{one.name}, {one.contact}, {one.country}", (a.catalog.place.at("controller"),))


def _representative(a: Activity, lang: str) -> Said:
    one = a.catalog.controller
    if one is None:
        return Said(UNKNOWN)
    if one.representative:
        return Said(one.representative, (a.catalog.place.at("controller", "representative"),))
    # Only a controller outside the Union needs one (Art. 27).
    place = a.catalog.place.at("controller", "country")
    return Said(NOT_APPLICABLE if one.country in EEA else UNKNOWN, (place,))


def _dpo(a: Activity, lang: str) -> Said:
    one = a.catalog.dpo
    return Said(UNKNOWN) if one is None else Said(f"{one.name}, {one.contact}", (a.catalog.place.at("dpo"),))


def _nobody_says(a: Activity, lang: str) -> Said:
    return Said(UNKNOWN)


def _own(key: str) -> Callable[[Activity, str], Said]:
    """A key of the team's own on the purpose, else on the catalog."""

    def give(a: Activity, lang: str) -> Said:
        for extras, place in ((a.purpose.extras, a.purpose.place), (a.catalog.extras, a.catalog.place)):
            if key in extras:
                value = extras[key]
                if not isinstance(value, str | bool):
                    value = json.dumps(value, ensure_ascii=False, default=list)
                return Said(value, (place.at(key),))
        return Said(UNKNOWN)

    return give


def _activity(a: Activity, lang: str) -> Said:
    return Said(a.purpose.id, (a.purpose.place,))


def _name(a: Activity, lang: str) -> Said:
    return _text(a.purpose.label, lang, a.purpose.place_of("label"))


def _reason(a: Activity, lang: str) -> Said:
    return _text(a.purpose.reason, lang, a.purpose.place_of("reason"))


def _benefit(a: Activity, lang: str) -> Said:
    return _text(a.purpose.benefit, lang, a.purpose.place_of("benefit"))


def _status(a: Activity, lang: str) -> Said:
    return Said(a.purpose.status.value, (a.purpose.place,))


def _until(a: Activity, lang: str) -> Said:
    until = a.purpose.until
    return Said(NOT_APPLICABLE) if until is None else Said(until, (a.purpose.place_of("until"),))


def _owners(a: Activity, lang: str) -> Said:
    return _named(a.catalog.teams, ((f.owner, f.place_of("owner")) for f in a.fields), lang)


def _subjects(a: Activity, lang: str) -> Said:
    return _named(a.catalog.subjects, ((f.subject, f.place_of("subject")) for f in a.fields), lang)


def _categories(a: Activity, lang: str) -> Said:
    return _named(a.catalog.categories, ((f.category, f.place_of("category")) for f in a.fields), lang)


def _special(a: Activity, lang: str) -> Said:
    found = [(f.category, f.place_of("category")) for f in a.fields if _is_special(a, f)]
    return _named(a.catalog.categories, found, lang, empty=() if a.fields else UNKNOWN)


def _is_special(a: Activity, field: Field) -> bool:
    category = a.catalog.categories.get(field.category) if field.category else None
    return category is not None and category.special


def _named(
    known: Mapping[Any, Any], ids: Iterable[tuple[str | None, Place]], lang: str, empty: Cell = UNKNOWN
) -> Said:
    """The labels of entries by id; what is not declared has a finding of its own."""
    return _list(((_label(known[one], lang), place) for one, place in ids if one in known), empty)


def _label(entry: Any, lang: str) -> str:
    return in_language(entry.label, lang, str(entry.id))


def _recipients(a: Activity, lang: str) -> Said:
    told = ((f"{_label(one, lang)} ({one.role or _U})", one.place) for one in a.recipients)
    return _list(told, empty=())


def _contracts(a: Activity, lang: str) -> Said:
    told = ((f"{_label(one, lang)}: {one.contract or _U}", one.place.at("contract")) for one in a.recipients)
    return _list(told, empty=NOT_APPLICABLE)


def _outside(a: Activity) -> list[tuple[str, str | None, Place]]:
    """Who is outside the European Economic Area: name, country, place."""
    people = [(one.id, one.country, one.place.at("country")) for one in a.recipients]
    systems = [(str(one.id), one.country, one.place.at("country")) for one in a.systems]
    return [(name, country, place) for name, country, place in (*people, *systems) if country not in EEA]


def _third_countries(a: Activity, lang: str) -> Said:
    return _list(((f"{country or _U} ({name})", place) for name, country, place in _outside(a)), empty=())


def _safeguards(a: Activity, lang: str) -> Said:
    outside = _outside(a)
    if not outside:
        return Said(NOT_APPLICABLE)
    told: list[tuple[str, Place | None]] = []
    for one in a.transfers:
        to = one.recipient or one.system
        told.append((f"{to}: {one.mechanism or _U}, {one.evidence or _U}", one.place))
    covered = {str(one.recipient or one.system) for one in a.transfers}
    told += [(f"{name}: {_U}", place) for name, _, place in outside if name not in covered]
    return _list(told)


def _rule(rule: RetentionRule) -> str:
    parts = (rule.keep, rule.trigger, rule.then)
    keep, start, then = (part or _U for part in parts)
    law = f" ({rule.basis.law})" if rule.basis and rule.basis.law else ""
    return f"{keep} from {start}, then {then}{law}"


def _retention(a: Activity, lang: str) -> Said:
    """The time limit of each category of data, and where it differs by jurisdiction (Art. 30(1)(f))."""
    told: list[tuple[str, Place | None]] = []
    for field in a.fields:
        policies = [a.catalog.retention[one] for one in policies_of(a.catalog, field)]
        category = a.catalog.categories.get(field.category) if field.category else None
        name = _label(category, lang) if category else str(field.category or field.id)
        if not policies:
            told.append((f"{name}: {_U}", field.place))
        for policy in policies:
            rules = {"": policy.rule, **{f" [{where}]": rule for where, rule in sorted(policy.where.items())}}
            told += [(f"{name}{where}: {_rule(rule)}", policy.place) for where, rule in rules.items()]
    return _list(sorted(told, key=lambda one: one[0]))


def _measures(a: Activity, lang: str) -> Said:
    """The controls of every system that holds data of the activity."""
    return _list(
        (f"{_label(one, lang)}: {', '.join(one.security) or _U}", one.place.at("security"))
        for one in a.systems
    )


def _systems(a: Activity, lang: str) -> Said:
    return _list((f"{_label(one, lang)} ({one.country or _U})", one.place) for one in a.systems)


def _fields(a: Activity, lang: str) -> Said:
    return _list((in_language(one.label, lang, one.id), one.place) for one in a.fields)


def _basis(a: Activity, lang: str) -> Said:
    place = a.purpose.place_of("basis")
    bases = sorted(a.purpose.basis.items())
    return _list((basis if where == "*" else f"{where}: {basis}", place) for where, basis in bases)


def _condition(a: Activity, lang: str) -> Said:
    if a.purpose.condition:
        return Said(a.purpose.condition, (a.purpose.place_of("condition"),))
    return Said(UNKNOWN if any(_is_special(a, field) for field in a.fields) else NOT_APPLICABLE)


def _has(a: Activity, basis: str) -> bool:
    return basis in a.purpose.basis.values()


def _interests(a: Activity, lang: str) -> Said:
    return _reason(a, lang) if _has(a, "legitimate_interest") else Said(NOT_APPLICABLE)


def _assessment(a: Activity, lang: str) -> Said:
    if not _has(a, "legitimate_interest"):
        return Said(NOT_APPLICABLE)
    if a.purpose.assessment is None:
        return Said(UNKNOWN)
    return Said(a.purpose.assessment, (a.purpose.place_of("assessment"),))


def _consent(a: Activity, lang: str) -> Said:
    if not _has(a, "consent"):
        return Said(NOT_APPLICABLE)
    consent = a.purpose.consent
    if consent is None or consent.recorded_in is None:
        return Said(UNKNOWN)
    return Said(consent.recorded_in, (a.purpose.place_of("consent"),))


def _rights(a: Activity, lang: str) -> Said:
    bases = set(a.purpose.basis.values())
    if not bases:
        return Said(UNKNOWN)
    articles = [one for basis in sorted(bases) for one in rights().get(basis, ())]
    return Said(tuple(sorted(set(articles), key=_by_number)), (a.purpose.place_of("basis"),))


def _by_number(article: str) -> tuple[int, str]:
    digits = "".join(sign for sign in article.split("(", maxsplit=1)[0] if sign.isdigit())
    return int(digits or 0), article


@cache
def rights() -> Mapping[str, tuple[str, ...]]:
    """Lawful basis → articles of the GDPR with the rights that hold under it: `rights.json`, for editing."""
    text = resources.files(__package__).joinpath("rights.json").read_text(encoding="utf-8")
    return {basis: tuple(articles) for basis, articles in json.loads(text)["rights"].items()}


def _origin(a: Activity, lang: str) -> Said:
    return _list((f.origin or _U, f.place_of("origin") if f.origin else f.place) for f in a.fields)


def _profiling(a: Activity, lang: str) -> Said:
    one = a.purpose.profiling
    if one is None:
        return Said(UNKNOWN)
    place = a.purpose.place_of("profiling")
    if not one.used:
        return Said(False, (place,))
    return Said(in_language(one.logic, lang) or True, (place,))


def _dpia(a: Activity, lang: str) -> Said:
    return Said(UNKNOWN) if a.purpose.dpia is None else Said(a.purpose.dpia, (a.purpose.place_of("dpia"),))


SLOTS: Mapping[str, Slot] = {
    "activity": Slot(_activity, "", ""),
    "name": Slot(_name, "what is the activity called?", "label of the purpose"),
    "purpose": Slot(_reason, "why is the data processed?", "reason of the purpose"),
    "benefit": Slot(_benefit, "what does the customer gain?", "benefit of the purpose"),
    "status": Slot(_status, "", ""),
    "until": Slot(_until, "", ""),
    "controller": Slot(_controller, "who is the controller?", "catalog.controller in amanat.yaml"),
    "joint_controllers": Slot(
        _own("x_joint_controllers"),
        "is there a joint controller (Art. 26)? write `none` where there is none",
        "x_joint_controllers of the purpose, or in amanat.yaml",
    ),
    "representative": Slot(
        _representative,
        "who is the representative in the Union (Art. 27)?",
        "catalog.controller.representative",
    ),
    "dpo": Slot(_dpo, "who is the data protection officer?", "catalog.dpo in amanat.yaml"),
    "owner": Slot(_owners, "which team answers for the data?", "owner of the fields"),
    "subjects": Slot(_subjects, "whose data is it?", "subject of the fields"),
    "categories": Slot(_categories, "which data is it?", "category of the fields"),
    "special_categories": Slot(_special, "are there special categories (Art. 9)?", "category of the fields"),
    "fields": Slot(_fields, "which fields are used?", "purposes of the fields"),
    "recipients": Slot(_recipients, "who receives the data?", "recipients of the purpose"),
    "contracts": Slot(_contracts, "where is the contract with each?", "contract of the recipient"),
    "third_countries": Slot(
        _third_countries, "to which countries does it go?", "country of recipients and systems"
    ),
    "safeguards": Slot(_safeguards, "what makes the transfer lawful?", "an entry under transfers"),
    "retention": Slot(_retention, "when is each category erased?", "retention of the fields"),
    "measures": Slot(_measures, "how is it protected (Art. 32(1))?", "security of the systems"),
    "systems": Slot(_systems, "where does the data stand?", "sources of the fields"),
    "basis": Slot(_basis, "what is the lawful basis (Art. 6)?", "basis of the purpose"),
    "condition": Slot(_condition, "which condition of Art. 9(2) holds?", "condition of the purpose"),
    "legitimate_interests": Slot(_interests, "which interests are pursued?", "reason of the purpose"),
    "assessment": Slot(_assessment, "where is the balancing of interests?", "assessment of the purpose"),
    "consent_record": Slot(_consent, "where is consent recorded?", "consent.recorded_in of the purpose"),
    "rights": Slot(_rights, "which rights do people have?", "basis of the purpose"),
    "origin": Slot(_origin, "where does the data come from?", "origin of the fields"),
    "profiling": Slot(
        _profiling, "is anybody profiled or decided about by machine?", "profiling of the purpose"
    ),
    "dpia": Slot(_dpia, "is an impact assessment needed, and where is it (Art. 35)?", "dpia of the purpose"),
    "created": Slot(_own("x_created"), "since when is there the activity?", "x_created of the purpose"),
    "breach": Slot(
        _own("x_breaches"), "has there been a breach, and where is its record?", "x_breaches of the purpose"
    ),
    "schedule_1": Slot(
        _own("x_dpa_2018"), "which condition of Schedule 1 DPA 2018 holds?", "x_dpa_2018 of the purpose"
    ),
    "policy_document": Slot(
        _own("x_policy_document"),
        "where is the appropriate policy document?",
        "x_policy_document of the purpose",
    ),
    "controllers_served": Slot(
        _own("x_controllers_served"),
        "for which controllers is data processed, and who represents them?",
        "x_controllers_served of the purpose, or in amanat.yaml",
    ),
}
"""Every slot by its name."""
