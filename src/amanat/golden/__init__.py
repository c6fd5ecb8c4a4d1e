"""The golden record: which value of a field is the customer's, out of all that its sources hold."""

from amanat.golden.making import Golden, golden
from amanat.golden.plan import Authority, Candidate, LeftOut, Plan, Step, Way

__all__ = ["Authority", "Candidate", "Golden", "LeftOut", "Plan", "Step", "Way", "golden"]
