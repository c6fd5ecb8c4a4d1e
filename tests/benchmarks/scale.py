"""How cost grows with the catalog: the comparison alone, synonyms alone, and the whole check.

    python -m tests.benchmarks.scale --fields 10000 100000 1000000

Seconds are those of the processor (user), because they say more than the clock on a shared machine; peak
memory is that of the largest process, and of all processes together (shared pages counted once, sampled
every tenth of a second where the system tells, Linux). Growth is the cost of a field against the smallest
catalog. Catalogs have 2.5 sources a field and the snapshots of all systems.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import write
from tests.benchmarks.run import FOUND, MIB, ROOT

STEPS = ("comparison", "synonyms")


class Cost(NamedTuple):
    """What one size costs: seconds of each step after loading, of the whole check, and its memory in MiB
    (`together` None where the system does not tell)."""

    fields: int
    comparison: float
    synonyms: float
    check: float
    largest: float
    together: float | None


def steps(folder: Path, runs: int) -> dict[str, float]:
    """Median seconds of each step on the catalog in a folder, which is loaded once."""
    from amanat.cli.session import open_catalog
    from amanat.conflicts import compare
    from amanat.conflicts.across import compare_fields

    catalog = open_catalog(folder).catalog
    work: dict[str, Callable[[], object]] = {
        "comparison": lambda: compare(catalog, None),
        "synonyms": lambda: compare_fields(catalog),
    }
    found = {}
    for name in STEPS:
        seconds = []
        for _ in range(runs):
            start = time.process_time()
            work[name]()
            seconds.append(time.process_time() - start)
        found[name] = statistics.median(seconds)
    return found


class _Checked(NamedTuple):
    seconds: float
    largest: float
    together: float | None


def _check(folder: Path) -> _Checked:
    """Run `amanat check` once, and watch its memory."""
    command = (sys.executable, "-m", "amanat", "check", "--no-cache", "--no-color", "-C", str(folder))
    together: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            together.extend(_together(process.pid))
            time.sleep(0.1)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in FOUND:
        raise RuntimeError(f"amanat check ended with {process.returncode}")
    return _Checked(usage.ru_utime, usage.ru_maxrss / MIB, max(together, default=None))


def _together(pid: int) -> Iterator[float]:
    """The memory of a process and its children in MiB, shared pages counted once; nothing if unknown."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        shares = [
            int(line.split()[1])
            for each in (pid, *children)
            for line in Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
            if line.startswith("Pss:")
        ]
    except OSError:
        return  # it has just ended, or this is another system
    yield sum(shares) / 1024


def measure(fields: int, folder: Path, runs: int) -> Cost:
    """The cost at one size; the catalog is made in the folder."""
    write(folder, fields, snapshots=True)
    told = subprocess.run(
        (sys.executable, "-m", "tests.benchmarks.scale", "--steps", str(folder), "--runs", str(runs)),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    of_steps = json.loads(told)
    checks = [_check(folder) for _ in range(runs)]
    return Cost(
        fields,
        of_steps["comparison"],
        of_steps["synonyms"],
        statistics.median(check.seconds for check in checks),
        max(check.largest for check in checks),
        max((check.together for check in checks if check.together is not None), default=None),
    )


def row(cost: Cost, base: Cost) -> str:
    """A line of the table, with the growth of each cost per field against `base`."""

    def grown(now: float, then: float) -> str:
        return f"{now:7.2f} s ({now / cost.fields / (then / base.fields):4.2f} ×)"

    together = "–" if cost.together is None else f"{cost.together:.0f}"
    return (
        f"{cost.fields:>9,}  {grown(cost.comparison, base.comparison)}  {grown(cost.synonyms, base.synonyms)}  "
        f"{grown(cost.check, base.check)}  {cost.largest:7.0f}  {together:>7}"
    )


def main() -> None:
    """Print the table from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3, help="runs whose median is taken")
    parser.add_argument("--steps", type=Path, metavar="FOLDER", help="print the steps alone, as JSON")
    given = parser.parse_args()
    if given.steps is not None:
        print(json.dumps(steps(given.steps, given.runs)))
        return
    print("   fields  comparison           synonyms             whole check          largest  together (MiB)")
    base: Cost | None = None
    for fields in sorted(given.fields):
        with tempfile.TemporaryDirectory() as folder:
            cost = measure(fields, Path(folder), given.runs)
        base = base or cost
        print(row(cost, base), flush=True)


if __name__ == "__main__":
    main()
