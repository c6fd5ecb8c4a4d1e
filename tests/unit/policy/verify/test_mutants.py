"""The faults that tests of `policy verify` have to notice can still be put in, each at one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.verify import MUTANTS, ROOT, Mutant, apply


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_its_code_is_there_once_and_its_tests_are_there(mutant: Mutant, tmp_path: Path) -> None:
    copy = tmp_path / mutant.file
    copy.parent.mkdir(parents=True)
    copy.write_bytes((ROOT / mutant.file).read_bytes())
    apply(mutant, tmp_path)
    assert copy.read_text() != (ROOT / mutant.file).read_text()
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text() if name else (ROOT / file).is_file()
