"""Rules about access policy: PL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field
from amanat.model.values import Action, SystemId
from amanat.policy.cover import type_of
from amanat.policy.expect import Result, Verdict, run_expectations
from amanat.policy.loss import Loss, Status, SystemLoss, Target
from amanat.policy.masks import fits
from amanat.policy.matrix import ACTIONS, Matrix, matrix
from amanat.policy.plan import acting_pairs, in_use, loses, make_plan
from amanat.policy.request import Outcome
from amanat.rules.usage import in_several
from amanat.rules.wording import counted, joined, listing
from amanat.text import Place

DECIDED = keys("category", "classification", "mask", "mask_for", "purposes", "sources", "status", "type")
"""Keys of fields on which decisions rest, and what engines make of them."""


def matrix_of(ctx: Context) -> Matrix:
    """The access matrix, made once for all rules."""
    return ctx.shared("policy matrix", lambda given: matrix(given.catalog, given.as_of))


class _Cause(NamedTuple):
    """Losses that one finding tells: of one target, for one reason, mended in one place. `about` is what of
    several losses there tells them apart."""

    target: str
    cause: str
    about: str
    subject: str
    place: Place


def _not_expressible(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable:
        return
    for field in ctx.catalog.fields.values():
        yield from _unfit_masks(field)
    for cause, cells in sorted(_causes(ctx).items()):
        systems = sorted({system for system, _ in cells})
        losses = [loss for _, loss in cells]
        sources = sorted({loss.source for loss in losses})
        roles = sorted({loss.pair.role for loss in losses})
        yield Finding(
            "PL101",
            _message(cause.cause, systems, losses, roles, len(sources)),
            cause.place,
            cause.subject,
            related=tuple(Related(f"system `{name}`", ctx.catalog.systems[name].place) for name in systems),
            fix=Fix(*_WAYS_OUT[cause.cause]),
            data={
                "target": cause.target,
                "systems": systems,
                "purposes": sorted({loss.pair.purpose for loss in losses}),
                "roles": roles,
                "why": sorted({loss.why for loss in losses}),
                "sources": sources,
            },
            severity=Severity.WARNING if cause.cause in _HARMLESS else None,
            detail=f"{cause.target}/{cause.cause}/{cause.about}",
        )


_HARMLESS = ("rows deleted", "masked", "some rows", "unread")
"""Causes with which people can live: the same is reached by updating, or reading stays as it is."""


def _message(
    cause: str, systems: Sequence[str], losses: Sequence[Loss], roles: Sequence[str], columns: int
) -> str:
    where, who, what = listing(systems), listing(roles), counted(columns, "column")
    if cause == "rows":
        whys = sorted({loss.why for loss in losses})
        more = f" (and {counted(len(whys) - 1, 'other reason')})" if len(whys) > 1 else ""
        return f"{whys[0]}{more}; {what} in {where} closed to {who} for want of a row condition"
    if cause == "rows deleted":
        return (
            f"{who} may delete {what} in {where}, but not every declared column of their rows, so none goes"
        )
    if cause == "some rows":
        rows = "in rows with consent only, so none is changed"
        return f"{who} may change {what} in {where} {rows}: {losses[0].why}"
    if cause == "unread":
        return f"{who} may update {what} in {where} that it may not read, so it does neither: {losses[0].why}"
    if cause == "masked":
        return f"{who} may update {what} in {where} that it sees masked, and a masked column is read-only"
    return f"{losses[0].why}; the column is {'shown as null' if cause == 'mask' else 'denied'}"


def _unfit_masks(field: Field) -> Iterator[Finding]:
    """Masks that a field itself names although they do not fit its type; every engine shows null then."""
    own = {field.place_of("mask"): field.mask} if field.mask and "mask" not in field.inherited else {}
    for purpose, worn in field.mask_for.items():
        own[field.place_of("mask_for").at(purpose)] = worn
    for place, mask in own.items():
        if not fits(mask, type_of(field)):
            yield Finding(
                "PL101",
                f"mask `{mask}` does not fit type `{type_of(field)}`, so null is shown instead",
                place,
                field.id,
                fix=Fix(*_WAYS_OUT["mask"]),
                data={"mask": str(mask), "type": type_of(field)},
                detail=f"mask/{'/'.join(map(str, place.path[2:]))}",
            )


_WAYS_OUT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "rows": (
        "record consent where the engine can look it up, or use the purpose in another system only",
        (
            "copy the consent into the system, once for each customer, and name that column in `recorded_in`",
            "name the system's `customer_id`, and take a snapshot so that its foreign keys are known",
            "accept the denial with an entry under `rules: ignore:` if the purpose is not pursued there",
        ),
    ),
    "rows deleted": (
        "let the role update the fields to nothing instead of deleting rows",
        ("grant `update` and not `delete`", "allow the purpose on every field of the table"),
    ),
    "masked": (
        "let the role see what it may change, or change nothing",
        ("take `update` away from the role", "drop the mask for this purpose"),
    ),
    "unread": (
        "let the role see what it may change, or change nothing",
        ("grant `read` beside `update`", "take `update` away from the role"),
    ),
    "some rows": (
        "let another purpose, which needs no consent, change the data",
        ("grant the role nothing but reading for this purpose",),
    ),
    "mask": ("choose a mask that fits the type of the column", ("`redact` and `null` fit every type",)),
    "name": ("rename the table or column in the system", ()),
}


def _causes(ctx: Context) -> dict[_Cause, list[tuple[SystemId, Loss]]]:
    found: dict[_Cause, list[tuple[SystemId, Loss]]] = {}
    for target, loss in _losses(ctx):
        for cell in loss.cells:
            if cell.cause in _WAYS_OUT and cell.status is not Status.MASK_APPROXIMATE:
                found.setdefault(_cause(ctx.catalog, target, cell), []).append((loss.system, cell))
    return found


def _losses(ctx: Context) -> Iterator[tuple[str, SystemLoss]]:
    from amanat.policy.targets import TARGETS

    for name in ctx.catalog.settings.policy:
        target = TARGETS.get(name)
        if target is not None:
            yield from ((name, loss) for loss in _losses_of(ctx, target))


def _losses_of(ctx: Context, target: Target) -> tuple[SystemLoss, ...]:
    systems = [
        each
        for each in ctx.catalog.systems.values()
        if (target.ENGINES is None or each.engine in target.ENGINES) and in_use(each)
    ]
    if not systems:
        return ()
    names = {each.id for each in systems}
    table = matrix_of(ctx)
    if _has_odd_name(ctx.catalog, names):
        return target.losses(make_plan(table, systems))
    if not any(loses(table, pair) for pair in acting_pairs(ctx.catalog)):
        return ()  # no need to lay out the tables
    return target.losses(make_plan(table, systems, loses))


def _has_odd_name(catalog: Catalog, systems: Set[SystemId]) -> bool:
    """Whether some table or column could have a name that no SQL can hold: then every pair is looked at."""
    sources = [source for field in catalog.fields.values() for source in field.sources.values()]
    tables = {table for table in {source.table for source in sources} if table.system in systems}
    columns = {source.column for source in sources if source.table in tables}
    return any(map(_is_odd, columns)) or any(_is_odd(name) for table in tables for name in table[:3])


def _is_odd(name: str) -> bool:
    """Whether a name holds what nobody sees, or takes more bytes than PostgreSQL keeps of one."""
    if not name.isprintable():
        return True
    return len(name) > (63 if name.isascii() else 15) and len(name.encode(errors="replace")) > 63


def _cause(catalog: Catalog, target: str, cell: Loss) -> _Cause:
    purpose = catalog.purposes[cell.pair.purpose]
    if cell.cause in ("mask", "name"):
        field = next(field for field in catalog.fields.values() if cell.source in field.sources)
        return _Cause(target, cell.cause, cell.source, field.id, field.sources[cell.source].place)
    if cell.cause == "rows":
        place = purpose.place_of("consent").at("recorded_in")
        about = "elsewhere" if "another system" in cell.why else "here"
    else:
        place = purpose.place_of("roles").at(cell.pair.role)
        about = str(cell.pair.role)
    # What several purposes inherit is told once, of the purpose that declares it.
    return _Cause(target, cell.cause, about, str(place.path[1]), place)


def _expectation_failed(ctx: Context) -> Iterator[Finding]:
    doubtful = _is_doubtful(ctx.catalog)
    for result in ctx.shared("policy expectations", _run):
        # What was refused is denied, and has a finding of its own: only an opening is news then.
        if not result.passed and (not doubtful or result.expectation.effect == "deny"):
            echo = result.verdict is Verdict.EMPTY and (doubtful or _names_nothing(ctx.catalog, result))
            yield replace(_failed(result), severity=Severity.WARNING if echo else None)


def _names_nothing(catalog: Catalog, result: Result) -> bool:
    """Whether a selector names nothing that is declared, of which ID101 has told."""
    expected = result.expectation
    known: tuple[tuple[Sequence[str], Set[str]], ...] = (
        (expected.roles, {*catalog.roles}),
        (expected.purposes, {*catalog.purposes}),
        (expected.fields, {*catalog.fields, *catalog.categories}),
        (expected.categories, {*catalog.categories}),
        (expected.classifications, {*catalog.classifications}),
    )
    return any(
        not any(selects(selector, name) for name in names)
        for selectors, names in known
        for selector in selectors
    )


def _is_doubtful(catalog: Catalog) -> bool:
    """Whether something that decisions rest on was refused when loading."""
    return (
        bool(catalog.unreadable)
        or any(field.broken for field in catalog.fields.values())
        or any(purpose.broken for purpose in catalog.purposes.values())
        or any(role.broken for role in catalog.roles.values())
    )


def _run(ctx: Context) -> tuple[Result, ...]:
    return run_expectations(ctx.catalog, ctx.as_of)


def _failed(result: Result) -> Finding:
    expected = result.expectation
    empty = result.verdict is Verdict.EMPTY
    what = (
        "proves less than it says: it"
        if empty
        else f"fails in {result.different} of {counted(result.cells, 'cell')}:"
    )
    return Finding(
        "PL102",
        f"expectation `{expected.id}` {what} {result.broken[0]}",
        expected.place,
        expected.id,
        fix=Fix(
            "correct the ids that it selects by"
            if empty
            else "see why with `amanat policy explain`, then mend the declarations or the expectation"
        ),
        data={"effect": expected.effect, "cells": result.cells, "broken": list(result.broken)},
    )


def _strictest_wins(ctx: Context) -> Iterator[Finding]:
    shared = in_several(ctx.catalog.fields.values())
    if not shared:
        return
    table = matrix_of(ctx)
    position = {name: at for at, name in enumerate(table.fields)}
    for source, fields in sorted(shared.items()):
        differing = list(_differing(table, [position[field.id] for field in fields]))
        if not differing:
            continue
        names = listing([field.id for field in fields])
        role, purpose, action, outcomes = differing[0]
        told = joined(
            [f"{_told(each)} for `{field.id}`" for field, each in zip(fields, outcomes, strict=True)]
        )
        yield Finding(
            "PL103",
            f"`{source}` holds {names}, which are decided differently, so the strictest wins: "
            f"`{role}` may not {action} it as declared for `{purpose}` ({told})",
            fields[-1].sources[source].place,
            fields[-1].id,
            related=tuple(
                Related(f"under `{field.id}`", field.sources[source].place) for field in fields[:-1]
            ),
            fix=Fix(
                "give the fields the same purposes, classification and masks, or columns of their own",
            ),
            data={"source": source, "fields": [field.id for field in fields], "cells": len(differing)},
            detail=source,
        )


def _differing(table: Matrix, at: list[int]) -> Iterator[tuple[str, str, Action, list[Outcome]]]:
    for pair in acting_pairs(table.catalog):
        for action in ACTIONS:
            numbers = table.kinds(pair.role, pair.purpose, action).numbers
            outcomes = [table.answer(pair.role, pair.purpose, action, numbers[each]) for each in at]
            if len({(each.effect, each.mask, each.conditions) for each in outcomes}) > 1:
                yield pair.role, pair.purpose, action, outcomes


def _told(outcome: Outcome) -> str:
    return f"{outcome.effect} ({outcome.mask})" if outcome.mask else outcome.effect.value


_CONSENT = """\
purposes:
  newsletter:
    label: Newsletter
    reason: To write to customers who have asked for news about our products
    basis: consent
    consent: {mode: opt_in, recorded_in: RECORD, granted: true}
    benefit: Offers before they end
    roles: {agent: [read]}
fields:
  customer.first_name:
    label: First name
    definition: What the customer wishes to be called.
    category: name
    subject: customer
    owner: sales
    retention: account
    purposes: [newsletter]
    sources: {shop.customers.first_name: }
"""

_EXPECTED = """\
expectations:
  agents_delete_nothing:
    EFFECT: {role: agent, action: delete, field: customer.*}
"""

_SHARED = """\
purposes:
  parcels:
    label: Parcels
    reason: To hand over the parcel to the person who ordered it
    basis: contract
    benefit: The parcel arrives at the right door
    roles: {agent: [read]}
fields:
  customer.first_name:
    label: First name
    definition: What the customer wishes to be called.
    category: name
    subject: customer
    owner: sales
    retention: account
    purposes: [PURPOSES]
    sources: {shop.customers.full_name: {part: given}}
  customer.last_name:
    label: Family name
    definition: Name under which the household signs its contracts.
    category: name
    subject: customer
    owner: sales
    retention: account
    purposes: [orders, parcels]
    sources: {shop.customers.full_name: {part: family}}
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="PL101",
        name="not-expressible",
        severity=Severity.ERROR,
        since="0.1",
        summary="asks of an engine what it cannot express; it is denied there, and reported",
        rationale=(
            "A decision that an engine cannot enforce is no protection, and one that is silently dropped is "
            "worse. What cannot be said is denied, so people lose access that the catalog promises them: "
            "somebody has to know. Export and sharing, for which no database has a privilege, stand in the "
            "loss report only."
        ),
        example=Example(
            bad=_CONSENT.replace("RECORD", "crm.contacts.newsletter"),
            good=_CONSENT.replace("RECORD", "shop.customers.newsletter"),
            at=(6, 42),
        ),
        check=_not_expressible,
        sees=DECIDED,
        profiles=("core",),
        source="GDPR 25, 32",
        help="change what is asked, or where it is recorded; `amanat policy build` writes all losses",
    ),
    Rule(
        code="PL102",
        name="expectation-failed",
        severity=Severity.ERROR,
        since="0.1",
        summary="fails one of its own policy expectations",
        rationale=(
            "Expectations say what may never happen and what must stay possible. One that fails shows that a "
            "change somewhere else opened or closed more than was meant."
        ),
        example=Example(
            bad=_EXPECTED.replace("EFFECT", "allow"), good=_EXPECTED.replace("EFFECT", "deny"), at=(2, 3)
        ),
        check=_expectation_failed,
        sees=DECIDED,
        profiles=("core",),
        source="GDPR 24, 25",
        help="run `amanat policy test`, then `amanat policy explain` for a cell that differs",
    ),
    Rule(
        code="PL103",
        name="strictest-wins",
        severity=Severity.WARNING,
        since="0.1",
        summary="gives one column two fields with different decisions",
        rationale=(
            "An engine protects columns. Where a column holds two fields, it can only follow the stricter "
            "decision, so one of them is closed to people who may see it."
        ),
        example=Example(
            bad=_SHARED.replace("PURPOSES", "orders"),
            good=_SHARED.replace("PURPOSES", "orders, parcels"),
            at=(26, 15),
        ),
        check=_strictest_wins,
        sees=DECIDED,
        profiles=("core",),
        source="decided by the strictest",
        help="give the fields the same purposes, classification and masks, or columns of their own",
    ),
)
