"""`amanat check --format json`, version 1 (its schema: `check.schema.json`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from amanat import __version__
from amanat.diagnostic import Diagnostic, Related, Severity
from amanat.lint.states import State
from amanat.model.counts import Counts
from amanat.report.checked import Checked
from amanat.text import Place, Span


def render(counts: Counts, diagnostics: Sequence[Diagnostic]) -> str:
    """The report as JSON text, ending in a newline."""
    return _text(_report(counts, diagnostics, [as_data(d) for d in diagnostics]))


def render_compared(checked: Checked) -> str:
    """The report with the state of each diagnostic, and what they were compared with."""
    told = [{**as_data(d), "state": None if s is None else str(s)} for d, s in checked.with_states()]
    since = checked.since
    return _text(
        {
            **_report(checked.counts, checked.diagnostics, told),
            "compared": {
                "since": None if since is None else {"revision": since.name, "commit": since.commit},
                **{str(state): checked.number_of(state) for state in State},
                "resolved": [as_data(d) for d in checked.resolved],
            },
        }
    )


def _report(
    counts: Counts, diagnostics: Sequence[Diagnostic], told: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    found = Counter(d.severity for d in diagnostics)
    return {
        "version": 1,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": counts._asdict(),
        "summary": {str(s): found[s] for s in (Severity.ERROR, Severity.WARNING, Severity.INFO)},
        "diagnostics": list(told),
    }


def _text(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def as_data(d: Diagnostic) -> dict[str, Any]:
    """One diagnostic as JSON data."""
    return {
        "code": d.code,
        "name": d.name,
        "severity": str(d.severity),
        "message": d.message,
        "subject": d.subject,
        **_position(d.place, d.span),
        "fingerprint": d.fingerprint,
        "related": [_related(item) for item in d.related],
        "data": dict(d.data),
        "fix": {"message": d.fix.message, "options": list(d.fix.options)} if d.fix is not None else None,
    }


def _related(item: Related) -> dict[str, Any]:
    position = _position(item.place, item.span)
    return {
        "message": item.message,
        "file": position["file"],
        "line": position["line"],
        "column": position["column"],
    }


def _position(place: Place, span: Span | None) -> dict[str, Any]:
    at = span or Span(1, 1, 1, 1)
    return {
        "file": place.file,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }
