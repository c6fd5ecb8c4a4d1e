"""Mutants: small faults put into the code that writes policy, to see that the proof notices each of them.

python -m tests.differential.mutation                     every mutant, in every engine that runs here
python -m tests.differential.mutation --target duckdb     of one target
python -m tests.differential.mutation --write             also renews MUTANTS.md and the table in README.md
                                                          (of the targets that ran; the others stay)
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.differential import shop
from tests.differential.engine import MissingError
from tests.differential.living import living
from tests.differential.mutants import MUTANTS, Mutant
from tests.differential.proof import PROVERS, Prover, prove
from tests.differential.worlds import worlds

WORLDS = 150
"""In how many worlds a mutant may live before it has survived."""
HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
BEGIN, END = "<!-- mutants: begin -->", "<!-- mutants: end -->"


class Fate(NamedTuple):
    """What became of a fault in a target: what noticed it (None: nothing did)."""

    target: str
    name: str
    killer: str | None


def in_worlds(target: str) -> Iterator[Fate]:
    """Faults that live in drawn worlds until one of them tells the difference."""
    prover = PROVERS[target]
    with prover.start() as server:
        for mutant in MUTANTS:
            if mutant.targets is None or target in mutant.targets:
                yield Fate(target, mutant.name, _killer(mutant, prover, server))


def _tested(mutant: Mutant) -> str | None:
    """Whether the mutant's own test fails while it lives."""
    shop.files.cache_clear()
    with living(mutant), redirect_stdout(io.StringIO()):
        code = pytest.main(["-q", "-p", "no:cacheprovider", str(HERE / mutant.test)])
    shop.files.cache_clear()
    return "its test" if code == pytest.ExitCode.TESTS_FAILED else None


def _killer(mutant: Mutant, prover: Prover, server: Any) -> str | None:
    if mutant.test:
        return _tested(mutant)
    seen = 0

    @settings(
        max_examples=WORLDS,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
    )
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        nonlocal seen
        world = data.draw(worlds(prover.native))
        seen += 1
        try:
            prove(prover, server, world)
        except Exception as error:
            raise _KilledError from error

    with living(mutant):
        try:
            judge()
        except _KilledError:
            return f"world {seen}"
    return None


class _KilledError(Exception):
    """The proof has noticed the mutant."""


def in_cedar(target: str) -> Iterator[Fate]:
    """Faults of the Cedar files, noticed by the cells that Cedar answers or by what it checks."""
    try:
        from tests.differential.cedar_mutants import MUTANTS as FAULTS
        from tests.differential.cedar_mutants import guarded, killed_by
    except ImportError as error:
        raise MissingError("cedarpy is missing: install the extra `test`") from error
    from tests.differential.shop import AS_OF

    for name, mutation in FAULTS.items():
        yield Fate(target, name, killed_by(mutation, guarded(), AS_OF) or None)


def in_rego(target: str) -> Iterator[Fate]:
    """Faults of the Rego and its data, noticed by the answers of an evaluator."""
    from tests.differential.rego import INSTALLED
    from tests.differential.rego_mutants import OPA, TRINO, survivors

    if "regorus" not in INSTALLED:
        raise MissingError("no evaluator of Rego: install the extra `test`")
    for name in {"opa": OPA, "trino": TRINO}[target]:
        left = survivors(INSTALLED["regorus"], [f"{target}: {name}"])
        yield Fate(target, name, None if left else "answers")


def in_verify(target: str) -> Iterator[Fate]:
    """Faults of `policy verify`, noticed by its tests."""
    from tests.mutants.verify import MUTANTS as FAULTS
    from tests.mutants.verify import unnoticed

    for fault in FAULTS:
        yield Fate(target, fault.name, None if unnoticed([fault]) else "tests")


RUNS: Mapping[str, Callable[[str], Iterator[Fate]]] = {
    **dict.fromkeys(PROVERS, in_worlds),
    "cedar": in_cedar,
    "opa": in_rego,
    "trino": in_rego,
    "verify": in_verify,
}
"""Who runs the faults of which target; `verify` is `amanat policy verify`."""


def listed(found: Sequence[Fate]) -> str:
    """Every fault with what noticed it, as a table in Markdown."""
    lines = ["| target | fault | noticed by |", "|---|---|---|"]
    lines += [f"| {each.target} | {each.name} | {each.killer or '**nothing**'} |" for each in found]
    return "\n".join(lines)


def counted(found: Sequence[Fate]) -> str:
    """The numbers of faults and of those noticed, by target, as a table in Markdown."""
    lines = ["| target | faults | noticed |", "|---|--:|--:|"]
    for target in dict.fromkeys(each.target for each in found):
        fates = [each for each in found if each.target == target]
        lines.append(f"| `{target}` | {len(fates)} | {sum(each.killer is not None for each in fates)} |")
    return "\n".join(lines)


def merged(found: Sequence[Fate], document: str) -> list[Fate]:
    """What was found now, and of the targets that did not run now what the document says, by target."""
    ran = {each.target for each in found}
    rows = (line.strip("| ").split(" | ") for line in document.splitlines() if line.startswith("| "))
    kept = [
        Fate(target, name, None if killer == "**nothing**" else killer)
        for target, name, killer in rows
        if target not in ran | {"target"}
    ]
    return sorted([*kept, *found], key=lambda each: each.target)


def _write(ran: Sequence[Fate]) -> None:
    document = HERE / "MUTANTS.md"
    found = merged(ran, document.read_text(encoding="utf-8"))
    intro = "# Faults that the proof notices\n\nMade by `python -m tests.differential.mutation --write`.\n\n"
    document.write_text(f"{intro}{listed(found)}\n", encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    README.write_text(f"{head}{BEGIN}\n{counted(found)}\n{END}{tail}", encoding="utf-8")


def main() -> None:
    """Run the mutants; exit with 1 when one survives, or an engine is missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--target", nargs="*", choices=sorted(RUNS), default=sorted(RUNS))
    parser.add_argument("--write", action="store_true", help="renew the tables in the documents")
    asked = parser.parse_args()
    found: list[Fate] = []
    missing = 0
    for target in asked.target:
        try:
            for each in RUNS[target](target):
                print(f"{target}: {each.name}: {each.killer or 'SURVIVED'}", flush=True)
                found.append(each)
        except MissingError as error:
            missing += 1
            print(f"{target}: NOT RUN: {error}", flush=True)
    print(counted(found))
    if asked.write:
        _write(found)
    survived = sum(each.killer is None for each in found)
    print(f"{len(found) - survived} passed, {survived} failed")
    raise SystemExit(1 if survived or missing else 0)


if __name__ == "__main__":
    main()
