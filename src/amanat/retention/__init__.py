"""How long data is kept once everything that is said of it is put together: holds, laws, needs and purposes,
for each system and jurisdiction; what falls due; and the statements that end it. Nothing here runs them."""

from __future__ import annotations

from amanat.retention.effective import Effective, Reckoning
from amanat.retention.terms import Statement

__all__ = ["Effective", "Reckoning", "Statement"]
