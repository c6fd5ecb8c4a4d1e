"""Rules about whether data can be relied on: QU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.load.measures import HEADER
from amanat.model.field import Field
from amanat.model.measures import Measure, Measures, Outcome
from amanat.rules.usage import is_held
from amanat.rules.wording import without

MEASURED_WITHIN = 92
"""Days after which the measures of a system say nothing of it any more: a quarter of a year."""


def _critical_without_quality(ctx: Context) -> Iterator[Finding]:
    for field in ctx.catalog.fields.values():
        if not field.critical or not is_held(field.status) or "quality" in field.broken or _expects(field):
            continue
        yield Finding(
            "QU101",
            f"`{field.id}` is critical, but nothing is expected of its values",
            field.place_of("critical"),
            field.id,
            fix=Fix(
                "say under `quality` what must hold, such as `complete: 99%`; `amanat measure` counts it"
            ),
        )


def _expects(field: Field) -> bool:
    own = (source.facets.get("quality") for source in field.sources.values() if source.facets)
    return bool(field.quality) or any(own)


def _quality_failed(ctx: Context) -> Iterator[Finding]:
    if not ctx.catalog.measures:
        return
    from amanat.measure.judging import last_of, now

    for name, measures in ctx.catalog.measures.items():
        system = ctx.catalog.systems.get(name)
        if system is None or not is_held(system.status) or not measures.all:
            continue
        yield from _too_old(measures, ctx.as_of)
        for series in measures.series():
            last = last_of(series)
            if last is not None and now(ctx.catalog, measures, last) is Outcome.FAIL:
                yield _failed(ctx.catalog.fields[last.field], measures, last)


def _failed(field: Field, measures: Measures, last: Measure) -> Finding:
    source = measures.source(last)
    counted = f"the newest value was of {last.newest}"
    if not last.newest or " within " in last.expected:
        counted = f"{last.met:,} of {last.counted:,} ({last.share}%) met it"
    written = field.place_of("quality") if last.check.value in field.quality else field.sources[source].place
    return Finding(
        "QU102",
        f"`{source}` is not as `{last.check.value}` of `{field.id}` expects: on {last.as_of} {counted}",
        measures.place(last),
        field.id,
        related=(Related("expected here", written),),
        fix=Fix(
            "mend the values or what writes them, then measure again",
            (
                "mend the values or what writes them, then `amanat measure`",
                "expect of the field, or under `quality` of this source, what can be held",
            ),
        ),
        data={"source": source, "check": last.check.value, "counted": last.counted, "met": last.met},
        detail=f"{last.path} {last.check.value} {last.against}",
    )


def _too_old(measures: Measures, as_of: date | None) -> Iterator[Finding]:
    last = max(measures.all, key=lambda one: one.as_of)
    age = (as_of - date.fromisoformat(last.as_of)).days if as_of else 0
    if age > MEASURED_WITHIN:
        yield Finding(
            "QU102",
            f"`{measures.system}` was last measured on {last.as_of}, {age} days before",
            measures.place(last),
            measures.system,
            fix=Fix(f"run `amanat measure {measures.system}`"),
            detail="too old",
        )


def _missing_caveats(ctx: Context) -> Iterator[Finding]:
    surveys = {system.id for system in ctx.catalog.systems.values() if system.kind == "survey"}
    for field in ctx.catalog.fields.values():
        if field.caveats or not is_held(field.status) or "caveats" in field.broken:
            continue
        surveyed = surveys and any(source.system in surveys for source in field.sources.values())
        if field.kind == "narrative" or (surveyed and not _is_identifier(field.category)):
            yield Finding(
                "QU105",
                f"nothing warns readers of `{field.id}`, which is "
                f"{'a narrative' if field.kind == 'narrative' else 'asked in a survey'}",
                field.place,
                field.id,
                fix=Fix(
                    "say in `caveats` who answers and who does not, and what the words must not be used for"
                ),
            )


def _is_identifier(category: str | None) -> bool:
    return category is not None and category.split(".")[0] in ("id", "name", "contact", "account")


_ANSWER = """\
fields:
  customer.story:
    label: Story
    definition: What the customer told about the last order, in their own words
    category: feedback
    kind: narrative
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    caveats: Told by people who were very glad or very angry
    sources: {shop.orders.story: }
"""

_PHONE = """\
fields:
  customer.phone:
    label: Telephone number
    definition: Number on which the customer may be called
    category: contact.phone
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    critical: true
    quality: {complete: 80%}
    sources: {shop.customers.phone: }
"""
_MEASURED = "observed/shop.measures.csv"


def _counts(met: int) -> str:
    outcome = "pass" if met >= 80 else "fail"
    row = f"customer.phone,customers.phone,complete,,2026-06-30,100,100,{met},,80%,{outcome},"
    return f"{','.join(HEADER)}\n{row}\n"


RULES: tuple[Rule, ...] = (
    Rule(
        code="QU101",
        name="critical-without-quality",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a critical field with no quality expectation",
        rationale=(
            "What decisions about people rest on has to be accurate. Without an expectation nobody can "
            "measure whether it is, and nobody notices when it stops being so."
        ),
        source="GDPR 5(1)(d)",
        help="say under `quality` what must hold, such as `complete: 99%`; `amanat measure` counts it",
        example=Example(bad=without(_PHONE, "quality"), good=_PHONE, at=(10, 15)),
        check=_critical_without_quality,
        sees=keys("critical", "quality", "sources", "status"),
    ),
    Rule(
        code="QU102",
        name="quality-failed",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a last measurement that failed or is too old",
        rationale=(
            "An expectation that is not met tells that people are decided about by wrong or missing values. "
            "The last count of each check is held against what the field expects today. Counts older than "
            f"{MEASURED_WITHIN} days say nothing of the data as it is."
        ),
        source="GDPR 5(1)(d)",
        help="mend the values or what writes them, then `amanat measure`; or expect what can be held",
        example=Example(
            bad=_PHONE,
            good=_PHONE.replace("80%", "60%"),
            at=(2, 1),
            file=_MEASURED,
            files={_MEASURED: _counts(71)},
            as_of="2026-07-31",
        ),
        check=_quality_failed,
    ),
    Rule(
        code="QU105",
        name="missing-caveats",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a survey or narrative field without caveats",
        rationale=(
            "Surveys tire people and mislead readers: few answer, and those who do are not like the "
            "others. Who uses such a field must know that before drawing conclusions from it."
        ),
        help="say in `caveats` who answers and who does not, and what the words must not be used for",
        example=Example(bad=without(_ANSWER, "caveats"), good=_ANSWER, at=(2, 3)),
        check=_missing_caveats,
        sees=keys("caveats", "status", "sources", "kind", "category"),
    ),
)
