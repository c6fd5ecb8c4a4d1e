"""The web server of `amanat docs serve`: pages from memory, to this machine alone unless told otherwise.

No path is looked up on disk, so none can lead out of the site. A request that names another host is refused:
a page of somebody else's could otherwise read the catalog through a name that it lets point here (DNS
rebinding).
"""

from __future__ import annotations

import html
import ipaddress
import json
import mimetypes
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from amanat.cli.serving.current import Current, State

EVENTS = "/-/events"
_ASSETS = {f"/-/{name}": Path(__file__).parent / name for name in ("live.js", "live.css")}
_HEAD = '<link rel="stylesheet" href="/-/live.css"><script src="/-/live.js" defer></script></head>'
_POLICY = ("default-src 'none';", "default-src 'none'; connect-src 'self';")
_ALIVE = 15.0
"""Seconds after which a silent page is asked whether it is still there."""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'">
<title>{title}</title><link rel="stylesheet" href="/assets/site.css"></head>
<body><main id="main"><h1>{title}</h1><pre>{text}</pre></main></body></html>
"""


def server_of(host: str, port: int, current: Current) -> ThreadingHTTPServer:
    """A server that listens; port 0 is any free one. Raises `OSError` where it cannot."""

    class Handler(_Handler):
        pass

    Handler.current = current
    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    Handler.allowed = _allows(host, server.server_address[1])
    return server


def _allows(host: str, port: int) -> Callable[[str], bool]:
    names = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]", host)}
    anywhere = host in ("0.0.0.0", "::")

    def allowed(asked: str) -> bool:
        name, _, its_port = asked.rpartition(":")
        return asked.lower() in names or (anywhere and its_port == str(port) and _is_address(name))

    return allowed


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class _Handler(BaseHTTPRequestHandler):
    current: Current
    allowed: Callable[[str], bool]
    protocol_version = "HTTP/1.1"

    def version_string(self) -> str:
        """What the server says of itself."""
        return "amanat"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: pages ask for many things."""

    def do_GET(self) -> None:
        """Answer with a file of the site, or with the events."""
        if not type(self).allowed(self.headers.get("Host", "")):
            self._page(
                HTTPStatus.MISDIRECTED_REQUEST,
                "not served under this name",
                "open the address that amanat printed",
            )
            return
        path = unquote(urlsplit(self.path).path)
        if path == EVENTS and self.command == "GET":
            self._events()
        elif path in _ASSETS:
            self._send(HTTPStatus.OK, _type(path), _ASSETS[path].read_bytes())
        else:
            self._site(path.removeprefix("/") or "index.html")

    do_HEAD = do_GET  # noqa: N815

    def _site(self, name: str) -> None:
        state = self.current.state
        if state.site is None:
            self._page(HTTPStatus.SERVICE_UNAVAILABLE, "The catalog has errors", state.wrong or "")
            return
        if name not in state.site:
            self._page(
                HTTPStatus.NOT_FOUND,
                "There is no such page",
                "it may have gone with a change of the catalog; start at /",
            )
            return
        content = state.site.content(name)
        self._send(HTTPStatus.OK, _type(name), _alive(content) if name.endswith(".html") else content)

    def _page(self, status: HTTPStatus, title: str, text: str) -> None:
        shown = _PAGE.format(title=html.escape(title), text=html.escape(text))
        self._send(status, "text/html; charset=utf-8", _alive(shown.encode()))

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _events(self) -> None:
        """Tell the page of each new state, until it goes away."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        state = self.current.state
        try:
            self._tell(state)
            while True:
                seen, state = state.number, self.current.wait(state.number, _ALIVE)
                if state.number == seen:
                    self.wfile.write(b": still here\n\n")
                else:
                    self._tell(state)
        except OSError:
            return  # the page is gone

    def _tell(self, state: State) -> None:
        said = json.dumps({"number": state.number, "wrong": state.wrong, "shown": state.site is not None})
        self.wfile.write(f"data: {said}\n\n".encode())
        self.wfile.flush()


def _alive(page: bytes) -> bytes:
    """The page with the script that loads it anew, and leave to ask this server for news."""
    text = page.decode().replace(*_POLICY, 1)
    return text.replace("</head>", _HEAD, 1).encode()


def _type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
