"""Rules about protection: SE101 to SE103, and SE106."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import Action, ClassificationId, PurposeId, RoleId, SystemId
from amanat.policy.readers import roles_allowed, widely_read
from amanat.rules.policy import DECIDED
from amanat.rules.usage import above, children, fields_by_purpose, is_held, live_purposes
from amanat.rules.wording import counted, listing, without


def _missing_control(ctx: Context) -> Iterator[Finding]:
    stored = _stored_classes(ctx)
    for system in ctx.catalog.systems.values():
        if not is_held(system.status) or "security" in system.broken:
            continue
        lacking: dict[str, list[ClassificationId]] = {}
        for name, classification in ctx.catalog.classifications.items():
            if (system.id, name) in stored:
                for control in classification.requires:
                    if control not in system.security:
                        lacking.setdefault(control, []).append(name)
        for control, classes in sorted(lacking.items()):
            fields = [field for name in classes for field in stored[system.id, name]]
            yield Finding(
                "SE101",
                f"`{system.id}` lacks `{control}`, which {listing(classes)} requires; it holds "
                f"{counted(len(fields), 'field')} of that class",
                system.place.at("security"),
                system.id,
                related=tuple(Related(f"`{f.id}` is `{f.classification}`", f.place) for f in fields[:3]),
                fix=Fix(
                    f"put `{control}` in place and add it to `security`",
                    (
                        f"add `{control}` to the system and then to `security`",
                        "take the fields out of the system",
                    ),
                ),
                data={"control": control, "classes": classes, "fields": len(fields)},
                detail=control,
            )


def _stored_classes(ctx: Context) -> Mapping[tuple[SystemId, ClassificationId], list[Field]]:
    """The held fields that each system stores, by class, in order of their ids."""
    stored: defaultdict[tuple[SystemId, ClassificationId], list[Field]] = defaultdict(list)
    for field in ctx.catalog.fields.values():
        name = field.classification
        if name is not None and is_held(field.status):
            for system in {source.system for source in field.sources.values()}:
                stored[system, name].append(field)
    return stored


def _class_below_category(ctx: Context) -> Iterator[Finding]:
    classes, categories = ctx.catalog.classifications, ctx.catalog.categories
    for field in ctx.catalog.fields.values():
        if field.classification is None or field.category is None:
            continue
        category = categories.get(field.category)
        floor = classes.get(category.classification) if category and category.classification else None
        own = classes.get(field.classification)
        if floor is not None and own is not None and own.rank < floor.rank:
            yield Finding(
                "SE102",
                f"`{field.id}` is `{own.id}`, but its category `{field.category}` is at least `{floor.id}`",
                field.place_of("classification"),
                field.id,
                fix=Fix(
                    f"classify it as `{floor.id}`",
                    (
                        f"set `classification: {floor.id}`",
                        f"lower the category under `categories: {field.category}`",
                    ),
                ),
            )


def _role_below_class(ctx: Context) -> Iterator[Finding]:
    live, roles, classes = live_purposes(ctx), ctx.catalog.roles, ctx.catalog.classifications
    said: dict[tuple[PurposeId, RoleId], frozenset[str]] = {}
    for purpose in ctx.catalog.purposes.values():
        if "roles" in purpose.inherited or purpose.id not in live:
            continue
        for name, actions in purpose.roles.items():
            role = roles.get(name)
            clearance = classes.get(role.clearance) if role and role.clearance else None
            if clearance is None or not actions:
                continue
            missed = _missed(ctx, purpose, clearance.rank, actions)
            said[purpose.id, name] = missed
            new = missed.difference(*(said.get((over, name), ()) for over in above(purpose.id)))
            if new:
                yield _hidden(purpose, name, clearance.id, sorted(new))


def _hidden(purpose: Purpose, role: RoleId, clearance: ClassificationId, fields: list[str]) -> Finding:
    return Finding(
        "SE103",
        f"`{role}` is cleared for `{clearance}`, below {counted(len(fields), 'field')} of `{purpose.id}`: "
        f"{listing(fields)}",
        purpose.place.at("roles", role),
        purpose.id,
        fix=Fix(
            "give the fields a `mask` of their own, raise the clearance, or take the grant back",
            (
                "give the fields a `mask` of their own that leaves what the role needs",
                f"raise the `clearance` of `{role}`",
                f"take the purpose off the fields, or the role off `{purpose.id}`",
            ),
        ),
        data={"role": role, "fields": fields},
        detail=role,
    )


def _missed(ctx: Context, purpose: Purpose, clearance: int, actions: tuple[Action, ...]) -> frozenset[str]:
    """The fields of a purpose, and of those below that take over its roles, which a role gets nothing of:
    above its clearance, and with no mask of their own that says what it sees."""
    reading = any(action.reading for action in actions)
    inheriting = [
        name
        for name in children(ctx)[purpose.id]
        if ctx.catalog.purposes[name].inherited.get("roles") == purpose.place.at("roles")
    ]
    names: set[PurposeId] = {*above(purpose.id), purpose.id, *inheriting}
    return frozenset(
        field.id
        for name in names
        for (rank, masked), fields in _by_rank(ctx).get(name, {}).items()
        if rank > clearance and not (masked and reading)
        for field in fields
    )


def _by_rank(ctx: Context) -> Mapping[PurposeId, Mapping[tuple[int, bool], list[Field]]]:
    """The fields of each purpose by rank of their class and whether they have a mask of their own."""
    return ctx.shared("rules.by_rank", _make_by_rank)


def _make_by_rank(ctx: Context) -> Mapping[PurposeId, Mapping[tuple[int, bool], list[Field]]]:
    ranks = {name: classification.rank for name, classification in ctx.catalog.classifications.items()}
    made: dict[PurposeId, dict[tuple[int, bool], list[Field]]] = {}
    for purpose, fields in fields_by_purpose(ctx).items():
        groups: dict[tuple[int, bool], list[Field]] = {}
        for field in fields:
            if field.classification is not None and field.classification in ranks:
                groups.setdefault((ranks[field.classification], field.mask is not None), []).append(field)
        made[purpose] = groups
    return made


def _widely_readable(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    if catalog.unreadable:
        return
    for found in widely_read(catalog, ctx.as_of):
        field = catalog.fields[found.field]
        classification = catalog.classifications[ClassificationId(str(field.classification))]
        most = roles_allowed(catalog, classification)
        roles = sorted(found.roles)
        yield Finding(
            "SE106",
            f"{counted(len(roles), 'role')} may read `{field.id}` unmasked ({listing(roles)}); "
            f"`{classification.id}` allows {most}",
            field.place_of("classification"),
            field.id,
            related=tuple(
                Related(f"`{role}` reads for `{purpose}`", catalog.purposes[purpose].place.at("roles", role))
                for role, purpose in sorted(found.roles.items())[:_SHOWN]
            ),
            fix=Fix(
                "mask it for roles that need no plain value",
                (
                    "mask it for a purpose: `mask_for: {purpose: redact}`",
                    "lower a role's `clearance`, or take a grant back",
                    f"raise `roles_max` of `{classification.id}`, and have that approved",
                ),
            ),
            data={"roles": roles, "allowed": most, "classification": classification.id},
        )


_SHOWN = 5
_SURVEYS = """\
systems:
  surveys:
    label: Surveys
    kind: survey
    owner: sales
    country: DE
    customer_id: surveys.answers.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
fields:
  customer.answer:
    label: Answer
    definition: What the customer answered to the yearly survey
    category: message.content
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    caveats: Only one customer in ten answers
    mask: redact
    sources: {surveys.answers.text: }
"""

_PHONE = """\
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    classification: confidential
    retention: account
    purposes: [orders]
    sources: {shop.customers.phone: }
"""

_DRIVER = """\
roles:
  driver: {label: Driver, clearance: internal, people: 0}
purposes:
  delivery:
    label: Delivery
    reason: To hand over the parcel at the door
    basis: contract
    benefit: The parcel arrives
    roles: {driver: [read]}
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    retention: account
    purposes: [delivery]
    mask: {partial: 4}
    sources: {shop.customers.phone: }
"""

_READERS = """\
roles:
  cashier: {label: Cashier, clearance: restricted, people: 0}
  accountant: {label: Accountant, clearance: restricted, people: 0}
  auditor: {label: Auditor, clearance: restricted, people: 0}
  returns_clerk: {label: Returns clerk, clearance: restricted, people: 0}
purposes:
  refunds:
    label: Refunds
    reason: To pay back what was returned
    basis: contract
    benefit: The money comes back
    roles: {cashier: [read], accountant: [read], auditor: [read]}
  returns:
    label: Returns
    reason: To tell the customer where the money goes
    basis: contract
    benefit: Nobody has to ask for the account again
    roles: {returns_clerk: [read]}
fields:
  customer.iban:
    label: Account
    definition: Bank account to which refunds are paid
    category: payment.bank
    owner: sales
    subject: customer
    classification: restricted
    retention: account
    purposes: [refunds, returns]
    mask_for: {returns: {partial: 4}}
    sources: {shop.customers.iban: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="SE101",
        name="missing-control",
        severity=Severity.ERROR,
        since="0.1",
        summary="stores a class in a system that lacks a control which the class requires",
        rationale=(
            "A class says how data must be protected wherever it is. A copy in a system without the "
            "control is the way round all others, and every application that stores or uses the data has "
            "to meet the standard."
        ),
        source="GDPR Art. 32; ISO/IEC 27001:2022 A.5.12",
        profiles=("core", "gdpr"),
        help=(
            "put the control in place and add it to the system's `security`, or take the fields out of the "
            "system"
        ),
        example=Example(
            bad=_SURVEYS.replace("[encryption_at_rest, mfa]", "[encryption_at_rest]"),
            good=_SURVEYS,
            at=(8, 5),
        ),
        check=_missing_control,
        sees=keys("classification", "sources", "status"),
    ),
    Rule(
        code="SE102",
        name="class-below-category",
        severity=Severity.WARNING,
        since="0.1",
        summary="classifies a field below its category's minimum",
        rationale=(
            "The category says how sensitive such data is everywhere. A field below it loses the mask and "
            "the controls that its neighbours have, often by a default that was meant for something else."
        ),
        source="ISO/IEC 27001:2022 A.5.12",
        help="raise the field's `classification`, or lower that of the category for all of its fields",
        example=Example(bad=_PHONE.replace("confidential", "internal"), good=_PHONE, at=(8, 21)),
        check=_class_below_category,
        sees=keys("classification"),
    ),
    Rule(
        code="SE103",
        name="role-below-class",
        severity=Severity.WARNING,
        since="0.1",
        summary="grants a purpose to a role whose clearance misses some of its fields",
        rationale=(
            "The role was given a task and gets nothing of some of the data: it is hidden whole, or denied "
            "where the role may not even read. Work-arounds begin there. A mask of the field's own shows "
            "that somebody decided what such a role sees, and is no finding."
        ),
        source="GDPR Art. 25(2), 32(4)",
        help="give the fields a `mask` of their own, raise the role's clearance, or take the grant back",
        example=Example(bad=without(_DRIVER, "mask"), good=_DRIVER, at=(9, 13)),
        check=_role_below_class,
        sees=keys("purposes", "status", "classification", "mask"),
    ),
    Rule(
        code="SE106",
        name="widely-readable",
        severity=Severity.ERROR,
        since="0.1",
        summary="lets more roles read a field unmasked than its class allows",
        rationale=(
            "What could harm a person most is safe with few. Each role that sees it in plain is one more "
            "way out, and one more group to train and to watch. Most tasks need to know that a value is "
            "there, or its last digits. The roles are counted by the policy's own decisions, over all "
            "purposes."
        ),
        source="ISO/IEC 27001:2022 A.8.11; GDPR Art. 25(2)",
        profiles=("core", "gdpr"),
        help=(
            "mask the field for purposes that need no plain value (`mask_for`), lower a clearance, or state "
            "`roles_max` of the class. Without it 3 roles may read a field of the most sensitive class, and "
            "there is no limit for others"
        ),
        example=Example(bad=without(_READERS, "mask_for"), good=_READERS, at=(26, 21)),
        check=_widely_readable,
        sees=DECIDED,
    ),
)
