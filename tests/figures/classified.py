"""How well columns are classified from names, types, keys and comments: measured on seven real systems, whose
columns somebody labelled by hand."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from amanat.classify.propose import judged
from amanat.classify.vocabulary import kinds
from amanat.load.snapshots import read_snapshot

ROOT = Path(__file__).parents[2]
NONE = "none"
ASKED = (
    "name",
    "email",
    "phone",
    "address",
    "ip_address",
    "credential",
    "payment",
    "language",
    "date_of_birth",
)
"""The categories that the mean is taken of."""
UNSEEN = ("killbill", "lago")
"""The systems that were measured before anybody looked at their columns."""
LABELS = {
    "name": "name",
    "contact.email": "email",
    "contact.phone": "phone",
    "contact.address": "address",
    "contact.postcode": "address",
    "contact.country": "address",
    "device.ip": "ip_address",
    "account.secret": "credential",
    "payment.card": "payment",
    "payment.bank": "payment",
    "payment.transaction": "payment",
    "purchase": "financial",
    "income": "financial",
    "credit_score": "financial",
    "demographic.language": "language",
    "demographic.birth_date": "date_of_birth",
    "demographic.age": "demographic",
    "demographic.gender": "demographic",
    "demographic.nationality": "demographic",
    "demographic.marital": "demographic",
    "demographic.family": "demographic",
    "id.internal": "identifier.customer_id",
    "id.online": "social_account",
    "id.device": "identifier.device",
    "device": "identifier.device",
    "device.mac": "identifier.device",
    "location.precise": "location",
    "location.coarse": "location",
    "photo": "image",
    "consent": "consent",
    "job": "demographic",
    "message.content": "communication_content",
    "opinion": "behaviour",
    "behaviour": "behaviour",
}
"""The label of the ground truth that a category stands for."""
OWN = {"organisation": "organisation", "bag": "free_text"}
"""Kinds that the ground truth tells apart where the taxonomy does not."""


class Outcome(NamedTuple):
    """A column with its label and the one that was proposed."""

    system: str
    label: str
    proposed: str


class Score(NamedTuple):
    """How often a label was right, wrongly given, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of those given, the share that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """Of those that are so, the share that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 0.0


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every labelled column."""
    with (ROOT / "tests/cases/facts/labels.csv").open(encoding="utf-8", newline="") as file:
        truth = {
            (row["system"], row["table"], row["column"]): row["category"] for row in csv.DictReader(file)
        }
    found = []
    for system in sorted({system for system, _, _ in truth}):
        snapshot = read_snapshot(ROOT / "catalog", f"observed/{system}.columns.csv").snapshot
        assert snapshot is not None
        columns = list(snapshot.columns.values())
        said = {(one.table, one.column): weight.kind for one, weight in judged(snapshot, columns, {})}
        for column in columns:
            kind = said.get((column.table, column.column))
            proposed = NONE if kind is None else OWN.get(kind) or LABELS.get(kinds()[kind], kinds()[kind])
            found.append(Outcome(system, truth[system, column.table, column.column], proposed))
    assert len(found) == len(truth)
    return tuple(found)


def scores(systems: Collection[str] = ()) -> dict[str, Score]:
    """The score of each label, over all systems or some."""
    counts: Counter[tuple[str, str]] = Counter(
        (one.label, one.proposed) for one in outcomes() if not systems or one.system in systems
    )
    labels = sorted({label for label, _ in counts} | {proposed for _, proposed in counts})
    return {
        label: Score(
            counts[label, label],
            sum(n for (is_, said), n in counts.items() if said == label != is_),
            sum(n for (is_, said), n in counts.items() if is_ == label != said),
        )
        for label in labels
    }


def personal(systems: Collection[str] = ()) -> Score:
    """The score of "personal or not"."""
    chosen = [one for one in outcomes() if not systems or one.system in systems]
    return Score(
        sum(NONE not in (one.label, one.proposed) for one in chosen),
        sum(one.label == NONE and one.proposed != NONE for one in chosen),
        sum(one.label != NONE and one.proposed == NONE for one in chosen),
    )


def mean() -> float:
    """The mean F1 of the categories asked for."""
    found = scores()
    return sum(found[label].f1 for label in ASKED) / len(ASKED)


def table() -> str:
    """The figures as Markdown."""
    lines = ["| label | columns | precision | recall | F1 |", "|---|--:|--:|--:|--:|"]
    for label, score in scores().items():
        if label != NONE and score.right + score.missed:
            name = f"**{label}**" if label in ASKED else label
            lines.append(_row(name, score))
    lines.append(_row("personal or not", personal()))
    lines.append(_row(f"the same, of {' and '.join(UNSEEN)} alone", personal(UNSEEN)))
    lines.append(f"| mean of the nine in bold | | | | {mean():.3f} |")
    return "\n".join(lines)


def _row(name: str, score: Score) -> str:
    columns = score.right + score.missed
    return f"| {name} | {columns} | {score.precision:.2f} | {score.recall:.2f} | {score.f1:.3f} |"


if __name__ == "__main__":
    print(table())
