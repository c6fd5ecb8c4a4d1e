"""The reference: may this role, acting for this purpose, do this with this field?

Everything else that speaks of access (the matrix, every engine's policy) is tested against `decide`.
Nothing is allowed unless every gate lets it pass, and what is not known does not pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose, Role
from amanat.model.values import Action, FieldId, Mask, PurposeId, RoleId, Status
from amanat.policy import cover
from amanat.policy.masks import fitted, join
from amanat.policy.request import ACTIONS, GATES, Condition, Decision, Effect, Outcome, Step


def decide(c: Catalog, role: str, purpose: str, action: str, field: str, as_of: date | None) -> Decision:
    """Decide one request. Never fails: an unknown id, or an unknown day where one is needed, is denied."""
    trace = tuple(gates(c, role, purpose, action, field, as_of))
    return Decision(*conclude(trace), trace)


def conclude(steps: Iterable[Step]) -> Outcome:
    """What the findings of the gates come to. Stops at the first failure."""
    masks: list[Mask] = []
    conditions: list[Condition] = []
    for step in steps:
        if step.passed is False:
            return Outcome(Effect.DENY, None, (), step.rule)
        masks += [step.mask] if step.mask else []
        conditions += [step.condition] if step.condition else []
    mask = join(masks)
    return Outcome(Effect.MASK if mask else Effect.ALLOW, mask, tuple(conditions), "")


def gates(c: Catalog, role: str, purpose: str, action: str, field: str, as_of: date | None) -> Iterator[Step]:
    """The finding of every gate, in order. After a failure the later gates are judged all the same, unless
    something that was asked for is not declared."""
    r, p, f = c.roles.get(RoleId(role)), c.purposes.get(PurposeId(purpose)), c.fields.get(FieldId(field))
    a = ACTIONS.get(action)
    asked = {f"role `{role}`": r, f"purpose `{purpose}`": p, f"action `{action}`": a, f"field `{field}`": f}
    for rule, (what, found) in zip(GATES[1], asked.items(), strict=True):
        detail = f"{what} is {'' if found else 'not '}declared"
        yield Step(1, rule, bool(found), detail, getattr(found, "place", None))
    if r is None or p is None or a is None or f is None:
        later = [(gate, rule) for gate, rules in GATES.items() if gate > 1 for rule in rules]
        yield from (Step(gate, rule, None, "cannot be judged") for gate, rule in later)
        return
    yield from _in_force(c, p, a, f, as_of)
    yield from _granted(c, r, p, a)
    yield _not_denied(c, r, p, f)
    yield _for_this_purpose(p, f)
    yield from _lawful(c, p, f)
    yield _consented(c, p)
    yield _cleared(c, r, a, f)
    yield _always_masked(p, a, f)


def _in_force(c: Catalog, p: Purpose, a: Action, f: Field, as_of: date | None) -> Iterator[Step]:
    live = f.status is Status.LIVE and p.status is Status.LIVE
    doubt = "status" in f.broken or cover.doubtful(c, p, "status")
    place = p.place_of("status") if f.status is Status.LIVE else f.place_of("status")
    yield Step(2, "not_live", live and not doubt, f"field is {f.status}, purpose is {p.status}", place)
    until = "a day that cannot be read" if cover.doubtful(c, p, "until") else p.until
    detail = f"last valid day: {until or 'none'}; judged on: {as_of or 'an unknown day'}"
    yield Step(2, "expired", until is None or not cover.is_over(until, as_of), detail, p.place_of("until"))
    hold = next((h for h in c.holds.values() if a is Action.DELETE and cover.holds(h, f, as_of)), None)
    detail = f"hold `{hold.id}` freezes delete" if hold else f"no hold freezes {a}"
    yield Step(2, "on_hold", hold is None, detail, hold.place if hold else None)


def _granted(c: Catalog, r: Role, p: Purpose, a: Action) -> Iterator[Step]:
    actions = () if cover.doubtful(c, p, "roles") else p.roles.get(r.id)
    named = actions is not None
    place = p.place_of("roles").at(r.id) if named else p.place_of("roles")
    detail = f"purpose `{p.id}` {'names' if named else 'does not name'} role `{r.id}`"
    yield Step(3, "role_not_for_purpose", named, detail, place)
    detail = f"`{r.id}` may {', '.join(actions or ()) or 'nothing'} for `{p.id}`"
    yield Step(3, "action_not_granted", a in (actions or ()), detail, place)


def _not_denied(c: Catalog, r: Role, p: Purpose, f: Field) -> Step:
    for denial in c.denials.values():
        if cover.denies_pair(denial, r, p) and cover.denies_field(c, denial, f):
            return Step(4, f"denied:{denial.id}", False, f"denial `{denial.id}` matches", denial.place)
    for file in c.unreadable:
        return Step(4, "denied:unreadable", False, f"a denial may stand in `{file}`, which cannot be read")
    return Step(4, "denied", True, "no explicit denial matches")


def _for_this_purpose(p: Purpose, f: Field) -> Step:
    wide = next((above for above in ancestors(p.id) if above in f.purposes), None)
    detail = f"field allows `{wide}`" if wide else f"field allows {', '.join(f.purposes) or 'no purpose'}"
    passed = wide is not None and "purposes" not in f.broken
    return Step(5, "purpose_not_allowed", passed, detail, f.place_of("purposes"))


def _lawful(c: Catalog, p: Purpose, f: Field) -> Iterator[Step]:
    gaps = [where for where in c.jurisdictions or ("*",) if p.basis_in(where) is None]
    lawful = not gaps and not cover.doubtful(c, p, "basis")
    detail = f"basis: {', '.join(sorted(set(p.basis.values()))) or 'none'}"
    detail += f"; none in {', '.join(gaps)}" if gaps and c.jurisdictions else ""
    yield Step(6, "no_legal_basis", lawful, detail, p.place_of("basis"))
    special = cover.is_special(c, f)
    known = p.condition is not None and not cover.doubtful(c, p, "condition")
    words = {None: "may be special (it is not known)", True: "is special", False: "is not special"}[special]
    detail = f"category `{f.category or 'unknown'}` {words}; condition: {p.condition or 'none'}"
    yield Step(6, "no_condition", special is False or known, detail, p.place_of("condition"))


def _consented(c: Catalog, p: Purpose) -> Step:
    if all(p.basis_in(where) != "consent" for where in c.jurisdictions or ("*",)):
        return Step(7, "no_consent_record", True, "no basis is consent", p.place_of("basis"))
    consent, place = p.consent, p.place_of("consent")
    if consent is None or consent.recorded_in is None or cover.doubtful(c, p, "consent"):
        return Step(7, "no_consent_record", False, "it is not said where consent is recorded", place)
    condition = Condition(p.id, consent.recorded_in, consent.granted, consent.has_granted)
    return Step(7, "no_consent_record", True, str(condition), place.at("recorded_in"), condition=condition)


def _cleared(c: Catalog, r: Role, a: Action, f: Field) -> Step:
    have, need = cover.rank(c, r.clearance), cover.rank(c, cover.class_of(f))
    detail = f"clearance is `{r.clearance or 'unknown'}`, field is `{f.classification or 'unknown'}`"
    if have is None or need is None or "clearance" in r.broken:
        return Step(8, "above_clearance", False, detail, f.place_of("classification"))
    if have >= need:
        return Step(8, "above_clearance", True, detail, r.place.at("clearance"))
    mask, place = cover.mask_below(c, f)
    if mask is None or not a.reading:
        return Step(8, "above_clearance", False, detail, f.place_of("classification"))
    detail = f"{detail}: {_worn(mask, f)}"
    return Step(8, "above_clearance", True, detail, place, fitted(mask, cover.type_of(f)))


def _always_masked(p: Purpose, a: Action, f: Field) -> Step:
    mask, place = cover.mask_for(f, p)
    if mask is None or not a.reading:
        return Step(9, "mask_for", True, f"no mask for {a} for `{p.id}`", place)
    return Step(9, "mask_for", True, _worn(mask, f), place, fitted(mask, cover.type_of(f)))


def _worn(mask: Mask, f: Field) -> str:
    misfit = fitted(mask, cover.type_of(f)) != mask
    return f"mask {mask} does not fit type {cover.type_of(f)}, null is used" if misfit else f"mask {mask}"
