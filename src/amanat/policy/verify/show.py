"""A report for a person: what is not as declared, kind by kind, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Change, Finding, Kind, Report

HEADINGS: Mapping[Kind, str] = {
    Kind.MISSING_TABLE: "tables of the catalog that are not there",
    Kind.MISSING_COLUMN: "columns of the catalog that are not there",
    Kind.UNDECLARED_GRANT: "grants that nobody declared",
    Kind.MISSING_GRANT: "declared grants that are missing",
    Kind.EFFECTIVE: "what principals can really do, against what the grants say",
    Kind.MISSING_VIEW: "declared views that are missing",
    Kind.CHANGED_VIEW: "views that are not as declared",
    Kind.UNDECLARED_VIEW: "things in the policy's schemas that nobody declared",
    Kind.MISSING_PRINCIPAL: "principals that are missing",
    Kind.CHANGED_PRINCIPAL: "principals that are more than a role to act as",
    Kind.MEMBERSHIP: "memberships of principals",
    Kind.UNDECLARED_RIGHT: "other rights of principals",
    Kind.DEFAULT_PRIVILEGE: "default privileges, which open what will be created",
    Kind.MASK_KEY: "the key of hashed columns",
    Kind.BYPASS: "roles that stand above the policy",
    Kind.SIDE_DOOR: "objects of others that read declared tables in their owners' names",
    Kind.ROW_SECURITY: "row security of the database itself",
    Kind.POLICY_VERSION: "the policy that is applied",
}


def report_as_text(report: Report, plan_shown: bool) -> str:
    """The report. `plan_shown` is whether the plan stands beside it, so that it need not be recommended."""
    where = f"{report.engine} {report.server}, database {_plain(report.database)}"
    lines = [f"{report.system} ({where}), looked at as {_plain(report.user)}"]
    for kind, found in groupby(report.findings, key=lambda finding: finding.kind):
        lines += ["", HEADINGS[kind], *(line for finding in found for line in _lines(finding))]
    wrong = [finding for finding in report.findings if finding.severity is not Severity.INFO]
    lines.append("")
    lines.append(
        f"{report.principals} principals, {report.cells} open cells compared: {_verdict(len(wrong))}"
    )
    if report.obstacle:
        lines.append(f"no plan can be written: {report.obstacle}")
    elif report.change and not plan_shown:
        by_hand = sum(not finding.planned for finding in wrong)
        rest = f"; {by_hand} of the findings need a hand" if by_hand else ""
        lines.append(f"`--plan` writes the statements that mend this, and their inverse{rest}")
    return "\n".join(lines) + "\n"


def _verdict(count: int) -> str:
    if count == 0:
        return "as declared"
    return "1 finding" if count == 1 else f"{count} findings"


def _lines(finding: Finding) -> Iterator[str]:
    sign = "  note" if finding.severity is Severity.INFO else "  !!  "
    yield f"{sign}  {_plain(finding.subject)}: {_plain(finding.message)}"
    if finding.way_out:
        yield f"          {_plain(finding.way_out)}"


def plan_as_text(change: Change | None) -> str:
    """The plan to read or run, with its inverse below as comments, so that running it never undoes it."""
    if change is None:
        return "-- nothing to change: the database is as declared\n"
    inverse = "".join(f"-- {line}".rstrip() + "\n" for line in change.undo.splitlines())
    return f"{change.apply}\n-- The inverse:\n{inverse}"


def _plain(text: str) -> str:
    """Text of the database for a terminal: whatever could move the cursor or turn the direction is shown as
    its number."""
    return "".join(
        f"\\u{ord(char):04x}"
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _DIRECTION
        else char
        for char in text
    )


_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
