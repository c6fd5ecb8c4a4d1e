"""What a change to the catalog means for the people whose data it is about: two catalogs side by side."""

from amanat.diff.change import Change, Level
from amanat.diff.compare import Compared, compare

__all__ = ["Change", "Compared", "Level", "compare"]
