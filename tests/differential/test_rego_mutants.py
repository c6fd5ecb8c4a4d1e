"""The comparison with the reference is worth something: no faulty policy passes it."""

from __future__ import annotations

import pytest

from tests.differential.rego import INSTALLED
from tests.differential.rego_mutants import survivors

if not INSTALLED:
    pytest.skip("no evaluator of Rego: install the extra `test`", allow_module_level=True)


def test_no_mutant_survives() -> None:
    assert survivors(INSTALLED["regorus"]) == []
