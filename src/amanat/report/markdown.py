"""A check as Markdown, for the summary of a pipeline's step or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amanat.diagnostic import Diagnostic, Severity
from amanat.lint.states import State
from amanat.report.checked import Checked
from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import amount, printable, summary

MOST = 200
"""How many findings of a severity are listed: a step's summary holds a megabyte. The count is always told."""
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "ℹ️"}
_TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Information"}


def render(checked: Checked) -> str:
    """The check as Markdown. No text of a catalog is ever markup."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: Checked) -> Iterator[str]:
    counted = checked.counted()
    fails = any(map(checked.fails, counted))
    yield f"# {'❌' if fails else '✅'} amanat check"
    yield ""
    new = "new: " if checked.states else ""
    yield f"{amount(checked.counts)}. {new}{summary(counted)}."
    yield from _compared(checked)
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        yield from _table(checked, severity, [d for d in counted if d.severity is severity])
    if checked.resolved:
        yield ""
        yield f"## ✅ Resolved ({len(checked.resolved)})"
        yield ""
        for d in checked.resolved[:MOST]:
            yield f"- {d.code} {code(d.name)}: {prose(printable(d.message))}"
        yield from _more(len(checked.resolved))


def _compared(checked: Checked) -> Iterator[str]:
    parts = []
    if checked.since is not None:
        revision = f"{code(checked.since.name)} ({checked.since.commit[:12]})"
        parts.append(f"{checked.number_of(State.OLD)} were there at {revision}")
    if checked.number_of(State.KNOWN):
        parts.append(f"{checked.number_of(State.KNOWN)} are known in the baseline")
    if parts:
        yield f"Not listed: {', '.join(parts)}."


def _table(checked: Checked, severity: Severity, found: Sequence[Diagnostic]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield f"## {_SIGNS[severity]} {_TITLES[severity]} ({len(found)})"
    yield ""
    yield "| rule | where | what | what to do |"
    yield "|---|---|---|---|"
    for d in found[:MOST]:
        fix = prose(printable(d.fix.message)) if d.fix is not None else ""
        where = code(printable(checked.where(d)))
        yield f"| {d.code} {d.name} | {where} | {prose(printable(d.message))} | {fix} |"
    yield from _more(len(found))


def _more(number: int) -> Iterator[str]:
    if number > MOST:
        yield ""
        yield f"and {number - MOST} more"
