"""The canonical layout of a YAML file: same meaning, same comments, one way to write it."""

from amanat.load.layout.form import formatted

__all__ = ["formatted"]
