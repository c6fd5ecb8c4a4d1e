"""The command line. `run` is the entry point; it answers `--version` before anything is imported."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line and return the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from amanat import __version__

        sys.stdout.write(f"amanat {__version__}\n")
        return 0
    from amanat.cli.main import main

    return main()
