"""One cause, one finding: what breaks in the example catalog is told once, however much refers to it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from amanat.diagnostic import Severity
from amanat.lint.engine import lint
from amanat.load import load_catalog
from amanat.rules import RULES

DAY = date(2026, 11, 1)

BREAKAGES = {
    "an empty root file": ("amanat.yaml", None, "", ["amanat.yaml:1:1 LD101"]),
    "a root file that is no YAML": ("amanat.yaml", None, "catalog: [\n", ["amanat.yaml:2:1 LD101"]),
    "a root file without its map": ("amanat.yaml", None, "rules: {}\n", ["amanat.yaml:1:1 SC103"]),
    "text where a list belongs": (
        "amanat.yaml",
        "jurisdictions: [EU, IR]",
        "jurisdictions: EU",
        ["amanat.yaml:7:18 SC102"],
    ),
    "a misspelled map": ("organisation.yaml", "teams:\n", "teems:\n", ["organisation.yaml:2:1 SC101"]),
    "misspelled purposes": ("purposes.yaml", "\npurposes:\n", "\npurpses:\n", ["purposes.yaml:"]),
    "misspelled roles": ("organisation.yaml", "\nroles:\n", "\nrols:\n", ["organisation.yaml:"]),
    "misspelled classifications": (
        "protection.yaml",
        "classifications:\n",
        "clasifications:\n",
        ["protection.yaml:"],
    ),
    "misspelled retention": ("retention.yaml", "retention:\n", "retenshun:\n", ["retention.yaml:"]),
    "misspelled systems": ("systems/saleor.yaml", "systems:\n", "sytems:\n", ["systems/saleor.yaml:"]),
    "a quote that is not closed": (
        "fields/contact.yaml",
        "en: E-mail address,",
        'en: "E-mail address,',
        ["fields/contact.yaml"],
    ),
    "a misspelled key": (
        "fields/contact.yaml",
        "category: contact.email\n    purposes: [orders",
        "catgory: contact.email\n    purposes: [orders",
        ["fields/contact.yaml:14:5 SC101"],
    ),
    "an unknown owner in a file's defaults": (
        "fields/contact.yaml",
        "owner: crm",
        "owner: cmr",
        ["fields/contact.yaml:3:10 ID101"],
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_the_example_breaks_with_one_error(name: str, example: Path, tmp_path: Path) -> None:
    file, old, new, expected = BREAKAGES[name]
    root = tmp_path / "catalog"
    shutil.copytree(example, root, ignore=shutil.ignore_patterns("build"))
    text = (root / file).read_text(encoding="utf-8")
    assert old is None or old in text
    (root / file).write_text(new if old is None else text.replace(old, new, 1), encoding="utf-8")
    errors = []
    for diagnostic in lint(load_catalog(root), RULES, DAY):
        if diagnostic.severity is Severity.ERROR:
            assert diagnostic.span is not None
            at = f"{diagnostic.place.file}:{diagnostic.span.line}:{diagnostic.span.column}"
            errors.append(f"{at} {diagnostic.code}")
    assert len(errors) == len(expected), errors
    assert all(error.startswith(start) for error, start in zip(errors, expected, strict=True)), errors
