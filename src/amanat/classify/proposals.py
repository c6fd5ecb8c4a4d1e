"""Proposals in a file that people review: `observed/<system>.proposals.csv`, a line for each unmapped column
that something speaks for.

Whoever reviews writes `accept` or `reject` under `decision`, changes `category` and `field` as is right, and
says why under `reason`. What was decided stays, as long as the column is as it was and the detector is the
one that proposed; otherwise the column is judged again, and what was decided before is told under `before`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.classify.vocabulary import DETECTOR
from amanat.inventory.csv import as_meant, harmless, lines
from amanat.model.snapshot import ObservedColumn

HEADER = (
    *("table", "column", "category", "classification", "field", "confidence", "evidence"),
    *("decision", "reason", "before", "detector", "state"),
)
ACCEPT, REJECT = "accept", "reject"
DECISIONS = ("", ACCEPT, REJECT)


class Proposal(NamedTuple):
    """A line. `field` is the id of the field that the column may be a source of, or of one to add; `state`
    stands for the column as it was judged."""

    table: str
    column: str
    category: str
    classification: str
    field: str
    confidence: str
    evidence: str
    decision: str = ""
    reason: str = ""
    before: str = ""
    detector: str = DETECTOR
    state: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What the line is about."""
        return self.table, self.column


class Faulty(Exception):  # noqa: N818 - an answer, not a fault
    """A file of proposals cannot be used. The message says where and why, as `line: words`."""


def state_of(column: ObservedColumn) -> str:
    """A short digest of what was judged: another one means another column."""
    told = (column.table, column.column, column.type, column.length, sorted(column.values), column.keys)
    return hashlib.sha256(repr((told, column.comment)).encode()).hexdigest()[:12]


def to_text(proposals: Iterable[Proposal]) -> str:
    """The file, sorted by table and column."""
    rows = sorted(proposals, key=lambda one: one.key)
    return "".join(lines(HEADER, [[harmless(cell) for cell in row] for row in rows]))


def from_text(text: str) -> list[Proposal]:
    """The lines of a file that people may have edited. Raises `Faulty`."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = next(reader, [])
    if missing := [name for name in HEADER if name not in header]:
        raise Faulty(f"1: the column `{missing[0]}` is missing")
    found = []
    for row in reader:
        if not any(row):
            continue
        if len(row) != len(header):
            raise Faulty(f"{reader.line_num}: {len(row)} cells, where the header has {len(header)}")
        cells = dict(zip(header, row, strict=True))
        one = Proposal(*(as_meant(cells[name]).strip() for name in HEADER))
        if one.decision.lower() not in DECISIONS:
            raise Faulty(
                f"{reader.line_num}: `{one.decision}` is no decision: write accept, reject or nothing"
            )
        if one.decision.lower() == REJECT and not one.reason.strip():
            raise Faulty(f"{reader.line_num}: rejected without a `reason`")
        found.append(one._replace(decision=one.decision.lower()))
    return found


def merged(made: Sequence[Proposal], earlier: Sequence[Proposal]) -> list[Proposal]:
    """New proposals with what people decided about earlier ones. A decision whose column or detector has
    changed is told under `before`, and asked for again. Accepted lines that nothing speaks for any more
    stay."""
    decided: Mapping[tuple[str, str], Proposal] = {
        one.key: one for one in earlier if one.decision or one.before
    }
    return list(_merged(made, decided))


def _merged(made: Sequence[Proposal], decided: Mapping[tuple[str, str], Proposal]) -> Iterator[Proposal]:
    seen = set()
    for one in made:
        seen.add(one.key)
        old = decided.get(one.key)
        if old is None:
            yield one
        elif (old.state, old.detector) == (one.state, one.detector):
            yield old._replace(confidence=one.confidence, evidence=one.evidence) if not old.decision else old
        else:
            why = f" ({old.reason})" if old.reason else ""
            before = f"{old.decision}ed by detector {old.detector}{why}" if old.decision else old.before
            yield one._replace(before=before)
    yield from (old for key, old in decided.items() if key not in seen and old.decision == ACCEPT)
