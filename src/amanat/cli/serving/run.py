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
PATIENCE = 20
"""Looks for which a file that has become empty is taken to be still being saved: a slow disk shows it so."""


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
    before, empty = seen, 0
    while True:
        time.sleep(PAUSE)
        now = current.stamp()
        empty = empty + 1 if emptied(seen, now) else 0
        if now == before and now != seen and not 0 < empty <= PATIENCE:
            seen = now
            _renew(current, quiet)
        before = now


def emptied(seen: Stamp, now: Stamp) -> bool:
    """Whether a file that held something holds nothing now."""
    held = {path: size for path, _, size in seen}
    return any(size == 0 and held.get(path, 0) > 0 for path, _, size in now)


def _renew(current: Current, quiet: bool) -> None:
    told = current.renew()
    if not quiet or not told.good:
        sys.stdout.write(told.text)
        sys.stdout.flush()
