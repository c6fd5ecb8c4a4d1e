"""The baseline: findings that a catalog had when its rules were taken up, counted so that none is added.

It shrinks by itself when findings go, and never grows. A finding is known by rule, subject, fingerprint and
severity, so that moved lines change nothing and a finding that becomes more severe is new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.diagnostic import Diagnostic, Severity

VERSION = 1
NEVER = ("LD", "SC", "ID101", "ID102", "ID103", "ID104")
"""How the codes begin that no baseline takes: they mean that something written did not come into the catalog,
and what was not read has no findings to be known."""


class Key(NamedTuple):
    """What a finding is counted by."""

    rule: str
    subject: str
    severity: str
    fingerprint: str


class BaselineError(ValueError):
    """A baseline that cannot be read; the message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "restore it from git, or write it again knowingly") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each finding is known."""

    counts: Mapping[Key, int]

    @property
    def total(self) -> int:
        """How many findings are known."""
        return sum(self.counts.values())


def baseline_of(diagnostics: Iterable[Diagnostic]) -> Baseline:
    """The baseline that knows these findings, but for those that no baseline takes."""
    return Baseline(Counter(_key(d) for d in diagnostics if not d.code.startswith(NEVER)))


def known(baseline: Baseline, diagnostics: Sequence[Diagnostic]) -> tuple[bool, ...]:
    """Whether the baseline knows each of the diagnostics. Of more than it counts, the last are new. What it
    knows as more severe it knows in a milder form too."""
    left = Counter(baseline.counts)
    found = []
    for diagnostic in diagnostics:
        key = next((key for key in _as_severe(_key(diagnostic)) if left[key]), None)
        if key is not None:
            left[key] -= 1
        found.append(key is not None)
    return tuple(found)


def shrunk(baseline: Baseline, diagnostics: Sequence[Diagnostic]) -> Baseline:
    """The baseline without what is no more. It counts no finding more often than before."""
    left = Counter(baseline.counts)
    kept: Counter[Key] = Counter()
    for diagnostic in diagnostics:
        now = _key(diagnostic)
        key = next((key for key in _as_severe(now) if left[key]), None)
        if key is not None:
            left[key] -= 1
            kept[now] += 1
    return Baseline(kept)


def renamed(
    baseline: Baseline,
    before: Sequence[Diagnostic],
    after: Sequence[Diagnostic],
    reworded: Callable[[str], str],
) -> Baseline:
    """The baseline once an entry has another name, which brings no finding but changes what findings are
    known by: those before and after it, and how a text says the new name."""
    stay = {_key(d) for d in before} & {_key(d) for d in after}
    came: dict[tuple[str, str], list[Diagnostic]] = {}
    for d in after:
        if _key(d) not in stay:
            came.setdefault((d.name, str(d.severity)), []).append(d)
    moved: dict[Key, Key] = {}
    left: dict[tuple[str, str], list[Diagnostic]] = {}
    for d in before:
        if _key(d) not in stay:
            like = came.get((d.name, str(d.severity)), [])
            said = (reworded(d.subject), reworded(d.message))
            now = next((one for one in like if (one.subject, one.message) == said), None)
            if now is None:
                left.setdefault((d.name, str(d.severity)), []).append(d)
            else:
                like.remove(now)
                moved[_key(d)] = _key(now)
    for kind, gone in left.items():  # texts that list ids in another order now
        if len(gone) == len(came.get(kind, [])):
            moved.update((_key(d), _key(now)) for d, now in zip(gone, came[kind], strict=True))
    counts: Counter[Key] = Counter()
    for key, count in baseline.counts.items():
        counts[moved.get(key, key)] += count
    return Baseline(counts)


def to_text(baseline: Baseline) -> str:
    """The baseline as JSON (schema: `baseline.schema.json`), sorted, a line for each finding."""
    rows = [
        json.dumps({**key._asdict(), "count": count}, ensure_ascii=False)
        for key, count in sorted(baseline.counts.items())
        if count
    ]
    body = ",\n  ".join(rows)
    findings = f"[\n  {body}\n ]" if rows else "[]"
    return f'{{\n "version": {VERSION},\n "findings": {findings}\n}}\n'


def from_text(text: str) -> Baseline:
    """Read a baseline. Raises `BaselineError` for anything that `to_text` does not write."""
    try:
        data = json.loads(text)
    except ValueError as error:
        lines = text.split("\n")
        marked = next((number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<< ")), None)
        if marked is not None:
            raise BaselineError(
                f"holds a merge conflict (line {marked})",
                "take either side whole: what is gone goes by itself",
            ) from error
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BaselineError(f"is not whole JSON{where}") from error
    if not isinstance(data, dict) or "version" not in data or not isinstance(data.get("findings"), list):
        raise BaselineError("is not a baseline")
    if data["version"] != VERSION:
        raise BaselineError(f"is of version {data['version']}, and this amanat knows version {VERSION}")
    counts: Counter[Key] = Counter()
    for number, row in enumerate(data["findings"], 1):
        key, count = _row(row, number)
        if key in counts:
            raise BaselineError(f"counts finding {number} (`{key.rule}` of `{key.subject}`) twice")
        counts[key] = count
    return Baseline(counts)


def _row(row: object, number: int) -> tuple[Key, int]:
    fields = {*Key._fields, "count"}
    if not isinstance(row, dict) or row.keys() != fields:
        raise BaselineError(f"has a finding {number} without {', '.join(sorted(fields))}")
    count = row.pop("count")
    words = all(isinstance(value, str) for value in row.values())
    if not words or isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BaselineError(f"has a finding {number} with a value of the wrong kind")
    key = Key(**row)
    if key.severity not in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        raise BaselineError(f"has a finding {number} of severity `{key.severity}`")
    return key, count


def _key(d: Diagnostic) -> Key:
    return Key(d.name, d.subject, str(d.severity), d.fingerprint)


def _as_severe(key: Key) -> list[Key]:
    """The key, and those of the same finding where it was more severe."""
    rank = Severity(key.severity).rank
    worse = [s for s in (Severity.INFO, Severity.WARNING, Severity.ERROR) if s.rank <= rank]
    return [key._replace(severity=str(severity)) for severity in worse]
