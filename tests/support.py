"""What tests share: small catalogs from texts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from amanat.load import Loaded, load_catalog

MINIMAL_ROOT = """\
catalog:
  name: Test
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
"""


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files (name → text or bytes) below a folder, with a minimal `amanat.yaml` if there is none."""
    for name, content in {"amanat.yaml": MINIMAL_ROOT, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def catalog_of(files: Mapping[str, str | bytes]) -> Loaded:
    """Load a catalog made of these files. Positions are read at once, so the folder may go."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder), files)
        loaded = load_catalog(root)
        for file in loaded.catalog.files:
            if file.endswith((".yaml", ".yml")):
                from amanat.text import Place

                loaded.spans.span(Place(file, ()))
        return loaded


@cache
def example_site() -> Mapping[str, bytes]:
    """The files of the example catalog's site on a day in March: rendered once, as it takes seconds."""
    from amanat.conflicts import compare
    from amanat.docsite import Site, render
    from amanat.lint.engine import lint
    from amanat.rules import RULES

    day = date(2026, 3, 1)
    loaded = load_catalog(Path(__file__).parents[1] / "catalog")
    report = compare(loaded.catalog, day)
    return render(Site(loaded.catalog, lint(loaded, RULES, day), report, day, RULES, loaded.spans))
