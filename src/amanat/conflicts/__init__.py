"""The conflict engine: where sources of one field contradict each other, why it matters, and what to do.

Pure: a catalog in, a report out. `compare` is the way in; `claims_of` shows who claims what.
"""

from amanat.conflicts.claims import Claim, claims_of
from amanat.conflicts.compare import compare
from amanat.conflicts.report import (
    CANONICAL,
    Basis,
    Conflict,
    Coverage,
    Drift,
    Report,
)
from amanat.model.field import ConflictStatus

__all__ = [
    "CANONICAL",
    "Basis",
    "Claim",
    "Conflict",
    "ConflictStatus",
    "Coverage",
    "Drift",
    "Report",
    "claims_of",
    "compare",
]
