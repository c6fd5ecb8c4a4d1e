"""A check as GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from amanat.diagnostic import Severity
from amanat.report.checked import Checked

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(checked: Checked) -> str:
    """The findings as a JSON list. GitLab itself tells new ones from those of the target branch, by
    fingerprint; of several with one fingerprint each gets its own."""
    seen: Counter[str] = Counter()
    issues = []
    for d in checked.counted():
        mark = d.fingerprint
        seen[mark] += 1
        issues.append(
            {
                "description": f"{d.message} ({d.subject})",
                "check_name": d.name,
                "fingerprint": hashlib.sha256(f"{mark} {seen[mark]}".encode()).hexdigest(),
                "severity": _SEVERITIES[d.severity],
                "location": {
                    "path": checked.path(d.place),
                    "lines": {"begin": d.span.line if d.span is not None else 1},
                },
            }
        )
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"
