"""An open page follows what is saved, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Watched
from tests.e2e.conftest import small  # noqa: F401 - a fixture
from tests.e2e.test_docs_serve import MEANING, OTHER, PAGE, Served, save, serve  # noqa: F401 - a fixture


def test_a_page_follows_what_is_saved(small: Path, serve: Callable[..., Served], watched: Watched) -> None:  # noqa: F811
    home = f"http://127.0.0.1:{serve(small).port}"
    page = watched(home)
    page.goto(home + PAGE)
    page.get_by_text(MEANING).first.wait_for()
    save(small, MEANING, OTHER)
    page.get_by_text(OTHER).first.wait_for()
    save(small, "owner: sales\n    classification", "owner: sale\n    classification")
    page.get_by_role("alert").get_by_text("there is no team `sale`").wait_for()
    assert page.get_by_text(OTHER).first.is_visible()
    save(small, "owner: sale\n", "owner: sales\n")
    page.get_by_role("alert").wait_for(state="detached")
