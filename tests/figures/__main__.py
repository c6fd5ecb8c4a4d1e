"""Prints the figures as tables; `--write` puts them into the README, between their markers."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from tests.figures.declared import OWN, Answer, outcomes
from tests.figures.mechanical import KINDS, figures

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def mechanical_table() -> str:
    """What schemas alone show."""
    lines = [
        "| facet | pairs that differ | found | recall | precision | pairs that agree | left alone |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, facet in KINDS.items():
        its = figures(kind)
        lines.append(
            f"| {facet.value} | {its.found + its.missed} | {its.found} | {its.recall:.3f} "
            f"| {its.precision:.3f} | {its.quiet + len(its.wrong)} | {its.silence:.3f} |"
        )
    return "\n".join(lines)


def declared_table() -> str:
    """What is told once people have declared what a schema cannot show."""
    counts = Counter((outcome.kind, outcome.answer) for outcome in outcomes())
    lines = [
        "| conflict | in the truth | found | told under another facet | recall |",
        "|---|--:|--:|--:|--:|",
    ]
    sums = [0, 0, 0]
    for kind in OWN:
        row = [
            sum(counts[kind, answer] for answer in Answer),
            counts[kind, Answer.FOUND],
            counts[kind, Answer.INSTEAD],
        ]
        lines.append(_row(kind.replace("_", " "), row))
        sums = [total + value for total, value in zip(sums, row, strict=True)]
    lines.append(_row("**all**", sums))
    return "\n".join(lines)


def _row(name: str, row: list[int]) -> str:
    total, found, instead = row
    return f"| {name} | {total} | {found} | {instead or ''} | {(found + instead) / total:.3f} |"


def tables() -> str:
    """Both tables and what joins them, as they stand in the README."""
    return (
        f"{mechanical_table()}\n\n"
        "And what is found of the conflicts that people have seen between these columns, once the facets that a\n"
        "schema cannot show are declared in `catalog/`:\n\n"
        f"{declared_table()}\n"
    )


def written(text: str) -> str:
    """A README with the tables of today between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables()}{END}{after}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    parser.add_argument("--missed", action="store_true", help="also list what is not found")
    arguments = parser.parse_args()
    print(tables(), end="")
    if arguments.missed:
        for outcome in outcomes():
            if outcome.answer in (Answer.MISSED, Answer.SEPARATE):
                print(f"{outcome.answer} {outcome.kind} {outcome.field}: {outcome.one} {outcome.other}")
    if arguments.write:
        README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
