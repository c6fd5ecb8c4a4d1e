"""What was measured, for a person: what is not as expected first, then what could not be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from amanat.measure.run import Scanned, SystemMeasured
from amanat.model.measures import Measure, Outcome

REASONS: Mapping[str, str] = {
    "several": "several schemas have that table: name one in the source",
    "no_table": "the table is not there",
    "no_column": "the column is not there",
    "no_rights": "the user may not read it",
    "locked": "it is locked by somebody else",
    "timeout": "it took longer than --timeout allows",
    "lost": "the connection was lost",
    "refused": "the engine refused the question",
    "unsupported": "the engine has no words for the question",
    "type": "nothing but its presence can be counted of that type",
    "no_format": "no `format` that can be tested, nor a `length`",
    "no_codes": "neither the source nor the field has `codes` (those of ISO lists need the extra `codes`)",
    "no_target": "nothing says what it refers to, or that is not there: `refers_to`",
    "no_time": "no `changed_at` that holds a day or a moment",
    "structure": "a cell holds several values, or part of one",
    "part": "the column holds only a part of the field",
    "unreadable": "the expectation cannot be read",
    "no_rows": "the table is empty",
    "no_values": "no row has a value",
    "no_way": "no sure way leads from its rows to the customer id: `amanat identity`",
    "no_master": "the field has no master to compare with",
    "not_comparable": "its values cannot be laid beside the master's",
    "not_asked": "the other system was not asked, or did not answer",
    "too_many": "more customers than can be compared here: bring both sides into one engine",
}
"""The name of a reason to its words."""


def reason(why: str) -> str:
    """The words of a reason; an engine's code stays beside them."""
    name, _, code = why.partition(" ")
    words = REASONS.get(name, name)
    return f"{words} ({code})" if code else words


def as_text(found: Iterable[SystemMeasured], unreached: Mapping[str, str], quiet: bool = False) -> str:
    """The report. `unreached` says of systems why they were not asked; `quiet` leaves out what is well."""
    lines: list[str] = []
    for one in found:
        lines += [*_system(one, quiet), ""]
    lines += [f"{system}: not asked: {why}" for system, why in sorted(unreached.items())]
    return _printable("\n".join(lines).rstrip("\n")) + "\n"


def _printable(text: str) -> str:
    """A text without what a terminal would take for a command; names may hold anything."""
    return "".join(sign if sign.isprintable() or sign in "\n\u200c" else "\ufffd" for sign in text)


def _system(one: SystemMeasured, quiet: bool) -> Iterator[str]:
    counts = {outcome: sum(m.outcome is outcome for m in one.measures) for outcome in Outcome}
    rows = sum(table.rows or 0 for table in one.tables)
    partial = ", partial" if one.partial else ""
    looked = (
        f"{_counted(len(one.measures), 'check')} of {_counted(len(one.tables), 'table')} with {rows:,} rows"
    )
    yield (
        f"{one.system} ({one.engine}{partial}): {looked}: {counts[Outcome.PASS]} met, {counts[Outcome.FAIL]} "
        f"not met, {counts[Outcome.TOLD]} told, {counts[Outcome.UNMEASURED]} not measured"
    )
    yield from (_unanswered(table) for table in one.tables if table.why)
    shown = [
        m for outcome in _ORDER for m in one.measures if m.outcome is outcome and outcome in _shown(quiet)
    ]
    names = [f"{m.path}" + (f" → {m.against}" if m.against else "") for m in shown]
    width = min(max((len(name) for name in names), default=0), 60)
    for measure, name in zip(shown, names, strict=True):
        mark = _MARKS[measure.outcome]
        yield f"  {mark:<7} {measure.check.value:<12} {name:<{width}}  {measure.field}: {told(measure)}"


_ORDER = (Outcome.FAIL, Outcome.UNMEASURED, Outcome.PASS, Outcome.TOLD)
_MARKS = {Outcome.FAIL: "NOT MET", Outcome.UNMEASURED: "-", Outcome.PASS: "met", Outcome.TOLD: "told"}


def _shown(quiet: bool) -> tuple[Outcome, ...]:
    return (Outcome.FAIL, Outcome.UNMEASURED) if quiet else tuple(_ORDER)


def _unanswered(table: Scanned) -> str:
    return f"  table `{table.table}`: {reason(table.why)}"


def told(one: Measure) -> str:
    """A measurement in words."""
    wanted = f" (expected: {one.expected})" if one.expected else ""
    if one.outcome is Outcome.UNMEASURED:
        rows = f" of {one.rows:,} rows" if one.rows else ""
        return f"not measured{rows}: {reason(one.why)}{wanted}"
    if one.newest and " within " not in one.expected:
        return f"newest {one.newest}{wanted}"
    newest = f", newest {one.newest}" if one.newest else ""
    return f"{one.share}% of {one.counted or 0:,}{newest}{wanted}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
