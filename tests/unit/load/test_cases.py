"""What the loader says about catalogs that are wrong: one case a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support import catalog_of

CASES = sorted((Path(__file__).parents[2] / "cases" / "load").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_loader_reports_exactly_these_faults_at_their_places(case: Path) -> None:
    data = yaml.safe_load(case.read_text(encoding="utf-8"))
    loaded = catalog_of(data["files"])
    found = []
    for finding in loaded.findings:
        span = finding.span or loaded.spans.span(finding.place, finding.at_key)
        assert span is not None
        found.append(f"{finding.place.file}:{span.line}:{span.column} {finding.code} {finding.message}")
    assert sorted(found) == sorted(data["expect"])


def test_there_are_cases() -> None:
    assert len(CASES) > 15
