"""The site while one edits: a real server, real requests, real saved files."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Run

PAGE = "/en/fields/customer.id.html"
MEANING = "Number by which every system knows the customer."
OTHER = "Number by which people know the customer."


class Served:
    """A running server, and requests to it."""

    def __init__(self, catalog: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "amanat", "docs", "serve", str(catalog), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        assert self.process.stdout is not None
        self.told: list[str] = []
        for line in self.process.stdout:
            self.told.append(line)
            found = re.match(r"serving http://127\.0\.0\.1:(\d+)/", line)
            if found:
                self.port = int(found[1])
                return
        raise AssertionError(self.process.communicate())

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """Status and text of an answer. The path goes out as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def events(self) -> Iterator[dict[str, Any]]:
        """Each new state, as a page hears of it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/-/events")
        answer = connection.getresponse()
        for line in answer:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])

    def stop(self) -> tuple[int, str, str]:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=30)
        return self.process.returncode, output, errors


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(catalog: Path, *options: str) -> Served:
        running.append(Served(catalog, *options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.communicate()


def save(catalog: Path, old: str, new: str) -> None:
    """Save the small catalog's file with another text."""
    file = catalog / "base.yaml"
    file.write_text(file.read_text().replace(old, new))


def test_a_saved_file_is_shown_and_errors_keep_the_last_good_site(
    small: Path, serve: Callable[..., Served]
) -> None:
    served = serve(small)
    events = served.events()
    first = next(events)
    assert (first["wrong"], first["shown"]) == (None, True)
    assert MEANING in served.ask(PAGE)[1]

    save(small, MEANING, OTHER)
    second = next(events)
    assert second["number"] > first["number"]
    assert OTHER in served.ask(PAGE)[1]

    save(small, "owner: sales\n    classification", "owner: sale\n    classification")
    third = next(events)
    assert "there is no team `sale`" in third["wrong"] and re.search(r"base\.yaml:\d+:12 ", third["wrong"])
    assert OTHER in served.ask(PAGE)[1]

    save(small, "owner: sale\n", "owner: sales\n")
    assert next(events)["wrong"] is None
    assert OTHER in served.ask(PAGE)[1]
    code, _, errors = served.stop()
    assert code == 130
    assert errors == "interrupted\n"


def test_a_catalog_with_errors_is_told_and_mends_itself(small: Path, serve: Callable[..., Served]) -> None:
    save(small, "owner: sales\n    classification", "owner: '<b>sale'\n    classification")
    served = serve(small)
    status, text = served.ask("/")
    assert status == 503
    assert "there is no team `&lt;b&gt;sale`" in text and "<b>" not in text
    events = served.events()
    assert next(events)["shown"] is False
    save(small, "'<b>sale'", "sales")
    assert next(events)["shown"] is True
    assert served.ask("/en/index.html")[0] == 200


def test_a_catalog_that_goes_away_meanwhile_is_said(small: Path, serve: Callable[..., Served]) -> None:
    served = serve(small)
    events = served.events()
    next(events)
    os.rename(small / "amanat.yaml", small / "amanat.txt")
    assert next(events)["wrong"]
    assert served.ask("/en/index.html")[0] == 200
    os.rename(small / "amanat.txt", small / "amanat.yaml")
    assert next(events)["wrong"] is None


def test_nothing_but_the_site_is_served(small: Path, serve: Callable[..., Served]) -> None:
    served = serve(small)
    for path in (
        "/../amanat.yaml",
        "/..%2famanat.yaml",
        "/en/../../amanat.yaml",
        "//etc/passwd",
        "/%00",
        "/en/",
        "/nowhere",
    ):
        status, text = served.ask(path)
        assert status == 404, path
        assert "catalog:" not in text and "root:" not in text, path
    assert served.ask("/en/index.html")[0] == 200


def test_other_names_and_other_methods_are_refused(small: Path, serve: Callable[..., Served]) -> None:
    served = serve(small)
    assert served.ask("/", Host="evil.example")[0] == 421
    assert served.ask("/", Host=f"evil.example:{served.port}")[0] == 421
    assert served.ask("/-/events", Host="evil.example")[0] == 421
    assert served.ask("/", Host=f"localhost:{served.port}")[0] == 200
    assert served.ask("/", "HEAD") == (200, "")
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert served.ask("/", method)[0] == 501


def test_pages_may_ask_this_server_alone(small: Path, serve: Callable[..., Served]) -> None:
    _, text = serve(small).ask("/en/index.html")
    assert "default-src 'none'; connect-src 'self'; style-src 'self'; script-src 'self'" in text
    assert not re.search(r"https?://", re.sub(r"http://www\.w3\.org/\S+", "", text))


def test_a_port_that_is_taken_is_said(run: Run, small: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("docs", "serve", str(small), "--port", str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "--port 0" in done.stderr


def test_a_folder_without_a_catalog_is_said(run: Run, tmp_path: Path) -> None:
    done = run("docs", "serve", str(tmp_path))
    assert done.returncode == 2
    assert "is not a catalog" in done.stderr
