"""The golden record as a person reads it: the rule of a field step by step, or all fields in a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from amanat.golden import words
from amanat.golden.plan import Candidate, LeftOut, Plan
from amanat.load.positions import Spans
from amanat.model.field import Field
from amanat.model.values import in_language
from amanat.text import Place

WIDTH = 100


def explanation(field: Field, plan: Plan, view: str, spans: Spans, language: str) -> str:
    """Who wins, in which order, and who takes no part, in at most 100 columns where words can be broken."""
    lines = [f"{field.id}  {in_language(field.label, language)}", *_rule(field, plan, spans)]
    if plan.candidates:
        lines.append(f"takes part ({len(plan.candidates)} of {len(field.sources)}):")
        for one in sorted(plan.candidates, key=lambda one: (one.rank, one.number)):
            lines += _candidate(one, plan, spans)
    else:
        lines.append("takes part: no source, so there is no view")
    if plan.left_out:
        lines.append(f"takes no part ({len(plan.left_out)}):")
        for why in dict.fromkeys((left.reason, left.mend) for left in plan.left_out):
            alike = [left for left in plan.left_out if (left.reason, left.mend) == why]
            lines += _left_out(alike, spans)
    if plan.candidates:
        lines.append(f"view: golden.{view} (amanat golden {field.id})")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _rule(field: Field, plan: Plan, spans: Spans) -> Iterator[str]:
    decider = "survivorship" if field.survivorship else "master" if field.master else "sources"
    yield f"decides: {words.decides(field, plan)}{at(field.place_of(decider), spans)}"
    if plan.subject is not None:
        yield f"one value for each {plan.subject}{at(field.place_of('subject'), spans)}"
    if field.survivorship is not None and field.survivorship.strategy == "aggregate":
        function = plan.function
        yield f"  {words.FUNCTIONS[function] if function else 'no function is named, so nothing is made'}"
    else:
        yield "between two values wins:"
        for number, step in enumerate(plan.steps, 1):
            tie = " (tie_break)" if step is plan.tie_break else ""
            yield f"  {number}. {words.STEPS[step]}{tie}"
    valid = ", ".join(words.conditions(plan.valid))
    yield from _said("can win: ", f"what is not missing, blank or `empty`{f', and {valid}' if valid else ''}")
    if plan.compared:
        yield f"compared in the form: {', '.join(plan.compared)}"


def _candidate(one: Candidate, plan: Plan, spans: Spans) -> Iterator[str]:
    rank = f"{one.rank}  " if plan.ranks > 1 and plan.function is None else ""
    yield f"  {rank}{one.source}{at(one.place, spans)}"
    yield from _said("       ", words.way(one))
    for said in words.treated(one):
        yield from _said("       ", said)
    for caution in one.cautions:
        yield from _said("     ! ", caution)


def _left_out(alike: list[LeftOut], spans: Spans) -> Iterator[str]:
    """Sources that are left out for one reason."""
    for left in alike:
        yield f"  {left.source}{at(left.place, spans)}"
    yield from _said("       ", alike[0].reason)
    if alike[0].mend:
        yield from _said("     → ", alike[0].mend)


def at(place: Place, spans: Spans) -> str:
    """A place in brackets, after two spaces."""
    span = spans.span(place)
    return f"  ({place.file}:{span.line})" if span else f"  ({place.file})"


def _said(head: str, text: str) -> Iterator[str]:
    yield from wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )


def listing(plans: Iterable[tuple[Field, Plan]]) -> Iterator[tuple[str, str, str]]:
    """A row for each field: its id, what decides, and how many of its sources take part."""
    for field, plan in plans:
        yield field.id, words.decides(field, plan), f"{len(plan.candidates)} of {len(field.sources)}"
