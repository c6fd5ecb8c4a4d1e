"""The canonical layout of a YAML file: same meaning, same comments, one way to write it."""

from amanat.load.layout.form import formatted
from amanat.load.layout.inline import entry_lines

__all__ = ["entry_lines", "formatted"]
