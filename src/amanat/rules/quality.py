"""Rules about whether data can be relied on: QU."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.rules.usage import is_held
from amanat.rules.wording import without


def _missing_caveats(ctx: Context) -> Iterator[Finding]:
    surveys = {system.id for system in ctx.catalog.systems.values() if system.kind == "survey"}
    for field in ctx.catalog.fields.values():
        if field.caveats or not is_held(field.status) or "caveats" in field.broken:
            continue
        surveyed = surveys and any(source.parts.system in surveys for source in field.sources.values())
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

RULES: tuple[Rule, ...] = (
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
    ),
)
