"""The reference: who wins, and why, in plain Python. The engines are tested against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from amanat.golden.plan import Authority, Candidate, Plan, Step
from amanat.golden.values import State, judge, plain_number
from amanat.model.values import SourceId


class Cell(NamedTuple):
    """A value as a source holds it for a customer: its text (None: NULL) and when it changed, in UTC."""

    customer: str
    source: str
    raw: str | None
    changed: datetime | None = None


class Winner(NamedTuple):
    """The golden value of a customer: None where there is none. `value` is a tuple for `union`; `source` is
    the winning one, all that took part for an aggregate."""

    value: str | tuple[str, ...] | None
    source: str | None
    reason: str


_DIGITS = 1000
"""So many digits of a sum are exact."""


class _Valid(NamedTuple):
    candidate: Candidate
    value: str
    compared: str
    changed: datetime | None


def decide(plan: Plan, cells: Iterable[Cell], today: date) -> dict[str, Winner]:
    """The golden value of every customer of whom a source that takes part has a row."""
    by_source = {candidate.source: candidate for candidate in plan.candidates}
    valid: dict[str, list[_Valid]] = {}
    refused: dict[str, Counter[State]] = {}
    for cell in cells:
        candidate = by_source[SourceId(cell.source)]
        found = judge(plan, candidate, cell.raw, cell.changed, today)
        values = valid.setdefault(cell.customer, [])
        counts = refused.setdefault(cell.customer, Counter())
        if found.state is State.OK:
            values.append(_Valid(candidate, found.value, found.compared, cell.changed))
        else:
            counts[found.state] += 1
    return {customer: _winner(plan, values, refused[customer]) for customer, values in valid.items()}


def _winner(plan: Plan, values: list[_Valid], refused: Counter[State]) -> Winner:
    shown = ", ".join(f"{refused[state]} {state.value}" for state in State if refused[state])
    note = f" ({shown})" if shown else ""
    if not values:
        return Winner(None, None, f"no_value{note}")
    if plan.function is not None:
        sources = sorted({one.candidate.source for one in values})
        reason = f"{plan.function} of {len(values)} from {len(sources)} of {len(plan.candidates)}"
        return Winner(_together(plan, values), ", ".join(sources), reason + note)
    count = Counter(one.compared for one in values)
    ordered = sorted(values, key=lambda one: tuple(_key(step, one, count) for step in plan.steps))
    first = ordered[0]
    if plan.authority is Authority.UNDECIDED and len(count) > 1:
        return Winner(None, None, f"undecided between {len(count)} values{note}")
    master = "master" if plan.authority is Authority.MASTER else ""
    rival = next((one for one in ordered if one.compared != first.compared), None)
    if rival is None:
        return Winner(first.value, first.candidate.source, (master or "only_value") + note)
    step = next(s for s in plan.steps if _key(s, first, count) != _key(s, rival, count))
    reason = ", ".join(filter(None, (master, _reason(plan, step, first, count))))
    return Winner(first.value, first.candidate.source, reason + note)


def _key(step: Step, one: _Valid, count: Counter[str]) -> Any:
    """The key of a step: the least wins."""
    match step:
        case Step.SOURCE_PRIORITY:
            return one.candidate.rank
        case Step.MOST_RECENT:
            return (one.changed is None, -_seconds(one.changed) if one.changed else 0)
        case Step.MOST_FREQUENT:
            return -count[one.compared]
        case Step.LONGEST:
            return -len(one.value)
        case Step.SOURCE_ID:
            return one.candidate.number
        case Step.LEAST_VALUE:
            return (one.compared, one.value)


def _seconds(moment: datetime) -> Decimal:
    since = moment - datetime(1970, 1, 1)
    return Decimal(since.days * 86_400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def _reason(plan: Plan, step: Step, one: _Valid, count: Counter[str]) -> str:
    match step:
        case Step.SOURCE_PRIORITY:
            said = f"{step} {one.candidate.rank} of {plan.ranks}"
        case Step.MOST_RECENT:
            said = f"{step} {one.changed.date().isoformat() if one.changed else ''}".rstrip()
        case Step.MOST_FREQUENT:
            said = f"{step} {count[one.compared]} of {count.total()}"
        case Step.LONGEST:
            said = f"{step} {len(one.value)}"
        case _:
            said = step.value
    return f"tie_break {said}" if step is plan.tie_break else said


def _together(plan: Plan, values: list[_Valid]) -> str | tuple[str, ...]:
    """All values put together by the function of the plan."""
    texts = [one.value for one in values]
    match plan.function:
        case "union":
            return tuple(sorted(set(texts)))
        case "count":
            return str(len(texts))
        case "sum":
            with localcontext(prec=_DIGITS):
                return plain_number(format(sum(map(Decimal, texts), Decimal(0)), "f"))
        case _:
            order: Any = Decimal if plan.numeric else str
            return (min if plan.function == "min" else max)(texts, key=lambda text: (order(text), text))
