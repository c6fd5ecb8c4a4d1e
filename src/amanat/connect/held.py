"""Where the URL of a database was given."""

from __future__ import annotations


def held_in(variable: str) -> str:
    """The environment variable that held a URL, in words; the option where none did."""
    return f"the environment variable {variable}" if variable else "`--url`"
