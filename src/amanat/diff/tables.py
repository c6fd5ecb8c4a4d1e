"""Which judge looks at which attribute of which kind of entry. Every attribute of the model stands here or in
`PASSED`; a test holds that, so that none is forgotten when the model grows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amanat.diff.judges import (
    Both,
    Judge,
    Told,
    always,
    below_clearance,
    classification,
    day,
    dropped,
    flag,
    masks_for,
    members,
    number,
    over_all,
    period,
    rule,
    status,
    texts,
)
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source, attributes_of
from amanat.model.resources import Consent, Erasure, Profiling, Purpose, RetentionRule
from amanat.model.values import Mask

PASSED = frozenset(("id", "file", "place", "inherited", "broken", "renamed_from", "rank"))
"""Attributes that say nothing by themselves: `rank` is compared as the order of all classes, a rename when
entries are paired."""


def _retention(both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    """Another policy: what counts is the rule. Where it says the same, only its name is another."""
    was, now = _rule(both.old, before), _rule(both.new, after)
    told = [one for one in rule(was, now) if one.name != "note-changed"]
    yield from told or (Told("note-changed", "", before, after),)


def _rule(catalog: Catalog, name: str | None) -> RetentionRule | None:
    found = catalog.retention.get(name) if name else None  # type: ignore[call-overload]
    return None if found is None else found.rule


def _mask(both: Both, _before: Mask | None, _after: Mask | None) -> Iterator[Told]:
    """The mask of a field below the clearance: its own, else that of its classification."""
    yield from below_clearance(_worn(both.old, both.before), _worn(both.new, both.after))


def _worn(catalog: Catalog, field: Field) -> Mask | None:
    found = catalog.classifications.get(field.classification) if field.classification else None
    return field.mask or (None if found is None else found.mask)


def _sources(both: Both, before: Mapping[str, Source], after: Mapping[str, Source]) -> Iterator[Told]:
    countries = {_country(both.old, one) for one in before.values()}
    for name, source in after.items():
        if name not in before:
            yield Told("source-added", name, None, name)
            country = _country(both.new, source)
            if before and country is not None and country not in countries:
                yield Told("country-added", name, None, country)
        else:
            yield from _facets(both, name, before[name], source)
    yield from (Told("source-removed", name, name, None) for name in before if name not in after)


def _country(catalog: Catalog, source: Source) -> str | None:
    system = catalog.systems.get(source.system)
    return None if system is None else system.country


def _facets(both: Both, name: str, before: Source, after: Source) -> Iterator[Told]:
    for facet in sorted({*before.facets, *after.facets}):
        was: Any = before.facets.get(facet)
        now: Any = after.facets.get(facet)
        if was == now and (facet in before.facets) == (facet in after.facets):
            continue
        judge = _CLAIMS.get(facet) if was is not None and now is not None else _NEW_CLAIMS.get(facet)
        for one in (judge or always("facet-changed"))(both, was, now):
            key = f"{name}/{facet}" + (f".{one.key}" if one.key else "")
            yield one._replace(key=key)
    if before.extras != after.extras:
        yield Told("note-changed", name, before.extras, after.extras)


_CLAIMS: Mapping[str, Judge] = {
    "purposes": members("purpose-claimed", "facet-changed"),
    "retention": _retention,
    "classification": classification("class-higher", "class-lower"),
}
_NEW_CLAIMS: Mapping[str, Judge] = {
    "retention": always("retention-unclear"),
    "purposes": always("purpose-claimed"),
    "classification": always("facet-changed"),
}
"""Claims that a source begins or ceases to make."""


def _origin(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    knowing = ("given", "staff")
    worse = after not in (*knowing, None) and before in (*knowing, None)
    yield Told("origin-changed" if worse else "note-changed", "", before, after)


def _basis(_both: Both, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Told]:
    for where in sorted({*before, *after}):
        was, now = before.get(where), after.get(where)
        if was == now:
            continue
        name = "basis-changed"
        if now == "consent":
            name = "consent-asked"
        elif was == "consent" and now is not None:
            name = "consent-dropped"
        elif now is None and "*" not in after:
            name = "basis-dropped"
        yield Told(name, where, was, now)


def _condition(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    yield Told("condition-dropped" if after is None else "condition-changed", "", before, after)


def _consent(_both: Both, before: Consent | None, after: Consent | None) -> Iterator[Told]:
    if before is None:
        yield Told("consent-asked", "", before, after)
    elif after is None:
        yield Told("consent-dropped", "", before, after)
    else:
        yield Told("consent-weaker", "", before, after)


def _roles(_both: Both, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Told]:
    for role in sorted({*before, *after}):
        was, now = set(map(str, before.get(role, ()))), set(map(str, after.get(role, ())))
        if now - was:
            yield Told("audience-wider", role, sorted(was), sorted(now))
        elif was - now:
            yield Told("audience-narrower", role, sorted(was), sorted(now))


def _profiling(_both: Both, before: Profiling | None, after: Profiling | None) -> Iterator[Told]:
    was, now = before is not None and before.used, after is not None and after.used
    if was != now:
        name = "profiling-started" if now else "profiling-ended"
    else:
        name = "profiling-changed" if now else "note-changed"
    yield Told(name, "", before, after)


def _where(
    _both: Both, before: Mapping[str, RetentionRule], after: Mapping[str, RetentionRule]
) -> Iterator[Told]:
    for place in sorted({*before, *after}):
        yield from rule(before.get(place), after.get(place), place)


def _default_rule(_both: Both, before: RetentionRule, after: RetentionRule) -> Iterator[Told]:
    yield from rule(before, after)


def _erase(both: Both, before: Erasure | None, after: Erasure | None) -> Iterator[Told]:
    was, now = before or Erasure(None, None), after or Erasure(None, None)
    if was.method != now.method:
        yield Told("erasure-later", "method", was.method, now.method)
    if was.backups != now.backups:
        for one in period("erasure-later", "erasure-sooner", "erasure-later")(both, was.backups, now.backups):
            yield one._replace(key="backups")


def _country_of(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    yield Told("country-added" if after is not None else "country-removed", "", before, after)


def _recipient(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    yield Told("recipient-added" if after is not None else "recipient-removed", "", before, after)


def _special(_both: Both, before: bool, after: bool) -> Iterator[Told]:
    yield Told("category-special" if after else "category-less-special", "", before, after)


def _clearance(both: Both, before: str | None, after: str | None) -> Iterator[Told]:
    yield from classification("audience-wider", "audience-narrower")(both, before, after)


def _mask_of_class(_both: Both, before: Mask | None, after: Mask | None) -> Iterator[Told]:
    yield from below_clearance(before, after)


def _mask_of_category(_both: Both, before: Mask | None, after: Mask | None) -> Iterator[Told]:
    yield from over_all(before, after)


def _scope(_both: Both, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Told]:
    """What a hold covers. Without fields, or without systems, it covers all of them."""
    grows = not after or (bool(before) and bool(set(after) - set(before)))
    yield Told("hold-added" if grows else "hold-removed", "", before, after)


_NOTE = always("note-changed")
_LABEL = always("label-changed")
_OWNER = always("owner-changed")
_FACETS = texts("facet-changed")
_SAFEGUARD = always("safeguard-changed")

ATTRIBUTES: Mapping[str, Mapping[str, Judge]] = {
    "fields": {
        "label": _LABEL,
        "definition": always("definition-changed"),
        "category": always("category-changed"),
        "owner": _OWNER,
        "classification": classification("class-higher", "class-lower"),
        "retention": _retention,
        "purposes": members("purpose-added", "purpose-removed"),
        "subject": always("subject-changed"),
        "sources": _sources,
        "master": always("authority-changed"),
        "survivorship": always("authority-changed"),
        "facets": _FACETS,
        "codes": texts("codes-changed"),
        "origin": _origin,
        "kind": _NOTE,
        "narrative": _NOTE,
        "caveats": _NOTE,
        "derived_from": members("derived-from-more", "derived-from-less"),
        "logic": always("definition-changed"),
        "compulsory": flag("compulsory", "voluntary"),
        "stages": always("stage-changed"),
        "critical": _NOTE,
        "quality": texts("quality-changed"),
        "mask": _mask,
        "mask_for": masks_for,
        "status": status("field-live", "field-retired"),
        "review_by": always("review-changed"),
        "last_used": always("review-changed"),
        "confidence": _NOTE,
        "extras": _NOTE,
    },
    "purposes": {
        "label": _LABEL,
        "reason": always("reason-changed"),
        "basis": _basis,
        "condition": _condition,
        "assessment": dropped("assessment-dropped", "note-changed"),
        "consent": _consent,
        "benefit": dropped("benefit-dropped", "benefit-changed"),
        "roles": _roles,
        "stages": always("stage-changed"),
        "expected": flag("expected", "unexpected"),
        "recipients": members("recipient-added", "recipient-removed"),
        "profiling": _profiling,
        "dpia": dropped("assessment-dropped", "note-changed"),
        "sold": flag("sale-started", "sale-ended"),
        "shared": flag("sharing-started", "sharing-ended"),
        "maps": _NOTE,
        "status": status("purpose-live", "purpose-withdrawn"),
        "until": day("purpose-live", "purpose-withdrawn"),
        "extras": _NOTE,
    },
    "roles": {
        "label": _LABEL,
        "definition": always("definition-changed"),
        "clearance": _clearance,
        "people": number("audience-wider", "audience-narrower", "note-changed"),
        "training": dropped("control-dropped", "note-changed"),
        "principals": _NOTE,
        "extras": _NOTE,
    },
    "systems": {
        "label": _LABEL,
        "description": always("definition-changed"),
        "kind": _NOTE,
        "owner": _OWNER,
        "country": _country_of,
        "engine": _NOTE,
        "admin": always("owner-changed"),
        "recipient": _recipient,
        "customer_id": always("identity-changed"),
        "no_customer_id": always("identity-changed"),
        "users": number("audience-wider", "audience-narrower", "note-changed"),
        "users_max": number("audience-wider", "audience-narrower", "note-changed"),
        "security": members("control-added", "control-dropped"),
        "assessed": always("review-changed"),
        "erase": _erase,
        "ignore": _NOTE,
        "links": always("identity-changed"),
        "url_env": _NOTE,
        "status": status("system-declared", "system-withdrawn"),
        "extras": _NOTE,
    },
    "recipients": {
        "label": _LABEL,
        "role": _SAFEGUARD,
        "contract": _SAFEGUARD,
        "contact": always("controller-changed"),
        "country": _country_of,
        "extras": _NOTE,
    },
    "transfers": {
        "label": _LABEL,
        "recipient": _recipient,
        "system": always("source-added"),
        "country": _country_of,
        "mechanism": _SAFEGUARD,
        "evidence": _SAFEGUARD,
        "purposes": members("purpose-added", "purpose-removed"),
        "extras": _NOTE,
    },
    "classifications": {
        "label": _LABEL,
        "definition": always("definition-changed"),
        "requires": members("control-added", "control-dropped"),
        "mask": _mask_of_class,
        "roles_max": number("audience-wider", "audience-narrower", "note-changed"),
        "extras": _NOTE,
    },
    "categories": {
        "label": _LABEL,
        "definition": always("definition-changed"),
        "special": _special,
        "classification": classification("class-higher", "class-lower"),
        "owner": _OWNER,
        "retention": _retention,
        "mask": _mask_of_category,
        "maps": _NOTE,
        "extras": _NOTE,
    },
    "retention": {
        "label": _LABEL,
        "rule": _default_rule,
        "rolling": flag("retention-longer", "retention-shorter"),
        "where": _where,
        "extras": _NOTE,
    },
    "holds": {
        "reason": always("reason-changed"),
        "fields": _scope,
        "systems": _scope,
        "by": _OWNER,
        "start": _NOTE,
        "review": always("review-changed"),
        "extras": _NOTE,
    },
    "denials": {
        **dict.fromkeys(("role", "purpose", "field", "category", "classification"), always("denial-dropped")),
        "reason": always("reason-changed"),
        "extras": _NOTE,
    },
    "expectations": {
        **dict.fromkeys(
            ("effect", "roles", "purposes", "actions", "fields", "categories", "classifications", "mask"),
            always("guard-dropped"),
        ),
        "reason": always("reason-changed"),
        "extras": _NOTE,
    },
    "teams": dict.fromkeys(
        ("label", "contact", "lead", "deputy", "handle", "extras"), always("team-changed")
    ),
    "subjects": {
        "label": _LABEL,
        "definition": always("definition-changed"),
        "global_id": always("identity-changed"),
        "no_global_id": always("identity-changed"),
        "minors": _NOTE,
        "extras": _NOTE,
    },
    "stages": dict.fromkeys(("label", "definition", "extras"), always("stage-changed")),
    "discrepancies": dict.fromkeys(
        (
            *("field", "facet", "values", "decision", "reason", "handling"),
            *("approved_by", "approved_on", "expires", "extras"),
        ),
        always("ledger-changed"),
    ),
}
"""Kind of entry (the map's name in the model) to attribute to judge."""

APPEARS: Mapping[str, tuple[str, str]] = {
    "fields": ("field-added", "field-removed"),
    "purposes": ("purpose-declared", "purpose-withdrawn"),
    "systems": ("system-declared", "system-withdrawn"),
    "recipients": ("recipient-added", "recipient-removed"),
    "transfers": ("country-added", "country-removed"),
    "holds": ("hold-added", "hold-removed"),
    "denials": ("denial-added", "denial-dropped"),
    "expectations": ("guard-added", "guard-dropped"),
    "discrepancies": ("ledger-changed", "ledger-changed"),
    **dict.fromkeys(
        ("roles", "classifications", "categories", "retention", "teams", "subjects", "stages"),
        ("entry-added", "entry-removed"),
    ),
}
"""The class of an entry that comes, and of one that goes."""

CATALOG: Mapping[str, Judge] = {
    "name": _LABEL,
    "languages": _NOTE,
    "controller": always("controller-changed"),
    "dpo": always("controller-changed"),
    "jurisdictions": members("jurisdiction-added", "jurisdiction-dropped"),
    "settings": always("rules-changed"),
    "extras": _NOTE,
}
"""What `amanat.yaml` says of the catalog itself."""


def entries_of(catalog: Catalog, kind: str) -> Mapping[str, Any]:
    """The entries of a kind by id."""
    found: Mapping[str, Any] = getattr(catalog, kind)
    return found


def compared_of(entry: Field | Purpose | Any) -> tuple[str, ...]:
    """The attributes of an entry that are compared."""
    return tuple(name for name in attributes_of(entry) if name not in PASSED)
