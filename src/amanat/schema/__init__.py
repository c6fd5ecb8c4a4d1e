"""JSON Schema checks: a value in, faults out. The schemas beside this file are the one truth about keys
and allowed values; `schemas/` in the repository is their published copy."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

ROOT = "amanat"
FILE = "catalog-file"

INPUT_SCHEMAS = (ROOT, FILE)


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The JSON Schema called `name`, such as `catalog-file`."""
    text = resources.files(__package__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def schema_names() -> tuple[str, ...]:
    """The names of all published schemas, sorted."""
    suffix = ".schema.json"
    files = (item.name for item in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(suffix) for name in files if name.endswith(suffix)))


def schema_files() -> dict[str, bytes]:
    """File name to content of all published schemas."""
    folder = resources.files(__package__)
    names = (f"{name}.schema.json" for name in schema_names())
    return {name: folder.joinpath(name).read_bytes() for name in names}
