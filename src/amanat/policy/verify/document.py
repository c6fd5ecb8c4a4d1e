"""A report as JSON (schema: `policy-verify.schema.json`)."""

from __future__ import annotations

import json
from collections import Counter

from amanat.policy.verify.finding import Finding, Report
from amanat.policy.verify.privileges import PUBLIC


def report_as_json(report: Report, with_plan: bool) -> str:
    """The report; `with_plan` adds the plan and its inverse, null where nothing is to be changed."""
    counts = Counter(finding.severity.value for finding in report.findings)
    data = {
        "version": 1,
        "system": report.system,
        "engine": report.engine,
        "server": report.server,
        "database": report.database,
        "user": report.user,
        "catalog": f"sha256:{report.digest}",
        "as_of": report.as_of or None,
        "clean": report.clean,
        "summary": {"error": counts["error"], "info": counts["info"]},
        "principals": report.principals,
        "cells": report.cells,
        "findings": [_finding(each) for each in report.findings],
    }
    if with_plan:
        change = report.change
        data["plan"] = {"apply": change.apply, "undo": change.undo} if change else None
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "message": finding.message,
        "grantee": "PUBLIC" if finding.grantee == PUBLIC else finding.grantee,
        "public": finding.grantee == PUBLIC,
        "grantor": finding.grantor,
        "privilege": finding.privilege or None,
        "columns": list(finding.columns),
        "way_out": finding.way_out or None,
        "planned": finding.planned,
    }
