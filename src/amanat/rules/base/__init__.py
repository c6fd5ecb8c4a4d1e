"""The base catalog that rule examples stand on."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def base_files() -> dict[str, str]:
    """File name to text of the base catalog."""
    return {
        item.name: item.read_text(encoding="utf-8")
        for item in resources.files(__package__).iterdir()
        if item.name.endswith(".yaml")
    }
