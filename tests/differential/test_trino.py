"""The Trino policy in real evaluators of Rego, fed with the requests that its plugin documents. Its SQL is parsed
as Trino's and run by proxy on DuckDB: no Trino server is asked."""

from __future__ import annotations

import pytest
import yaml

from tests.differential.rego import INSTALLED, Make
from tests.differential.trino import FILES, catalog, generated, policy_of, wrong_cells, wrong_requests

if not INSTALLED:
    pytest.skip("no evaluator of Rego: install the extra `test`", allow_module_level=True)

REQUESTS = yaml.safe_load((FILES / "requests.yaml").read_text(encoding="utf-8"))

evaluators = pytest.mark.parametrize("make", INSTALLED.values(), ids=INSTALLED)


@evaluators
def test_the_documented_requests_are_answered(make: Make) -> None:
    # rego-cpp writes no text with quotes that can be read back
    plain = [
        case for case in REQUESTS if case.get("rule", "allow") in ("allow", "batch") and "but_for" not in case
    ]
    cases = plain if make is INSTALLED.get("rego-cpp") else REQUESTS
    assert wrong_requests(make, policy_of(generated()[0]), cases) == []


def test_every_cell_is_the_reference_or_told_lost() -> None:
    files, losses = generated()
    assert wrong_cells(INSTALLED["regorus"], policy_of(files), catalog(), losses) == []
