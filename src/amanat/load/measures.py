"""Reading `observed/<system>.measures.csv`. What is wrong is told with its line, and the rest counts."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix
from amanat.load.discover import MEASURES
from amanat.load.entries import is_date
from amanat.model.measures import Check, Measure, Measures, Outcome
from amanat.model.values import FieldId, SystemId
from amanat.text import Place, Span, unresolved_merge

HEADER = (
    "field",
    "column",
    "check",
    "against",
    "as_of",
    "rows",
    "counted",
    "met",
    "newest",
    "expected",
    "outcome",
    "why",
)
_NUMBERS = ("rows", "counted", "met")
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_CHECKS = {check.value: check for check in Check}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


class MeasuresRead(NamedTuple):
    """The measures of a catalog by system, the digest of each file, and what was wrong with them."""

    by_system: dict[SystemId, Measures]
    digests: list[tuple[str, str]]
    findings: list[Finding]


def read_measures(root: Path, files: Iterable[str]) -> MeasuresRead:
    """Read the measures of a catalog."""
    found = MeasuresRead({}, [], [])
    for file in files:
        try:
            raw = (root / file).read_bytes()
        except OSError as error:
            words = f"cannot be read: {error.strerror}"
            found.findings.append(_fault(file, 1, words, "give read permission"))
            found.digests.append((file, ""))
            continue
        found.digests.append((file, hashlib.sha256(raw).hexdigest()))
        measures, findings = measures_in(file, raw)
        found.findings.extend(findings)
        found.by_system[measures.system] = measures
    return found


def measures_in(file: str, raw: bytes) -> tuple[Measures, list[Finding]]:
    """The measures in a file's bytes, and what was wrong with them."""
    system = SystemId(file.rpartition("/")[2].removesuffix(MEASURES))
    found: list[Measure] = []
    findings: list[Finding] = []
    text = raw.decode("utf-8-sig", errors="replace")
    conflict = unresolved_merge(text)
    reader = csv.reader(io.StringIO(text, newline=""))
    if conflict is not None:
        mend = "keep the lines of both sides: each is a fact of its own"
        findings.append(_fault(file, conflict, "a merge conflict is not resolved here", mend))
    elif next(reader, []) != list(HEADER):
        findings.append(_fault(file, 1, f"has another header than `{','.join(HEADER)}`"))
    else:
        line = reader.line_num + 1
        try:
            for row in reader:
                told = _measure(row, line) if row else ""
                if isinstance(told, Measure):
                    found.append(told)
                elif told:
                    findings.append(_fault(file, line, told))
                line = reader.line_num + 1
        except csv.Error as error:
            findings.append(_fault(file, line, f"is not CSV: {error}"))
    found.sort(key=lambda one: (*one.key, one.as_of))
    return Measures(system, file, tuple(found)), findings


def _measure(row: list[str], line: int) -> Measure | str:
    """The measure of a row, or what is wrong with it."""
    if len(row) != len(HEADER):
        return f"has {len(row)} cells, but the header has {len(HEADER)}"
    cells: Mapping[str, str] = dict(zip(HEADER, row, strict=True))
    for name, known in (("check", _CHECKS), ("outcome", _OUTCOMES)):
        if cells[name] not in known:
            return f"`{cells[name][:40]}` is not a value of `{name}` ({', '.join(known)})"
    if not is_date(cells["as_of"]):
        return f"`{cells['as_of'][:40]}` is not a value of `as_of` (a day, year-month-day)"
    for name in _NUMBERS:
        if cells[name] and not _WHOLE.fullmatch(cells[name]):
            return f"`{cells[name][:40]}` is not a value of `{name}` (a whole number)"
    rows, counted, met = (int(cells[name]) if cells[name] else None for name in _NUMBERS)
    return Measure(
        FieldId(cells["field"]),
        cells["column"],
        _CHECKS[cells["check"]],
        cells["against"],
        cells["as_of"],
        rows,
        counted,
        met,
        cells["newest"],
        cells["expected"],
        _OUTCOMES[cells["outcome"]],
        cells["why"],
        line,
    )


def _fault(file: str, line: int, words: str, mend: str = "") -> Finding:
    system = file.rpartition("/")[2].removesuffix(MEASURES)
    fix = mend or "take the file from git, or measure anew"
    return Finding(
        "LD101",
        words,
        Place(file, (line,)),
        system,
        fix=Fix(fix),
        span=Span(line, 1, line, 1),
        detail=f"line {line}",
    )
