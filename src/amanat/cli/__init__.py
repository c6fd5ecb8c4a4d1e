"""The command line. `run` is the entry point; it answers `--version` before anything is imported."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress


def run() -> int:
    """Run the command line; end the process with the exit code, or return it where something else goes on."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from amanat import __version__

        sys.stdout.write(f"amanat {__version__}\n")
        return 0
    from amanat.cli.main import main

    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stdout or nowhere  # None where the caller has closed it
        sys.stderr = sys.stderr or nowhere
        return _ended(main())


def _ended(code: int) -> int:
    """End the process here, once everything is written: to take the objects of a large catalog apart one by
    one takes longer than many an answer. A thread that is still at work, a debugger or a profiler goes on as
    usual."""
    import threading

    if threading.active_count() > 1 or sys.gettrace() is not None or sys.getprofile() is not None:
        return code
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader went away, which is no error
    except OSError as error:
        from amanat.cli.main import unwritten

        code = code or unwritten(error)
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)
