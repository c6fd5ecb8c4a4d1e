"""How fast the site's search answers in a real browser: index, pieces, and each key that is typed.

    python -m tests.benchmarks.search                      10,000 fields
    python -m tests.benchmarks.search --fields 100000

Needs Debian's chromium and playwright. Only the index and the search page are written. Times are the page's own,
from the key to the drawn results; a query is typed key by key, each key after the answer to the one before,
first with nothing loaded ("first"), then again ("again"). Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.conflicts import compare
from amanat.docsite import Site
from amanat.docsite.render import Prepared
from amanat.load import load_catalog
from tests.benchmarks.generate import write
from tests.browser.conftest import QUIET

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AS_OF = date(2026, 6, 30)
QUERIES = (
    "telephone number",
    "e-mail address of the customer",
    "نشانی پستی",
    "customer order",
    "crm.",
    "delivery date de",
)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, default=10_000)
    fields = parser.parse_args().fields
    with tempfile.TemporaryDirectory() as folder:
        catalog, site = Path(folder, "catalog"), Path(folder, "site")
        write(catalog, fields, snapshots=True)
        _index(catalog, site)
        _ask(site)


def _index(catalog: Path, site: Path) -> None:
    loaded = load_catalog(catalog)
    report = compare(loaded.catalog, AS_OF)
    start = time.process_time()
    prepared = Prepared(Site(loaded.catalog, (), report, AS_OF, (), loaded.spans))
    took = time.process_time() - start
    size = 0
    for name in (*prepared.pages, *prepared.search):
        if "/search" in name or name.startswith("assets/"):
            content = prepared.content(name)
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            size += len(content) if "/search/" in name else 0
    print(f"{len(loaded.catalog.fields):,} fields: prepared in {took:.1f} s, index of {size / 1e6:.1f} MB")


def _ask(site: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        if path is None:
            raise SystemExit("no browser: install Debian's chromium")
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for query in QUERIES:
            page = browser.new_page()
            page.goto(f"{site.as_uri()}/en/search.html")
            box = page.get_by_role("searchbox")
            rounds = []
            for _ in range(2):
                box.fill("")
                rounds.append([_typed(page, box, query[:n]) for n in _keys(query)])
            shown = page.locator("#answer").inner_text()
            first, again = rounds
            print(
                f"  {query!r:<34} {shown:<28} first: median {statistics.median(first):.0f}, longest {max(first):.0f} ms;"
                f" again: {statistics.median(again):.0f}, {max(again):.0f} ms"
            )
            page.close()
        browser.close()


def _keys(query: str) -> list[int]:
    """After how many keys there is something to answer: not while there is only one letter."""
    return [n for n in range(2, len(query) + 1) if len(query[:n].replace("-", "")) > 1]


def _typed(page: Page, box: Locator, query: str) -> float:
    box.fill(query)
    page.wait_for_function(
        "query => document.querySelector('form[data-kind=page]').dataset.answered === query", arg=query
    )
    return float(page.locator("form[data-kind=page]").get_attribute("data-took") or "nan")


if __name__ == "__main__":
    main()
