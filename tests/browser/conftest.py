"""Debian's chromium, driven by playwright, on sites opened from files. Every page is watched: an error in the
console or a request that leaves the site fails the test that opened it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import example_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., "Page"]
Watched = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    driver = pytest.importorskip(
        "playwright.sync_api", reason="playwright is missing: install the extra `test`"
    )
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no browser: install Debian's `chromium`")
    with driver.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The site on disk."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the example catalog."""
    return written(example_site(), tmp_path_factory.mktemp("example"))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Makes pages that belong to a site, by its address, and fails when one says or asks what it should not."""
    wrong: list[str] = []
    with _closing(browser) as new_page:

        def watch(home: str, width: int = 1280, dark: bool = False) -> Page:
            page = new_page(width, dark)
            page.on(
                "console",
                lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None,
            )
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on(
                "request",
                lambda request: (
                    None if request.url.startswith((home, "data:")) else wrong.append(request.url)
                ),
            )
            return page

        yield watch
    assert wrong == []


@pytest.fixture
def open_page(watched: Watched) -> Open:
    """Opens a page of a site: `open_page(folder, "en/index.html", width=390, dark=True, anchor="q=mail")`."""

    def opened(site: Path, name: str, *, width: int = 1280, dark: bool = False, anchor: str = "") -> Page:
        page = watched(site.as_uri(), width, dark)
        page.goto(f"{site.as_uri()}/{name}{'#' + anchor if anchor else ''}")
        return page

    return opened


@contextmanager
def _closing(browser: Browser) -> Iterator[Callable[[int, bool], Page]]:
    contexts = []

    def new_page(width: int, dark: bool) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
