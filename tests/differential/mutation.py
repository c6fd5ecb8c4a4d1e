"""Mutants: small faults put into the code that writes policy, to see that the proof notices each of them.

A mutant replaces a text that stands once in a module. The faulty module stands beside the sound one: only the
modules that lead from there to the policy use it, so the reference stays what it was.

    python -m tests.differential.mutation                 every mutant in every engine that runs here
    python -m tests.differential.mutation --target duckdb --write    also renews the table in README.md
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.differential.mutants import MUTANTS, Mutant
from tests.differential.proof import PROVERS, MissingError, Prover, prove
from tests.differential.worlds import worlds

WORLDS = 80
"""In how many worlds a mutant may live before it has survived."""
README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- mutants: begin -->", "<!-- mutants: end -->"


class Fate(NamedTuple):
    """What became of a mutant in an engine: the number of the world that killed it (None: it survived)."""

    mutant: Mutant
    target: str
    world: int | None


@contextmanager
def living(mutant: Mutant) -> Iterator[None]:
    """The mutant in the place of the sound code, for as long as the context lasts."""
    first, *way = mutant.way
    sound = importlib.import_module(first)
    source = inspect.getsource(sound)
    if source.count(mutant.old) != 1:
        raise ValueError(
            f"mutant `{mutant.name}`: `{mutant.old}` stands {source.count(mutant.old)} times in {first}"
        )
    faulty = _made(sound, source.replace(mutant.old, mutant.new))
    pairs = [(sound, faulty)]
    for name in way[:-1]:
        between = importlib.import_module(name)
        copy = _made(between, inspect.getsource(between))
        _redirect(copy, pairs)
        pairs.append((between, copy))
    last = importlib.import_module(way[-1])
    before = dict(vars(last))
    _redirect(last, pairs)
    try:
        yield
    finally:
        vars(last).update(before)


def _made(sound: ModuleType, source: str) -> ModuleType:
    module = ModuleType(sound.__name__)
    module.__file__, module.__package__ = sound.__file__, sound.__package__
    sys.modules[module.__name__] = module  # classes look their module up while they are made
    try:
        exec(compile(source, sound.__file__ or "", "exec"), vars(module))
    finally:
        sys.modules[module.__name__] = sound
    return module


def _redirect(module: ModuleType, pairs: Iterable[tuple[ModuleType, ModuleType]]) -> None:
    """Let a module use the copies instead of the modules they were made from."""
    for sound, copy in pairs:
        for name, value in list(vars(module).items()):
            if value is sound:
                setattr(module, name, copy)
            elif not name.startswith("__") and value is getattr(sound, name, _NONE) and hasattr(copy, name):
                setattr(module, name, getattr(copy, name))


_NONE = object()


def fate(mutant: Mutant, prover: Prover, server: Any) -> Fate:
    """Let a mutant live in worlds until one of them tells it from the sound code."""
    seen = 0

    @settings(
        max_examples=WORLDS,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        print_blob=False,
    )
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        nonlocal seen
        seen += 1
        try:
            prove(prover, server, data.draw(worlds(prover.native)))
        except Exception as error:
            raise _KilledError from error

    with living(mutant):
        try:
            judge()
        except _KilledError:
            return Fate(mutant, prover.target, seen)
        return Fate(mutant, prover.target, None)


class _KilledError(Exception):
    """The proof has noticed the mutant."""


def fates(targets: Sequence[str]) -> Iterator[Fate]:
    """What becomes of every mutant in every one of the targets' engines that is installed."""
    for target in targets:
        prover = PROVERS[target]
        try:
            started = prover.start()
        except MissingError as missing:
            print(f"{target}: not run, {missing}", file=sys.stderr)
            continue
        with started as server:
            for mutant in MUTANTS:
                if mutant.targets is None or target in mutant.targets:
                    yield fate(mutant, prover, server)


def table(found: Sequence[Fate]) -> str:
    """The fates as a table in Markdown: a row for each mutant, with the world that killed it in each engine."""
    targets = sorted({each.target for each in found})
    lines = [f"| fault | {' | '.join(targets)} |", "|---|" + "--:|" * len(targets)]
    for mutant in dict.fromkeys(each.mutant for each in found):
        by_target = {each.target: each for each in found if each.mutant is mutant}
        cells = [_cell(by_target[target]) if target in by_target else "" for target in targets]
        lines.append(f"| {mutant.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: Fate) -> str:
    return "**survived**" if found.world is None else str(found.world)


def main() -> None:
    """Run the mutants; exit with 1 when one survives."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--target", nargs="*", choices=sorted(PROVERS), default=sorted(PROVERS))
    parser.add_argument("--write", action="store_true", help="renew the table in README.md")
    given_ = parser.parse_args()
    found: list[Fate] = []
    for each in fates(given_.target):
        print(f"{each.target}: {each.mutant.name}: {_cell(each)}", file=sys.stderr, flush=True)
        found.append(each)
    print(table(found))
    if given_.write:
        text = README.read_text(encoding="utf-8")
        head, _, rest = text.partition(BEGIN)
        _, _, tail = rest.partition(END)
        README.write_text(f"{head}{BEGIN}\n{table(found)}\n{END}{tail}", encoding="utf-8")
    survivors = [each for each in found if each.world is None]
    print(f"{len(found)} mutants, {len(found) - len(survivors)} killed", file=sys.stderr)
    raise SystemExit(1 if survivors or not found else 0)


if __name__ == "__main__":
    main()
