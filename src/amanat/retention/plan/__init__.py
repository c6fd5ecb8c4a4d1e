"""The SQL that ends what is over in a system: written, never run."""

from __future__ import annotations

from amanat.retention.plan.making import plan
from amanat.retention.plan.model import Cannot, Plan, Step

__all__ = ["Cannot", "Plan", "Step", "plan"]
