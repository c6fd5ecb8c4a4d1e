"""Rules about sources that contradict each other, their maps, the ledger, and authority: CF101 to CF140,
and PU108, RT106, SR102, SR103, SR117, which are conflicts in purposes, retention and authority.

The engine compares; these rules hand on what it found, one finding per field and facet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from amanat.conflicts import CANONICAL, Conflict, ConflictStatus, Report, compare
from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.lint.looking import narrowed
from amanat.lint.rule import Check, Context, Rule, keys
from amanat.model.field import Source
from amanat.model.values import Status
from amanat.rules import conflict_examples as examples
from amanat.rules.usage import in_several


def report_of(ctx: Context) -> Report:
    """The conflict report of the catalog, computed once."""
    return ctx.shared("conflicts", lambda given: compare(given.catalog, given.as_of))


def _by_code(ctx: Context) -> Mapping[str, Sequence[Conflict]]:
    found: dict[str, list[Conflict]] = {}
    for conflict in report_of(ctx).conflicts:
        found.setdefault(conflict.code, []).append(conflict)
    return found


def _conflicts(ctx: Context, code: str) -> Iterable[Conflict]:
    return ctx.shared("conflicts.by_code", _by_code).get(code, ())


def _differs(code: str) -> Check:
    """The check that hands on the conflicts under a code."""

    def check(ctx: Context) -> Iterator[Finding]:
        return map(finding_of, _conflicts(ctx, code))

    return check


STATUS_WORDS = {
    ConflictStatus.ACCEPTED: "accepted: ",
    ConflictStatus.FIXING: "being fixed: ",
    ConflictStatus.DISPUTED: "disputed: ",
    ConflictStatus.REOPENED: "open again: ",
    ConflictStatus.OPEN: "",
}
"""How a message begins, by what the ledger says."""


def finding_of(conflict: Conflict) -> Finding:
    """A conflict as a finding: at the field, with every claim's place beside it."""
    return Finding(
        conflict.code,
        STATUS_WORDS[conflict.status] + conflict.message,
        conflict.place,
        conflict.field,
        related=tuple(
            Related(_claim_in_words(conflict, key, value), conflict.where[key])
            for key, value in conflict.values.items()
        ),
        fix=Fix("align the sources, map one to the other, or accept the difference", conflict.ways_out),
        data={
            "facet": conflict.facet.value,
            "values": dict(conflict.values),
            **({"explains": _explained(conflict)} if conflict.explains else {}),
        },
        severity=conflict.severity,
        detail=conflict.facet.value,
        at_key=True,
    )


def _explained(conflict: Conflict) -> dict[str, object]:
    return {one.facet.value: dict(one.values) for one in conflict.explains}


def _claim_in_words(conflict: Conflict, key: str, value: object) -> str:
    from amanat.conflicts.ledger import words

    who = "the field" if key == CANONICAL else f"`{key}`"
    return f"{who}: `{words(value)}`, {conflict.basis[key].value}"


def _of_ledger(ctx: Context) -> tuple[Finding, ...]:
    """What is found about entries of the ledger: only fields that they decide about need be compared."""
    catalog = ctx.catalog
    decided = {entry.field for entry in catalog.discrepancies.values()}
    fields = {name: field for name, field in catalog.fields.items() if name in decided}
    return compare(narrowed(catalog, fields=fields), ctx.as_of).ledger


def _ledger(code: str) -> Check:
    """The check that hands on the findings about ledger entries under a code."""

    def check(ctx: Context) -> Iterator[Finding]:
        if ctx.catalog.unreadable and code != "CF130":
            return  # what was accepted may stand in a file that nobody could read
        yield from (finding for finding in ctx.shared("conflicts.ledger", _of_ledger) if finding.code == code)

    return check


_MANY_FACTS = frozenset(("bag", "row_per_value", "parts", "list"))


def _column_in_two_fields(ctx: Context) -> Iterator[Finding]:
    """One column, several fields: unless every one of them says that it only takes a part of the column."""
    current = (field for field in ctx.catalog.fields.values() if field.status is not Status.RETIRED)
    for key, fields in in_several(current).items():
        if all(_takes_a_part(field.sources[key]) for field in fields):
            continue
        later = fields[-1]
        first = ", ".join(f"`{field.id}`" for field in fields[:-1])
        yield Finding(
            "CF140",
            f"`{key}` stands under `{later.id}` and {first}",
            later.sources[key].place,
            later.id,
            related=tuple(Related(f"under `{field.id}`", field.sources[key].place) for field in fields[:-1]),
            fix=Fix(
                "decide which field the column holds",
                (
                    "keep it under one field",
                    "say with `part` or `structure` under each field which part of it belongs there",
                ),
            ),
            data={"fields": [field.id for field in fields]},
            detail=key,
            at_key=True,
        )


def _takes_a_part(source: Source) -> bool:
    return "part" in source.facets or source.facets.get("structure") in _MANY_FACTS


_ALIGN = "align the sources, map one to the other, or accept the difference in the ledger"


def _rule(
    code: str,
    name: str,
    severity: Severity,
    summary: str,
    rationale: str,
    *,
    source: str = "",
    profiles: tuple[str, ...] = ("core",),
    check: Check | None = None,
    help: str = _ALIGN,
    sees: frozenset[str] | None = None,
) -> Rule:
    return Rule(
        code=code,
        name=name,
        severity=severity,
        since="0.1",
        summary=summary,
        rationale=rationale,
        example=examples.EXAMPLES[code],
        check=check or _differs(code),
        source=source,
        profiles=profiles,
        help=help,
        sees=sees,
        alone=check is None,
    )


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: tuple[Rule, ...] = (
    _rule(
        "CF101",
        "type-differs",
        _E,
        "has sources that store a field in different families of types",
        "A text, a number and a date that share a field are not compared but guessed at. Where a conversion "
        "exists that only loses something (a UUID as text, a date as a timestamp) it is a warning; where "
        "code maps translate one into the other, an info.",
    ),
    _rule(
        "CF102",
        "identifier-differs",
        _W,
        "has sources that identify the same thing by different schemes",
        "A GUID, a counter and a browser's id never match, so records are joined by luck. For the global "
        "customer id it is an error: no erasure or access request can follow it.",
        source="ISO/IEC 11179-6",
    ),
    _rule(
        "CF103",
        "length-differs",
        _W,
        "has sources that hold a field in different lengths",
        "The narrower side cuts values on their way, and a cut e-mail address is another person's. No limit "
        "is a length too; text types that count bytes hold a quarter as many characters at worst. Where the "
        "narrow side still has room for thousands of characters it is an info.",
    ),
    _rule(
        "CF104",
        "precision-differs",
        _W,
        "has sources that keep different numbers of digits",
        "Rounding on the way makes sums differ and times collide. Fractions of a second that only follow "
        "from what engines do by themselves are an info.",
    ),
    _rule(
        "CF105",
        "scale-differs",
        _W,
        "has sources that keep different numbers of digits after the point",
        "An amount that is rounded in one system no longer adds up to the amount in the other.",
    ),
    _rule(
        "CF106",
        "nullable-differs",
        _I,
        "has sources that disagree on whether a field may be empty",
        "Weak alone, so there is one finding a field. It becomes a warning where the master may be empty and "
        "a copy may not: such a record cannot be copied.",
    ),
    _rule(
        "CF107",
        "empty-differs",
        _W,
        'has sources that tell "nothing" by different values',
        "NULL here, an empty text or `unknown` there: missing values are counted wrong, and an empty value "
        "can win over a real one.",
    ),
    _rule(
        "CF108",
        "default-differs",
        _W,
        "has a source that fills in a value that nobody gave",
        "A default language, country or consent looks like a fact about a person. Elsewhere the same person "
        "has none, or another.",
        source="GDPR 5(1)(d)",
    ),
    _rule(
        "CF109",
        "unique-differs",
        _E,
        "has sources that disagree on whether two subjects can share a value",
        "A match that is safe in one system joins strangers in the other.",
    ),
    _rule(
        "CF110",
        "grain-differs",
        _E,
        "has sources with one value per different thing",
        "One row per customer here and per order there: a plain join multiplies or loses people.",
    ),
    _rule(
        "CF111",
        "format-differs",
        _W,
        "has sources that write a field in different formats",
        "What is valid on one side is refused or misread on the other. For identifiers it is an error: "
        "records are matched by them.",
    ),
    _rule(
        "CF112",
        "structure-differs",
        _E,
        "has sources that build a value differently",
        "One name against given and family name, one value against a list, a flag against rows: such values "
        "cannot be copied one to one.",
    ),
    _rule(
        "CF113",
        "polarity-differs",
        _E,
        "has sources in which true means the opposite",
        "A merge of opt-in with opt-out writes to those who objected.",
        source="GDPR 5(1)(d)",
    ),
    _rule(
        "CF114",
        "normal-differs",
        _W,
        "has sources that bring values into different normal forms",
        "Equal values do not look equal, so duplicates are not found. For match keys it is an error.",
    ),
    _rule(
        "CF115",
        "codes-differs",
        _E,
        "has sources with different code lists and no map between them",
        "A code that one list does not have is dropped, or taken for another that looks like it. Where the "
        "field's format names a shared list (such as countries or languages), other spellings are a warning.",
        source="ISO/IEC 11179-3",
    ),
    _rule(
        "CF116",
        "unit-differs",
        _E,
        "has sources that measure in different units",
        "Rial against toman, cents against euros: every figure is wrong by a factor.",
    ),
    _rule(
        "CF117",
        "currency-differs",
        _E,
        "has sources that keep amounts in different currencies",
        "Amounts in different currencies cannot be added or compared.",
        source="ISO 4217",
    ),
    _rule(
        "CF118",
        "zone-differs",
        _W,
        "has sources that keep times in different zones, or with and without one",
        "The same moment shows as different times, and near midnight as different days. A time without zone "
        "whose zone nobody declared is unknown, not equal.",
        source="ISO 8601",
    ),
    _rule(
        "CF119",
        "calendar-differs",
        _E,
        "has sources that date by different calendars",
        "The same digits are different days, six centuries apart.",
    ),
    _rule(
        "CF120",
        "incomplete-code-map",
        _E,
        "maps codes, but not all, or to codes that do not exist",
        "What is not mapped is lost in silence. A map that merges or drops codes on purpose is a warning.",
        help="complete the `codes` map; a code without counterpart maps to null",
    ),
    _rule(
        "CF121",
        "definition-differs",
        _W,
        "has sources that define a field differently",
        "Two meanings under one name are the dearest conflict, because nothing looks wrong. Texts are folded "
        "first; opposites (gross and net, with and without) count however alike the rest is. Texts that are "
        "nearly alike are an info.",
        source="ISO/IEC 11179-4",
    ),
    _rule(
        "CF122",
        "owner-differs",
        _W,
        "has a source with another owner than the field",
        "Two teams that answer for the same data leave it to each other.",
        source="ISO 27001 A.5.9",
    ),
    _rule(
        "CF123",
        "classification-differs",
        _E,
        "has a source classified other than the field",
        "A copy that is protected less than the field is the copy that leaks. A copy classified above the "
        "field is a warning.",
        source="ISO 27001 A.5.12",
    ),
    _rule(
        "CF125",
        "retention-differs",
        _W,
        "has a source that keeps a field for another period, from another event, or ends otherwise",
        "Deletion is only complete when the last copy is gone. A copy kept longer is RT106; periods that "
        "cannot be ordered (P3Y, P1095D) are an info.",
        source="GDPR 5(1)(e)",
    ),
    _rule(
        "CF130",
        "bad-acceptance",
        _E,
        "accepts a conflict without a reason, another team's approval, or an end within a year",
        "An acceptance is a decision that somebody stands for and looks at again. One that is not in order "
        "does not count.",
        check=_ledger("CF130"),
        help="give the reason, the approving team and the dates",
    ),
    _rule(
        "CF131",
        "reopened-acceptance",
        _E,
        "decided on a conflict that has since changed, or whose decision expired",
        "What was accepted was this difference on that day. When a value changes, or a source joins or "
        "leaves, nobody has accepted what there is now.",
        check=_ledger("CF131"),
        help="decide again and write the new values, or resolve the conflict",
    ),
    _rule(
        "CF132",
        "moot-acceptance",
        _W,
        "decides on a conflict that is not there",
        "A ledger that holds settled matters hides the open ones.",
        check=_ledger("CF132"),
        help="remove the entry",
    ),
    _rule(
        "CF140",
        "column-in-two-fields",
        _E,
        "maps one column to two fields",
        "Purpose, retention and access of the column are then two answers to one question.",
        check=_column_in_two_fields,
        sees=keys("sources", "status"),
        help="keep it under one field, or say with `part` or `structure` which part belongs to each",
    ),
    _rule(
        "SR102",
        "missing-master",
        _W,
        "has a field with several sources and nothing that says which one wins",
        "Systems will disagree; without a master or a survivorship strategy the last import wins.",
        source="DAMA-DMBOK, reference and master data",
        help="name the `master`, or a `survivorship` strategy",
    ),
    _rule(
        "SR103",
        "bad-master",
        _E,
        "names a master that is not a source of the field, or only infers the value",
        "A golden record that follows a guess, or a column that is not there, is wrong with authority.",
        source="DAMA-DMBOK, reference and master data",
        help="name a source that was told the value",
    ),
    _rule(
        "SR117",
        "golden-forbidden",
        _E,
        "lets a source win that may not speak for the field",
        "The winning value goes wherever the golden record is used. Held for fewer purposes, it would serve "
        "what nobody was told of; deleted sooner, it would live on as the golden one; inferred or bought, it "
        "would stand above what the customer said (a warning).",
        source="GDPR 5(1)(b), 5(1)(e), 6(4)",
        help="name another `master`, order the sources by trust, or set `may_win: false` on the source",
    ),
    _rule(
        "PU108",
        "purpose-creep",
        _E,
        "has a source used for a purpose that the field does not allow",
        "Data collected for one purpose drifts into others system by system. A field that allows a purpose "
        "allows those below it, not the reverse.",
        source="GDPR 5(1)(b)",
        profiles=("gdpr",),
        help="stop that use, or add the purpose to the field once people were told and a basis holds",
    ),
    _rule(
        "RT106",
        "copy-outlives-field",
        _E,
        "keeps a copy longer than the field, without a basis of its own",
        "Erasure that stops at the master is no erasure. Longer is judged at the four reference dates of XML "
        "Schema, in every jurisdiction of the catalog.",
        source="GDPR 5(1)(e)",
        profiles=("gdpr",),
        help="shorten the copy's retention, or give its policy a law or a reason",
    ),
)

BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
