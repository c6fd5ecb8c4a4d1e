"""One decision with all that a person wants to know of it: the gates, what would have to change, and which
columns and rows it is about."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from amanat.load.positions import Spans
from amanat.model.catalog import Catalog
from amanat.model.field import Source
from amanat.model.values import FieldId, PurposeId, SourceId
from amanat.policy.columns import decide_column, fields_of
from amanat.policy.decide import conclude, decide
from amanat.policy.mend import Way, instead, undeclared, ways
from amanat.policy.plan import in_use
from amanat.policy.request import Condition, Decision, Effect, Outcome
from amanat.policy.rows import row_filter
from amanat.text import Place


class Asked(NamedTuple):
    """A request: with a field, or with a column (`system.table.column`)."""

    role: str
    purpose: str
    action: str
    field: str | None = None
    column: str | None = None

    @property
    def subject(self) -> str:
        """What is asked about."""
        return self.field or self.column or ""


class Shown(NamedTuple):
    """A column that the decision is about. `rows` are the rows of it that it opens: `all`, `consented`, or
    `none`, and then `why` says why."""

    source: SourceId
    place: Place
    rows: str
    why: str = ""


class Explanation(NamedTuple):
    """A decision explained. `ways` are what would have to change; `then` is the answer once all of that is
    done, None where that depends on how. `others` are purposes for which the role may do the same already,
    `columns` are sorted."""

    asked: Asked
    decision: Decision
    ways: tuple[Way, ...]
    then: Outcome | None
    others: tuple[PurposeId, ...]
    columns: tuple[Shown, ...]


def explain(catalog: Catalog, asked: Asked, as_of: date | None) -> Explanation:
    """Decide a request by field or by column, and explain the answer."""
    role, purpose, action = asked[:3]
    if asked.field is not None:
        decision = decide(catalog, role, purpose, action, asked.field, as_of)
        names = [asked.field]
    else:
        decision = decide_column(catalog, role, purpose, action, asked.subject, as_of)
        names = [field.id for field in fields_of(catalog, asked.subject)]
    found: list[Way] = []
    for name in names or [""]:
        found += ways(catalog, role, purpose, action, name, as_of)
    if not names:
        found = [way for way in found if way.rule != "unknown_field"]
        place = next(step.place for step in decision.trace if step.rule == "undeclared_column")
        found.append(undeclared(catalog, asked.subject, place))
    others = [
        {pair.purpose for pair in instead(catalog, role, purpose, action, name, as_of)} for name in names
    ]
    return Explanation(
        asked,
        decision,
        tuple(dict.fromkeys(found)),
        _then(decision),
        tuple(sorted(set.intersection(*others))) if others else (),
        tuple(_columns(catalog, asked, decision, names)),
    )


def _then(decision: Decision) -> Outcome | None:
    """What a denial comes to when every gate that fails is mended. It depends on how where consent has yet to
    be recorded, where the clearance does not suffice, and where something is not declared."""
    failed = {step.gate for step in decision.trace if step.passed is False}
    if not failed or failed & {1, 7, 8}:
        return None
    return conclude(step for step in decision.trace if step.passed)


def _columns(catalog: Catalog, asked: Asked, decision: Decision, fields: list[str]) -> list[Shown]:
    sources: dict[SourceId, Source] = {
        name: source
        for field in map(catalog.fields.get, map(FieldId, fields))
        if field is not None
        for name, source in field.sources.items()
        if asked.column in (None, name)
    }
    return [_shown(catalog, source, decision) for _, source in sorted(sources.items())]


def _shown(catalog: Catalog, source: Source, decision: Decision) -> Shown:
    if decision.effect is Effect.DENY:
        return Shown(source.id, source.place, "none", "denied")
    system = catalog.systems.get(source.system)
    if system is None:
        return Shown(source.id, source.place, "none", f"system `{source.system}` is not declared")
    if not in_use(system):
        return Shown(source.id, source.place, "none", f"system `{system.id}` is {system.status}")
    for condition in decision.conditions:
        found = row_filter(catalog, source.table.schema, source.table.name, system, condition)
        if found.problem:
            return Shown(source.id, source.place, "none", found.problem)
    return Shown(source.id, source.place, "consented" if decision.conditions else "all")


def position(place: Place | None, spans: Spans) -> tuple[str | None, int | None]:
    """The file and line of a place, as far as there are any."""
    if place is None:
        return None, None
    span = spans.span(place)
    return place.file, span.line if span else None


def as_json(explained: Explanation, spans: Spans) -> str:
    """The decision, every gate, and what goes with it (schema: `policy-explain.schema.json`)."""

    def at(place: Place | None) -> dict[str, object]:
        file, line = position(place, spans)
        return {"file": file, "line": line}

    decision = explained.decision
    answer = {
        "decision": decision.effect.value,
        "mask": str(decision.mask) if decision.mask else None,
        "conditions": [condition_as_data(condition) for condition in decision.conditions],
        "because": [
            {"rule": step.rule, "passed": step.passed, "detail": step.detail, **at(step.place)}
            for step in decision.trace
        ],
        "asked": explained.asked._asdict(),
        "ways_out": [{"rule": way.rule, "what": way.what, **at(way.place)} for way in explained.ways],
        "then": None
        if explained.then is None
        else {
            "decision": explained.then.effect.value,
            "mask": str(explained.then.mask) if explained.then.mask else None,
            "conditions": [condition_as_data(condition) for condition in explained.then.conditions],
        },
        "other_purposes": list(explained.others),
        "columns": [
            {"source": each.source, "rows": each.rows, "why": each.why or None, **at(each.place)}
            for each in explained.columns
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def condition_as_data(condition: Condition) -> dict[str, object]:
    """A row condition as JSON data."""
    return {
        "kind": "consent",
        "purpose": condition.purpose,
        "source": condition.source,
        "granted": condition.granted,
        "known": condition.known,
    }
