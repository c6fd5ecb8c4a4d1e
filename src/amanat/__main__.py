"""`python -m amanat`."""

import sys

from amanat.cli import run

sys.exit(run())
