"""The rule of a golden record in words: one line each for what is said in several places."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.golden.plan import Authority, Candidate, Plan, Step
from amanat.model.field import Field, Survivorship, Valid

_AUTHORITY = {
    Authority.ONLY_SOURCE: "the only source",
    Authority.MASTER: "the master",
    Authority.SURVIVORSHIP: "survivorship",
    Authority.UNDECIDED: "nothing: a value only where all sources agree",
}
STEPS = {
    Step.SOURCE_PRIORITY: "the source that comes first in the order of trust",
    Step.MOST_RECENT: "the value that was changed last; a source that does not say when comes last",
    Step.MOST_FREQUENT: "the value that most rows hold",
    Step.LONGEST: "the longest value",
    Step.SOURCE_ID: "the source whose id comes first",
    Step.LEAST_VALUE: "the value that comes first by code points",
}
FUNCTIONS = {
    "sum": "the sum of all values",
    "min": "the least of all values",
    "max": "the greatest of all values",
    "count": "the number of all values",
    "union": "the list of all distinct values",
}


def decides(field: Field, plan: Plan) -> str:
    """What decides, such as `survivorship: most_recent`."""
    said = _AUTHORITY[plan.authority]
    if field.survivorship is not None:
        how = field.survivorship.strategy
        return f"{said}: {how}{f' {plan.function}' if plan.function else ''}"
    return f"{said} {field.master}" if plan.authority is Authority.MASTER else said


def conditions(valid: Valid | None) -> Iterator[str]:
    """What a value must meet to win, beside not being empty."""
    if valid is None:
        return
    if valid.matches is not None:
        yield f"matches {valid.matches}"
    if valid.min_length is not None:
        yield f"at least {valid.min_length} characters"
    if valid.max_length is not None:
        yield f"at most {valid.max_length} characters"
    if valid.codes:
        yield "a code of the field"
    if valid.one_of is not None:
        yield f"one of {', '.join(map(str, valid.one_of))}"
    if valid.not_older_than is not None:
        yield f"changed within {valid.not_older_than}"


def rule(how: Survivorship) -> str:
    """The whole survivorship in one line, such as `most_recent, ties by longest (valid: matches email)`."""
    function = f" {how.function}" if how.function else ""
    order = f" ({', '.join(how.priority)})" if how.priority else ""
    tie = f", ties by {how.tie_break}" if how.tie_break else ""
    valid = ", ".join(conditions(how.valid))
    return f"{how.strategy}{function}{order}{tie}" + (f", valid: {valid}" if valid else "")


def way(candidate: Candidate) -> str:
    """How the rows of a source lead to the customer id."""
    hops = [f"{'+'.join(hop.columns)} → {hop.target}.{'+'.join(hop.keys)}" for hop in candidate.way.hops]
    last = candidate.way.hops[-1].target if candidate.way.hops else candidate.way.table
    return ", ".join([*hops, f"customer id {last}.{candidate.way.customer_id}"])


def treated(candidate: Candidate) -> Iterator[str]:
    """What happens to the values of a source before they are compared."""
    if candidate.empty:
        yield f"empty: {', '.join(repr(text) for text in candidate.empty)}"
    if candidate.codes is not None:
        yield f"{len(candidate.codes)} codes mapped"
    if candidate.normal:
        yield f"brought into {', '.join(candidate.normal)}"
    if candidate.changed_at is not None:
        yield f"changed at {candidate.changed_at}"
