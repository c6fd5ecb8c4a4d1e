"""Rules about what the customer lives through: SR108 and QU103."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.load.discover import ROOT_FILE
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.resources import Stage
from amanat.model.values import PurposeId, StageId
from amanat.rules.usage import fields_by_purpose, is_held
from amanat.rules.wording import counted, listing
from amanat.text import Place


def asked_twice(catalog: Catalog) -> Iterator[tuple[Field, object, tuple[Source, ...]]]:
    """The facts that several systems say they ask customers for: the field, the part of it (None: the whole),
    and the sources that say so, sorted."""
    for field in catalog.fields.values():
        if not is_held(field.status):
            continue
        by_part: dict[object, list[Source]] = {}
        for source in field.sources.values():
            if source.facets.get("origin") != "given":
                continue
            system = catalog.systems.get(source.system)
            if system is not None and is_held(system.status):
                by_part.setdefault(source.facets.get("part"), []).append(source)
        for part, asked in by_part.items():
            if len({source.system for source in asked}) > 1:
                yield field, part, tuple(sorted(asked, key=lambda source: source.id))


def _asked_twice(ctx: Context) -> Iterator[Finding]:
    for field, part, asked in asked_twice(ctx.catalog):
        yield _twice(field, part, asked, sorted({source.system for source in asked}))


def _twice(field: Field, part: object, asked: Sequence[Source], systems: Sequence[str]) -> Finding:
    second = next(one for one in asked if one.system != asked[0].system)
    what = f"`{field.id}`" if part is None else f"`{part}` of `{field.id}`"
    return Finding(
        "SR108",
        f"customers are asked for {what} by {counted(len(systems), 'system')}: {listing(systems)}",
        second.place,
        field.id,
        related=tuple(Related(f"`{one.id}` is given too", one.place) for one in asked if one.id != second.id),
        fix=Fix(
            "ask once, and hand the answer over",
            (
                "ask in one system, fill the other from it, and leave its `origin` out",
                "where both must ask, say so in a suppression with the reason",
            ),
        ),
        data={"sources": [source.id for source in asked]},
        detail=str(part or ""),
    )


class Used(NamedTuple):
    """The stages at which data is given, observed or used, and the purposes of each stage that use none."""

    stages: frozenset[StageId]
    idle: Mapping[StageId, list[str]]


def used_stages(ctx: Context) -> Used:
    """A stage is in use where a held field names it, or a held purpose that names it uses a held field."""
    catalog = ctx.catalog
    stages = {stage for field in catalog.fields.values() if is_held(field.status) for stage in field.stages}
    serving = fields_by_purpose(ctx)
    idle: dict[StageId, list[str]] = {}
    for purpose in catalog.purposes.values():
        if is_held(purpose.status):
            used = any(serving.get(PurposeId(name)) for name in ancestors(purpose.id))
            for name in purpose.stages:
                if used:
                    stages.add(name)
                else:
                    idle.setdefault(name, []).append(purpose.id)
    return Used(frozenset(stages), idle)


def _empty_stage(ctx: Context) -> Iterator[Finding]:
    if ctx.catalog.unreadable:
        return
    used = used_stages(ctx)
    if not used.stages and not used.idle:
        return  # the catalog does not tell the journey at all
    for stage in ctx.catalog.stages.values():
        if stage.id not in used.stages:
            yield _empty(stage, sorted(used.idle.get(stage.id, ())))


def _empty(stage: Stage, idle: Sequence[str]) -> Finding:
    without_data = f", and {listing(idle)} of that stage has none either" if idle else ""
    return Finding(
        "QU103",
        f"no field is given, observed or used at the stage `{stage.id}` of the journey{without_data}",
        stage.place or Place(ROOT_FILE, ("catalog",)),
        stage.id,
        fix=Fix(
            "find out where customers are met there",
            (
                f"put `stages: [{stage.id}]` on the fields that arise there, or declare them",
                "declare under `journey` only the stages that your customers go through",
            ),
        ),
        data={"purposes": list(idle)},
    )


_PHONE = """\
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    master: shop.customers.phone
    sources:
      crm.contacts.phone: {origin: given}
      shop.customers.phone: {origin: given}
"""

_STAGES = """\
journey:
  signup: {label: Sign-up, definition: The customer opens an account}
  reflection: {label: Reflection, definition: The customer says what came of it}
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    stages: [signup, reflection]
    sources: {shop.customers.phone: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="SR108",
        name="asked-twice",
        severity=Severity.WARNING,
        since="0.1",
        summary="collects the same fact at two touchpoints",
        rationale=(
            "Who is asked again what was already told learns that nobody listened, and the two answers will "
            "differ one day. Only sources that say themselves `origin: given` count: a copy of what was "
            "given elsewhere asks nobody."
        ),
        source="GDPR Art. 5(1)(c)",
        help=("ask in one system and fill the others from it; a source that is only a copy says no `origin`"),
        example=Example(
            bad=_PHONE,
            good=_PHONE.replace("crm.contacts.phone: {origin: given}", "crm.contacts.phone:"),
            at=(13, 7),
        ),
        check=_asked_twice,
        sees=keys("sources", "status"),
    ),
    Rule(
        code="QU103",
        name="empty-stage",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a journey stage with no field or touchpoint",
        rationale=(
            "A stage of which nothing is known is one where nobody sees what customers live through: often "
            "the time before they sign up, or after they have left. A field counts where it or a purpose "
            "that uses it names the stage. A catalog that gives no field or purpose a stage does not tell "
            "the journey, and is not judged by it."
        ),
        help=(
            "put the stage on the fields that arise there; or declare under `journey` only the stages that "
            "your customers go through"
        ),
        example=Example(bad=_STAGES.replace("[signup, reflection]", "[signup]"), good=_STAGES, at=(3, 3)),
        check=_empty_stage,
        sees=keys("purposes", "stages", "status"),
    ),
)
