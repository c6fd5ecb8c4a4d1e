"""The case catalog of the policy tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from amanat.load import Loaded
from tests.support import catalog_of

CASES = Path(__file__).parents[2] / "cases" / "policy"
BASE = (CASES / "base.yaml").read_text(encoding="utf-8")
ROOT = """\
catalog:
  name: Test
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU, IR]
  defaults: {owner: crm, subject: customer}
"""


def changed(change: Mapping[str, str] | None = None, more: str = "", **files: str) -> Loaded:
    """The base catalog with texts replaced (each has to occur) and a further file."""
    text = BASE
    for old, new in (change or {}).items():
        assert old in text, f"`{old}` does not occur"
        text = text.replace(old, new)
    return catalog_of({"amanat.yaml": ROOT, "base.yaml": text, "more.yaml": more or "{}", **files})
