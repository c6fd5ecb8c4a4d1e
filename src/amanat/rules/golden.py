"""Rules about survivorship that cannot be carried out as written: SR114 to SR116. SR117, whether a winner may
speak for the field, needs the claims of its sources and stands beside the conflict rules."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.conflicts.native import read_type
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule, keys
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source, Survivorship
from amanat.model.values import SourceId, Status
from amanat.observe.coverage import changed_at
from amanat.rules.wording import listing

_NO_NUMBERS = frozenset(("text", "boolean", "date", "time", "timestamp", "binary", "json"))
_MOMENTS = frozenset(("date", "timestamp"))


def _ruled(ctx: Context) -> Iterator[tuple[Field, Survivorship]]:
    """The fields whose survivorship is to be carried out."""
    for field in ctx.catalog.fields.values():
        how = field.survivorship
        broken = field.broken and field.broken & {"survivorship", "sources"}
        if how is not None and not broken and field.status is not Status.RETIRED:
            yield field, how


def _contradictory(ctx: Context) -> Iterator[Finding]:
    for field, how in _ruled(ctx):
        for key, why, mend in _contradictions(field, how):
            place = field.place.at("survivorship", *key.split("/"))
            yield Finding("SR114", why, place, field.id, fix=Fix(mend), detail=key)


def _contradictions(field: Field, how: Survivorship) -> Iterator[tuple[str, str, str]]:
    """What contradicts itself: the key, why, and the way out."""
    aggregate = how.strategy == "aggregate"
    if aggregate and how.tie_break is not None:
        yield (
            "tie_break",
            "an aggregate takes all values, so there are no ties to break",
            "remove `tie_break`",
        )
    elif how.tie_break == how.strategy:
        yield "tie_break", f"`{how.strategy}` cannot break its own ties", "choose another `tie_break`"
    if aggregate and how.priority:
        yield "priority", "an aggregate takes all values, so no source comes first", "remove `priority`"
    if how.function is not None and not aggregate:
        why = f"`{how.strategy}` chooses one value, so `{how.function}` has nothing to put together"
        yield "function", why, "remove `function`, or use `strategy: aggregate`"
    if aggregate and how.function == "sum" and field.facets.get("type") in _NO_NUMBERS:
        why = f"values of type {field.facets['type']} cannot be added"
        yield "function", why, "choose `min`, `max`, `count` or `union`"
    valid = how.valid
    if valid is None:
        return
    if valid.min_length and valid.max_length and valid.min_length > valid.max_length:
        why = f"no value has at least {valid.min_length} and at most {valid.max_length} characters"
        yield "valid/min_length", why, "lower `min_length`, or raise `max_length`"
    if valid.codes and not field.codes and "codes" not in field.broken:
        yield (
            "valid/in",
            "the field has no codes, so no value is valid",
            "declare `codes`, or list the values",
        )


def _incomplete(ctx: Context) -> Iterator[Finding]:
    for field, how in _ruled(ctx):
        for key, why, mend in _gaps(field, how):
            yield Finding(
                "SR115",
                why,
                field.place.at("survivorship", *key.split("/")),
                field.id,
                fix=Fix(mend),
                detail=key,
            )
    for field in ctx.catalog.fields.values():
        if field.status is not Status.RETIRED:
            for source in field.sources.values():
                if source.facets and "changed_at" in source.facets:
                    yield from _no_moment(ctx.catalog, field, source)


def _gaps(field: Field, how: Survivorship) -> Iterator[tuple[str, str, str]]:
    """What a strategy needs and does not have: the key that needs it, why, and the way out."""
    if how.strategy == "aggregate" and how.function is None:
        yield (
            "strategy",
            "nothing says what to make of all values",
            "add `function: sum` (or min, max, count, union)",
        )
    if len(field.sources) < 2:
        return
    for key, named in (("strategy", how.strategy), ("tie_break", how.tie_break)):
        if named == "source_priority" and not how.priority:
            yield key, "nothing says in which order the sources are trusted", "list them in `priority`"
            break
    age = how.valid is not None and how.valid.not_older_than is not None
    asked = {"strategy": how.strategy == "most_recent", "tie_break": how.tie_break == "most_recent"}
    asked["valid/not_older_than"] = age
    needs = next((key for key, is_asked in asked.items() if is_asked), None)
    if needs is not None and not any("changed_at" in source.facets for source in field.sources.values()):
        mend = "name the column in `changed_at` under each source that has one, or choose another strategy"
        yield needs, "no source says when its value was last changed", mend


def _no_moment(catalog: Catalog, field: Field, source: Source) -> Iterator[Finding]:
    """A finding where the column that should say when holds something else."""
    snapshot = catalog.snapshots.get(source.system)
    path = changed_at(source).partition(".")[2]
    column = snapshot.columns.get(SourceId(path)) if snapshot is not None else None
    if column is None or not column.type:
        return
    system = catalog.systems.get(source.system)
    family = read_type(system.engine if system else None, column.type, None, None, None).family
    if family is not None and family not in _MOMENTS:
        yield Finding(
            "SR115",
            f"`{column.column}` cannot say when the value was changed: it is `{column.type}`",
            source.place.at("changed_at"),
            field.id,
            fix=Fix("name a column of the table that holds a date or a timestamp"),
            detail=f"changed_at={source.id}",
        )


def _unranked(ctx: Context) -> Iterator[Finding]:
    for field, how in _ruled(ctx):
        if how.strategy != "source_priority" or how.tie_break is not None or not how.priority:
            continue
        left = [
            key
            for key, source in field.sources.items()
            if key not in how.priority
            and source.facets.get("may_win") is not False
            and "part" not in source.facets
        ]
        if len(left) > 1:
            yield Finding(
                "SR116",
                f"{listing(left)} are not in the order of trust, so the first by name wins among them",
                field.place.at("survivorship", "priority"),
                field.id,
                fix=Fix("add them to `priority`, or say in `tie_break` what decides among them"),
                data={"sources": left},
            )


_FIELD = """\
fields:
  customer.phone:
    label: Phone
    definition: Number under which the customer wants to be called
    category: contact.phone
    owner: sales
    subject: customer
    purposes: [orders]
    retention: account
    survivorship: {survivorship}
    sources:
      shop.customers.phone: {facets}
      crm.contacts.phone:
      crm.contacts.mobile:
"""


def _field(survivorship: str, facets: str = "") -> str:
    return _FIELD.replace("{survivorship}", survivorship).replace("{facets}", facets).replace(": \n", ":\n")


_RECENT = "{strategy: most_recent, tie_break: longest}"

RULES: tuple[Rule, ...] = (
    Rule(
        code="SR114",
        name="contradictory-survivorship",
        severity=Severity.ERROR,
        since="0.1",
        summary="has a survivorship that contradicts itself",
        rationale=(
            "What asks for two things at once is carried out as one of them: the other half is quietly "
            "ignored, and the golden record follows a rule that nobody wrote."
        ),
        source="DAMA-DMBOK, reference and master data",
        help="remove the half that is not meant",
        example=Example(
            bad=_field("{strategy: longest, tie_break: longest}"),
            good=_field("{strategy: longest, tie_break: most_frequent}"),
            at=(10, 50),
        ),
        check=_contradictory,
        sees=keys("survivorship", "sources", "status", "codes", "type"),
    ),
    Rule(
        code="SR115",
        name="incomplete-survivorship",
        severity=Severity.WARNING,
        since="0.1",
        summary="has a survivorship that lacks what its strategy needs",
        rationale=(
            "The most recent value cannot be found where no source says when it was changed, nor an order of "
            "trust where none is written. What is left then decides by name alone, or nothing does."
        ),
        source="DAMA-DMBOK, reference and master data",
        help="say what the strategy needs: `priority`, `function`, or `changed_at` under the sources",
        example=Example(bad=_field(_RECENT), good=_field(_RECENT, "{changed_at: updated_at}"), at=(10, 30)),
        check=_incomplete,
        sees=keys("survivorship", "sources", "status"),
    ),
    Rule(
        code="SR116",
        name="unranked-sources",
        severity=Severity.WARNING,
        since="0.1",
        summary="leaves several sources out of the order of trust, with nothing to decide among them",
        rationale=(
            "A source that is not in `priority` comes after those that are. One is simply the last; between "
            "two of them their names decide, which is the same on every run and right by chance."
        ),
        source="DAMA-DMBOK, reference and master data",
        help="complete `priority`, or add a `tie_break`",
        example=Example(
            bad=_field("{strategy: source_priority, priority: [shop.customers.phone]}"),
            good=_field("{strategy: source_priority, priority: [shop.customers.phone, crm.contacts.phone]}"),
            at=(10, 47),
        ),
        check=_unranked,
        sees=keys("survivorship", "sources", "status"),
    ),
)
