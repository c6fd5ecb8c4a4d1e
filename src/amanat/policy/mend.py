"""What would have to change for another answer to a request: a way for each gate that fails or masks.

The ways tell what stands in between, with the line to change. None of them is advice to open anything: a
basis, what people were told and the classification come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from amanat.load.fields import sources_of
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose, Role
from amanat.model.values import Action, FieldId, Pair, PurposeId, RoleId, Status, in_language
from amanat.policy import cover
from amanat.policy.decide import decide
from amanat.policy.request import ACTIONS, Effect
from amanat.text import Place


class Way(NamedTuple):
    """What would have to change at `place`, so that the gate that looks for `rule` no longer denies, or no
    longer masks."""

    rule: str
    what: str
    place: Place | None = None


def ways(c: Catalog, role: str, purpose: str, action: str, field: str, as_of: date | None) -> tuple[Way, ...]:
    """A way for every gate that fails, in the order of the gates; all of them are needed. Where none fails,
    what would take off the mask."""
    unknown = tuple(_unknown(c, role, purpose, action, field))
    if unknown:
        return unknown
    r, p = c.roles[RoleId(role)], c.purposes[PurposeId(purpose)]
    a, f = ACTIONS[action], c.fields[FieldId(field)]
    decision = decide(c, role, purpose, action, field, as_of)
    if decision.effect is not Effect.DENY:
        return tuple(_unmasking(c, r, p, f)) if decision.effect is Effect.MASK else ()
    failed = {step.rule.partition(":")[0] for step in decision.trace if step.passed is False}
    found = (
        *_in_force(c, p, a, f, as_of),
        *_granted(c, r, p, a),
        *_not_denied(c, r, p, f),
        _for_this_purpose(c, p, f),
        *_lawful(c, p, f),
        _consented(c, p),
        *_cleared(c, r, a, f),
    )
    return tuple(way for way in found if way.rule.partition(":")[0] in failed)


def instead(
    c: Catalog, role: str, purpose: str, action: str, field: str, as_of: date | None
) -> tuple[Pair, ...]:
    """The other purposes for which the role may already do this with the field, in clear or masked."""
    if FieldId(field) not in c.fields or RoleId(role) not in c.roles:
        return ()
    return tuple(
        Pair(RoleId(role), other)
        for other in c.purposes
        if other != purpose and decide(c, role, other, action, field, as_of).effect is not Effect.DENY
    )


def undeclared(c: Catalog, column: str, place: Place | None) -> Way:
    """The way for a column that no field declares."""
    known = sorted({source for _, sources in sources_of(c.fields) for source in sources})
    near = get_close_matches(column, known, n=1, cutoff=0.7)
    meant = f"did you mean {_listed(near)}? Else " if near else ""
    return Way(
        "undeclared_column",
        f"{meant}declare it under `sources` of the field that it holds, or under `ignore` of its system",
        place,
    )


def _unknown(c: Catalog, role: str, purpose: str, action: str, field: str) -> Iterator[Way]:
    asked: tuple[tuple[str, str, frozenset[str], str], ...] = (
        ("role", role, frozenset(c.roles), "roles"),
        ("purpose", purpose, frozenset(c.purposes), "purposes"),
        ("action", action, frozenset(ACTIONS), ""),
        ("field", field, frozenset(c.fields), "fields"),
    )
    for what, name, known, section in asked:
        if name in known:
            continue
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
        declare = f"declare it under `{section}`" if section else f"use one of {_listed(sorted(known))}"
        text = f"did you mean {_listed(near)}? Else {declare}" if near else declare
        yield Way(f"unknown_{what}", text)


def _in_force(c: Catalog, p: Purpose, a: Action, f: Field, as_of: date | None) -> Iterator[Way]:
    if f.status is not Status.LIVE or "status" in f.broken:
        yield Way(
            "not_live", f"set `status: live` for field `{f.id}` once it is in use", f.place_of("status")
        )
    if p.status is not Status.LIVE or cover.doubtful(c, p, "status"):
        text = f"set `status: live` for purpose `{p.id}` once it has begun"
        yield Way("not_live", text, p.place_of("status"))
    if as_of is None and p.until is not None and not cover.doubtful(c, p, "until"):
        text = f"say the day to judge by with `--as-of`: purpose `{p.id}` ends on {p.until}"
    else:
        text = f"move `until` of purpose `{p.id}`, if the purpose goes on and people were told"
    yield Way("expired", text, p.place_of("until"))
    for hold in c.holds.values():
        if a is Action.DELETE and cover.holds(hold, f, as_of):
            text = f"lift hold `{hold.id}` when its reason has gone, by removing the entry"
            yield Way("on_hold", text, hold.place)


def _granted(c: Catalog, r: Role, p: Purpose, a: Action) -> Iterator[Way]:
    place = p.place_of("roles")
    owner = PurposeId(str(place.path[1])) if len(place.path) > 1 else p.id
    whose = f"purpose `{owner}`" + ("" if owner == p.id else f", from which `{p.id}` inherits them")
    if cover.doubtful(c, p, "roles"):
        yield Way("action_not_granted", f"mend `roles` of {whose}: what is written cannot be read", place)
    elif r.id not in p.roles:
        yield Way("role_not_for_purpose", f"add `{r.id}: [{a}]` to `roles` of {whose}", place)
    else:
        yield Way("action_not_granted", f"add `{a}` to `{r.id}` under `roles` of {whose}", place.at(r.id))


def _not_denied(c: Catalog, r: Role, p: Purpose, f: Field) -> Iterator[Way]:
    for denial in c.denials.values():
        if cover.denies_pair(denial, r, p) and cover.denies_field(c, denial, f):
            reason = in_language(denial.reason, c.language)
            why = f" ({reason})" if reason else ""
            text = f"nothing overrides denial `{denial.id}`{why}: it would have to go, or to select less"
            yield Way(f"denied:{denial.id}", text, denial.place)
    for file in c.unreadable:
        text = f"mend `{file}`, where a denial may stand; `amanat check` shows what is wrong"
        yield Way("denied:unreadable", text, Place(file))


def _for_this_purpose(c: Catalog, p: Purpose, f: Field) -> Way:
    place = f.place_of("purposes")
    if "purposes" in f.broken:
        return Way(
            "purpose_not_allowed", f"mend `purposes` of field `{f.id}`: what is written cannot be read", place
        )
    if place.path[:1] == ("fields",) or not f.purposes:
        where = f"`purposes` of the field `{f.id}`"
    else:
        where = (
            f"`purposes`, which `{f.id}` and others inherit from here; or give the field a list of its own"
        )
    text = f"add `{p.id}` to {where}, if people were told and a basis holds"
    return Way("purpose_not_allowed", text, place)


def _lawful(c: Catalog, p: Purpose, f: Field) -> Iterator[Way]:
    gaps = [where for where in c.jurisdictions if p.basis_in(where) is None]
    where = f" for {_listed(gaps)}" if gaps else ""
    text = f"say under `basis` of purpose `{p.id}` by which lawful basis it stands{where}, if there is one"
    yield Way("no_legal_basis", text, p.place_of("basis"))
    special = cover.is_special(c, f)
    if special is None:
        text = f"give field `{f.id}` a `category` that is declared: an unknown one may be special"
        yield Way("no_condition", text, f.place_of("category"))
    text = (
        f"name the `condition` of purpose `{p.id}` (GDPR Art. 9(2)), such as `explicit_consent`, if one holds"
    )
    yield Way("no_condition", text if special else f"or {text}", p.place_of("condition"))


def _consented(c: Catalog, p: Purpose) -> Way:
    text = f"name the column in which consent is recorded: `recorded_in` under `consent` of purpose `{p.id}`"
    return Way("no_consent_record", text, p.place_of("consent"))


def _cleared(c: Catalog, r: Role, a: Action, f: Field) -> Iterator[Way]:
    if cover.rank(c, cover.class_of(f)) is None:
        text = f"give field `{f.id}` a `classification` that is declared"
        yield Way("above_clearance", text, f.place_of("classification"))
        return
    text = f"raise `clearance` of role `{r.id}` to `{f.classification}`"
    if a.reading and "clearance" not in r.broken and cover.rank(c, r.clearance) is not None:
        mask = f"give field `{f.id}` or class `{f.classification}` a `mask`, which the role then sees"
        yield Way("above_clearance", f"{text}; or {mask}", r.place.at("clearance"))
    else:
        yield Way("above_clearance", f"{text}, or act in a role that has it", r.place.at("clearance"))


def _unmasking(c: Catalog, r: Role, p: Purpose, f: Field) -> Iterator[Way]:
    have, need = cover.rank(c, r.clearance), cover.rank(c, cover.class_of(f))
    if have is not None and need is not None and have < need:
        text = f"raise `clearance` of role `{r.id}` to `{f.classification}`"
        yield Way("above_clearance", text, r.place.at("clearance"))
    mask, place = cover.mask_for(f, p)
    if "mask_for" in f.broken:
        yield Way("mask_for", f"mend `mask_for` of field `{f.id}`: what is written cannot be read", place)
    elif mask is not None:
        named = next((above for above in ancestors(p.id) if above in f.mask_for), p.id)
        yield Way("mask_for", f"remove `{named}: {mask}` from `mask_for` of field `{f.id}`", place)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
