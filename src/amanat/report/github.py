"""A check as workflow commands of GitHub Actions: an annotation at file, line and column for each finding."""

from __future__ import annotations

from amanat.diagnostic import Diagnostic, Severity
from amanat.report.checked import Checked
from amanat.report.console import printable, summary

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}


def render(checked: Checked) -> str:
    """One command a line, the most severe first, since GitHub shows only the first of a step."""
    ordered = sorted(checked.counted(), key=lambda d: d.severity.rank)
    lines = [_annotation(checked, d) for d in ordered]
    return "\n".join([*lines, summary(ordered)]) + "\n"


def _annotation(checked: Checked, d: Diagnostic) -> str:
    properties = {"file": checked.path(d.place)}
    if d.span is not None:
        properties |= {"line": str(d.span.line), "endLine": str(d.span.end_line), "col": str(d.span.column)}
        if d.span.end_line == d.span.line:  # GitHub takes columns only within one line; ends are inclusive
            properties["endColumn"] = str(max(d.span.column, d.span.end_column - 1))
    properties["title"] = f"{d.code} {d.name}"
    told = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    message = f"{d.message} ({d.subject})"
    if d.fix is not None:
        message += f"\nhelp: {d.fix.message}"
    return f"::{_COMMANDS[d.severity]} {told}::{_escaped(message, _IN_MESSAGE)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    kept = "".join(signs.get(sign, sign) for sign in text)
    return printable(kept)
