"""How long the plans and reports take that concern the customer, on a catalog that was read before.

    python -m tests.benchmarks.reports                              10,000 fields in 50 systems
    python -m tests.benchmarks.reports --fields 1000 --turns 5

Wall-clock seconds of each command as a process, the median of some turns, beside the seconds of processors; all
commands take turns, after one round to warm up. A third of the fields name stages of the journey. Nothing here
asserts a time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import made, systems_of, write

DAY = ("--as-of", "2026-06-30")
STAGES = ("[entry, completion]", "[engagement]", "[reflection]")


class Took(NamedTuple):
    """Seconds: on the wall, and of processors."""

    wall: float
    cpu: float


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, default=10_000)
    parser.add_argument("--systems", type=int, default=50)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog")
        systems = systems_of(given.systems)
        write(catalog, given.fields, snapshots=True, systems=systems)
        _tell_the_journey(catalog)
        print(f"{given.fields:,} fields, {given.systems} systems")
        commands = _commands(made(0, systems).id, systems[0].key)
        taken: list[list[Took]] = [[] for _ in commands]
        for turn in range(given.turns + 1):
            for command, times in zip(commands, taken, strict=True):
                took = _run(command, catalog)
                if turn:
                    times.append(took)
        for command, times in zip(commands, taken, strict=True):
            wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
            print(f"{' '.join(command):<64} {wall:6.2f} s wall {cpu:6.2f} s cpu")


def _tell_the_journey(catalog: Path) -> None:
    for number, file in enumerate(sorted((catalog / "fields").iterdir())):
        if number % 3 == 0:
            stages = STAGES[number // 3 % len(STAGES)]
            text = file.read_text(encoding="utf-8")
            file.write_text(f"defaults: {{stages: {stages}}}\n{text}", encoding="utf-8", newline="\n")


def _commands(field: str, system: str) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = [
        ("reach", "customer"),
        ("access-request", "customer"),
        ("erasure", "customer", *DAY),
        ("correction", field),
        ("objection", "marketing"),
        ("retention", "explain", field, *DAY),
        ("retention", "calendar", *DAY),
        ("impact", f"system:{system}"),
        ("impact", "--rank"),
        ("benefit", *DAY),
        ("journey", *DAY),
        ("meaning", *DAY),
        ("maturity", *DAY),
    ]
    return [(*one, "-f", form) for one in asked for form in ("text", "json")] + [
        ("quiz", "agent", "-f", "json")
    ]


def _run(command: tuple[str, ...], catalog: Path) -> Took:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "amanat", *command, "--catalog", str(catalog)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu)


if __name__ == "__main__":
    main()
