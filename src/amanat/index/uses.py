"""Tables of what data may be used for and until when: classes, roles, purposes, retention, holds."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.index.table import Facts, Row, Table, flag, packed
from amanat.model.catalog import ancestors
from amanat.model.resources import RetentionRule
from amanat.model.values import RoleId


def _classifications(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.classifications.values():
        about = (facts.text(one.label), facts.text(one.definition), one.rank, _name(one.mask))
        yield (one.id, *about, *facts.at(one.place), packed(one.extras))


def _classification_controls(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.classifications.values():
        yield from ((one.id, control) for control in dict.fromkeys(one.requires))


def _categories(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.categories.values():
        classification = facts.link(
            one.classification, cat.classifications, "categories", one.id, "classification"
        )
        parent = next((above for above in ancestors(one.id)[1:] if above in cat.categories), None)
        about = (facts.text(one.label), facts.text(one.definition), int(one.special), classification)
        yield (
            one.id,
            parent,
            *about,
            _name(one.mask),
            packed(one.maps),
            *facts.at(one.place),
            packed(one.extras),
        )


def _stages(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.stages.values():
        about = (facts.text(one.label), facts.text(one.definition), one.rank)
        yield (one.id, *about, *facts.at(one.place), packed(one.extras))


def _roles(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.roles.values():
        clearance = facts.link(one.clearance, cat.classifications, "roles", one.id, "clearance")
        training = one.training
        learned = (training.course, training.every, training.last) if training else (None, None, None)
        about = (facts.text(one.label), facts.text(one.definition), clearance, one.people)
        yield (one.id, *about, *learned, *facts.at(one.place), packed(one.extras))


def _role_principals(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.roles.values():
        yield from ((one.id, engine, name) for engine, name in sorted(one.principals.items()))


def _purposes(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.purposes.values():
        consent, profiling = one.consent, one.profiling
        parent = next((above for above in ancestors(one.id)[1:] if above in facts.catalog.purposes), None)
        yield (
            *(one.id, parent, facts.text(one.label), facts.text(one.reason), facts.text(one.benefit)),
            *(one.status.value, one.until, one.condition, one.assessment),
            *((consent.mode, consent.recorded_in) if consent else (None, None)),
            packed([consent.granted]) if consent and consent.has_granted else None,
            flag(one.expected),
            *((int(profiling.used), facts.text(profiling.logic)) if profiling else (None, None)),
            facts.text(profiling.human_review) if profiling else None,
            one.dpia,
            flag(one.sold),
            *(flag(one.shared), packed(one.maps), *facts.at(one.place), packed(one.extras)),
        )


def _purpose_bases(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.purposes.values():
        yield from ((one.id, where, basis) for where, basis in sorted(one.basis.items()))


def _role_purpose_actions(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.purposes.values():
        for role in facts.links(sorted(one.roles), cat.roles, "purposes", one.id, "roles"):
            for action in sorted(set(one.roles[RoleId(role)])):
                yield (role, one.id, action.value)


def _purpose_stages(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.purposes.values():
        for stage in facts.links(one.stages, cat.stages, "purposes", one.id, "stages"):
            yield (one.id, stage)


def _purpose_recipients(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.purposes.values():
        for recipient in facts.links(one.recipients, cat.recipients, "purposes", one.id, "recipients"):
            yield (one.id, recipient)


def _transfer_purposes(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.transfers.values():
        for purpose in facts.links(one.purposes, cat.purposes, "transfers", one.id, "purposes"):
            yield (one.id, purpose)


def _retention(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.retention.values():
        rule = _rule(facts, one.rule)
        yield (
            one.id,
            facts.text(one.label),
            *rule,
            int(one.rolling),
            *facts.at(one.place),
            packed(one.extras),
        )


def _retention_where(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.retention.values():
        yield from ((one.id, where, *_rule(facts, rule)) for where, rule in sorted(one.where.items()))


def _rule(facts: Facts, rule: RetentionRule) -> Row:
    basis = rule.basis
    why = (basis.kind, basis.law, facts.text(basis.why)) if basis else (None, None, None)
    return (rule.keep, rule.trigger, rule.then, packed(rule.proved_by), *why)


def _holds(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.holds.values():
        team = facts.link(one.by, cat.teams, "holds", one.id, "by")
        about = (facts.text(one.reason), team, one.start, one.review, packed(one.fields))
        yield (one.id, *about, *facts.at(one.place), packed(one.extras))


def _hold_systems(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in cat.holds.values():
        for system in facts.links(one.systems, cat.systems, "holds", one.id, "systems"):
            yield (one.id, system)


def _denials(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.denials.values():
        selectors = (one.role, one.purpose, one.field, one.category, one.classification)
        yield (one.id, *selectors, facts.text(one.reason), *facts.at(one.place), packed(one.extras))


def _expectations(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.expectations.values():
        asked = (one.roles, one.purposes, one.actions, one.fields, one.categories, one.classifications)
        selectors = (", ".join(each) or None for each in asked)
        yield (
            one.id,
            one.effect,
            _name(one.mask),
            *selectors,
            facts.text(one.reason),
            *facts.at(one.place),
            packed(one.extras),
        )


def _name(mask: object) -> str | None:
    return None if mask is None else str(mask)


_RULE = "keep trigger_event then_action proved_by basis law why"

CLASSIFICATIONS = Table(
    "classifications",
    "Classes of sensitivity; rank 0 is the least sensitive.",
    "id",
    "id label definition rank:int mask file line:int extras",
    _classifications,
)
CLASSIFICATION_CONTROLS = Table(
    "classification_controls",
    "Controls that a system must have to hold a class.",
    "classification control",
    "classification>classifications control",
    _classification_controls,
)
CATEGORIES = Table(
    "categories",
    "Categories of personal data, built-in ones included (those have no file).",
    "id",
    (
        "id parent>categories label definition special:int classification>classifications mask "
        "maps file line:int extras"
    ),
    _categories,
)
STAGES = Table(
    "stages",
    "Stages of the customer journey.",
    "id",
    "id label definition rank:int file line:int extras",
    _stages,
)
ROLES = Table(
    "roles",
    "Roles of people and services.",
    "id",
    (
        "id label definition clearance>classifications people:int training_course "
        "training_every training_last file line:int extras"
    ),
    _roles,
)
ROLE_PRINCIPALS = Table(
    "role_principals",
    "Name of a role in an engine.",
    "role engine",
    "role>roles engine principal",
    _role_principals,
)
PURPOSES = Table(
    "purposes",
    "Purposes of processing, after inheritance from the parent.",
    "id",
    (
        "id parent>purposes label reason benefit status until condition assessment consent_mode "
        "consent_recorded_in consent_granted expected:int profiling:int profiling_logic "
        "human_review dpia sold:int shared:int maps file line:int extras"
    ),
    _purposes,
)
PURPOSE_BASES = Table(
    "purpose_bases",
    "Lawful basis of a purpose in a jurisdiction; `*` where it is the same in all.",
    "purpose jurisdiction",
    "purpose>purposes jurisdiction basis",
    _purpose_bases,
)
ROLE_PURPOSE_ACTIONS = Table(
    "role_purpose_actions",
    "What a role may do for a purpose, after inheritance.",
    "role purpose action",
    "role>roles purpose>purposes action",
    _role_purpose_actions,
)
PURPOSE_STAGES = Table(
    "purpose_stages",
    "Journey stages of a purpose.",
    "purpose stage",
    "purpose>purposes stage>stages",
    _purpose_stages,
)
PURPOSE_RECIPIENTS = Table(
    "purpose_recipients",
    "Recipients of a purpose.",
    "purpose recipient",
    "purpose>purposes recipient>recipients",
    _purpose_recipients,
)
TRANSFER_PURPOSES = Table(
    "transfer_purposes",
    "Purposes of a transfer.",
    "transfer purpose",
    "transfer>transfers purpose>purposes",
    _transfer_purposes,
)
RETENTION = Table(
    "retention",
    "Retention policies: how long, from which event, what then, why.",
    "id",
    f"id label {_RULE} rolling:int file line:int extras",
    _retention,
)
RETENTION_WHERE = Table(
    "retention_where",
    "The whole rule of a retention policy in a jurisdiction that differs.",
    "retention jurisdiction",
    f"retention>retention jurisdiction {_RULE}",
    _retention_where,
)
HOLDS = Table(
    "holds",
    "Legal holds: deletion is suspended, no new use granted.",
    "id",
    "id reason ordered_by>teams start review fields file line:int extras",
    _holds,
)
HOLD_SYSTEMS = Table(
    "hold_systems", "Systems under a hold.", "hold system", "hold>holds system>systems", _hold_systems
)
DENIALS = Table(
    "denials",
    "Explicit denials; each selector is an id, `prefix.*`, or NULL for all.",
    "id",
    "id role purpose field category classification reason file line:int extras",
    _denials,
)
EXPECTATIONS = Table(
    "expectations",
    "Policy tests of the catalog; several selectors of one kind with commas between, NULL for all.",
    "id",
    "id effect mask role purpose action field category classification reason file line:int extras",
    _expectations,
)
