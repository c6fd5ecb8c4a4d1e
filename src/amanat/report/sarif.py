"""A check as SARIF 2.1.0 (OASIS Standard, Static Analysis Results Interchange Format)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from amanat import __version__
from amanat.diagnostic import Diagnostic, Severity
from amanat.lint.rule import Rule
from amanat.lint.states import State
from amanat.report.checked import Checked
from amanat.rules.pages import markdown_page, text_page
from amanat.text import Place, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "amanat/v1"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.OFF: "none",
}


def render(checked: Checked) -> str:
    """The check as a SARIF log with one run. Files are named as the repository names them; columns count
    characters. What was there before is `unchanged`, what a baseline knows is suppressed, and what is no
    more is `absent`."""
    index = {rule.code: n for n, rule in enumerate(checked.rules)}
    results = [_result(checked, d, state, index) for d, state in checked.with_states()]
    results += [_result(checked, d, None, index) | {"baselineState": "absent"} for d in checked.resolved]
    run = {
        "tool": {
            "driver": {
                "name": "amanat",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule, checked.severities[rule.code]) for rule in checked.rules],
            }
        },
        "automationDetails": {"id": "amanat/check/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: Rule, severity: Severity) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"The catalog {rule.summary}."},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": text_page(rule), "markdown": markdown_page(rule)},
        "defaultConfiguration": {"enabled": severity is not Severity.OFF, "level": _LEVELS[rule.severity]},
        "properties": {"tags": list(rule.profiles), "precision": "very-high"},
    }
    if rule.source:
        described["properties"]["source"] = rule.source
    return described


def _result(checked: Checked, d: Diagnostic, state: State | None, index: dict[str, int]) -> dict[str, Any]:
    message = f"{d.message} ({d.subject})"
    if d.fix is not None:
        message += "\nhelp: " + "\n".join([d.fix.message, *d.fix.options])
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": index[d.code],
        "level": _LEVELS[d.severity],
        "message": {"text": message},
        "locations": [_location(checked, d.place, d.span)],
        "partialFingerprints": {FINGERPRINT: d.fingerprint},
        "properties": {"subject": d.subject, "data": dict(d.data)},
    }
    if d.related:
        result["relatedLocations"] = list(_related(checked, d))
    if state is not None and checked.since is not None:
        result["baselineState"] = "new" if state is State.NEW else "unchanged"
    if state is State.KNOWN:
        result["suppressions"] = [{"kind": "external", "justification": "known in the baseline"}]
    return result


def _related(checked: Checked, d: Diagnostic) -> Iterator[dict[str, Any]]:
    for number, related in enumerate(d.related, 1):
        place = _location(checked, related.place, related.span)
        yield {"id": number, **place, "message": {"text": related.message}}


def _location(checked: Checked, place: Place, span: Span | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(checked.path(place))}}
    if span is not None:
        physical["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return {"physicalLocation": physical}
