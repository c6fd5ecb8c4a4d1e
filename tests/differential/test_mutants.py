"""The faults that the mutation run puts in: each still fits the code. The run itself is a command of its own."""

from __future__ import annotations

import importlib
import inspect

import pytest

from tests.differential.mutants import MUTANTS, Mutant
from tests.differential.mutation import Fate, listed, merged
from tests.differential.proof import PROVERS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_text_that_a_mutant_replaces_stands_once_in_its_module(mutant: Mutant) -> None:
    for module, old, new in mutant.edits:
        assert module in mutant.way[:-1]
        assert inspect.getsource(importlib.import_module(module)).count(old) == 1
        assert old != new
    assert mutant.targets is None or mutant.targets <= set(PROVERS)


@pytest.mark.parametrize("target", sorted(PROVERS))
def test_no_two_mutants_of_a_target_have_one_name(target: str) -> None:
    names = [mutant.name for mutant in MUTANTS if mutant.targets is None or target in mutant.targets]
    assert len(names) == len(set(names))


def test_writing_what_one_target_found_leaves_the_others() -> None:
    before = [Fate("opa", "kept", "answers"), Fate("sqlite", "renewed", None), Fate("trino", "lives", None)]
    after = merged([Fate("sqlite", "renewed", "world 2")], f"# Title\n\n{listed(before)}\n")
    assert after == [before[0], Fate("sqlite", "renewed", "world 2"), before[2]]
