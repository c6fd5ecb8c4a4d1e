"""From a folder of YAML to a catalog: read, check, inherit, build. `load_catalog` is the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amanat.load.catalog import Loaded, load_catalog

__all__ = ["Loaded", "load_catalog"]


def __getattr__(name: str) -> Any:
    """The door, opened when somebody comes: an answer from the cache needs no parser."""
    if name in __all__:
        from amanat.load import catalog

        return getattr(catalog, name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
