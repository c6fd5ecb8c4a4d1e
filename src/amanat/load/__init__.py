"""From a folder of YAML to a catalog: read, check, inherit, build. `load_catalog` is the door."""

from amanat.load.catalog import Loaded, load_catalog

__all__ = ["Loaded", "load_catalog"]
