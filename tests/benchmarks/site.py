"""How long the whole build takes, what an edit costs, and how heavy pages are.

    python -m tests.benchmarks.site                     1,000 fields
    python -m tests.benchmarks.site --fields 10000

Wall-clock seconds of `amanat build` as a process: into an empty folder, again, after an edit of a sentence of a
field, of another value of it, and of what all pages rest on; then of `amanat docs serve`: from the saved file to
the new page. A page's weight is its own and that of the style sheet and scripts it loads, without the index of
the search. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import http.client
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.generate import write


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, default=1_000)
    fields = parser.parse_args().fields
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder, "catalog")
        write(catalog, fields, snapshots=True)
        edited = next(file for file in sorted(catalog.rglob("*.yaml")) if "fields:" in file.read_text())
        print(f"{fields:,} fields")
        _timed("build into an empty folder", lambda: _build(catalog))
        _timed("the same again", lambda: _build(catalog))
        _edit(edited, 1)
        _timed("build after an edit of a sentence", lambda: _build(catalog))
        _edit_origin(edited)
        _timed("build after an edit of a value", lambda: _build(catalog))
        with (catalog / "organisation.yaml").open("a") as file:
            file.write("# All pages rest on this.\n")
        _timed("build after an edit for all pages", lambda: _build(catalog))
        _weigh(catalog / "build" / "site")
        _serve(catalog, edited)


def _timed(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{what:<34} {time.perf_counter() - start:6.2f} s", flush=True)


def _build(catalog: Path) -> None:
    subprocess.run([sys.executable, "-m", "amanat", "build", str(catalog), "--quiet"], check=True)


def _edit(file: Path, number: int) -> str:
    """Put a word into the first definition of a file; return the field."""
    text = file.read_text()
    found = re.search(r"^  ([a-z_.0-9]+):\n(?:    .*\n)*?    definition:\n      en: ", text, re.MULTILINE)
    assert found, text[:800]
    mark = f"Edit{number} "
    text = text[: found.end()] + mark + re.sub(r"^(Edit\d+ )+", "", text[found.end() :])
    file.write_text(text)
    return found[1]


def _edit_origin(file: Path) -> None:
    """Give the first field of a file another origin."""
    text = file.read_text()
    found = re.search(r"^    origin: (\w+)$", text, re.MULTILINE)
    assert found, text[:800]
    other = "observed" if found[1] == "given" else "given"
    file.write_text(f"{text[: found.start(1)]}{other}{text[found.end(1) :]}")


def _weigh(site: Path) -> None:
    shared = sum(file.stat().st_size for file in (site / "assets").iterdir() if file.is_file())
    pages = sorted((file.stat().st_size, str(file.relative_to(site))) for file in site.rglob("*.html"))
    heavy = ", ".join(f"{name} {size / 1e3:.0f} kB" for size, name in pages[-3:])
    print(
        f"{len(pages):,} pages; the heaviest: {heavy}; beside each {shared / 1e3:.0f} kB of style and scripts"
    )


def _serve(catalog: Path, edited: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "amanat", "docs", "serve", str(catalog), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        lines = iter(server.stdout)
        port = next(
            int(found[1]) for line in lines if (found := re.match(r"serving http://[^:]+:(\d+)/", line))
        )
        field = _edit(edited, 2)

        def shown() -> None:
            next(lines)
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", f"/en/fields/{field}.html")
            assert b"Edit2 " in connection.getresponse().read()

        _timed("docs serve: saved to shown", shown)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
