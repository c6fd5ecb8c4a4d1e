"""The loop of `amanat docs serve`: watch, renew, say so."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from amanat.cli.serving.current import Current, Stamp
from amanat.cli.serving.server import server_of
from amanat.errors import EnvironmentFault

PAUSE = 0.15
"""Seconds between two looks at the files. What two looks see alike has been saved to its end."""


def serve(root: Path | None, host: str, port: int, as_of: str | None, browse: bool, quiet: bool) -> None:
    """Serve until interrupted. Raises `EnvironmentFault` where the port cannot be had."""
    current = Current(root, as_of)
    seen = current.stamp()
    try:
        server = server_of(host, port, current)
    except OSError as error:
        raise EnvironmentFault(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            hint="choose another with --port, or --port 0 for any free one",
        ) from error
    _renew(current, quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{server.server_address[1]}/"
    sys.stdout.write(f"serving {address} (Ctrl-C ends it; a saved file is shown at once)\n")
    sys.stdout.flush()
    if browse:
        import webbrowser

        webbrowser.open(address)
    try:
        _watch(current, seen, quiet)
    finally:
        server.shutdown()
        server.server_close()


def _watch(current: Current, seen: Stamp, quiet: bool) -> None:
    before = seen
    while True:
        time.sleep(PAUSE)
        now = current.stamp()
        if now == before and now != seen:
            seen = now
            _renew(current, quiet)
        before = now


def _renew(current: Current, quiet: bool) -> None:
    told = current.renew()
    if not quiet or not told.good:
        sys.stdout.write(told.text)
        sys.stdout.flush()
