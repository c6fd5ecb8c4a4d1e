"""After a breach and before one: what a system, a field or a recipient exposes, whom that concerns, who has
to be called, which clocks run, and what a notification can already say.

Not the assessment of impact of GDPR Art. 35, which `amanat.rules.impact` judges: that one comes before a
processing, this one after an accident.
"""

from __future__ import annotations

from amanat.breach.facts import Impact, impact_of
from amanat.breach.ranking import Exposure, ranking
from amanat.breach.target import Target, find_target

__all__ = ["Exposure", "Impact", "Target", "find_target", "impact_of", "ranking"]
