"""What a verifier is asked."""

from __future__ import annotations

from typing import NamedTuple

from amanat.policy.plan import SystemPlan


class Request(NamedTuple):
    """The plan of one system, the URL of its database and the environment variable that holds it. What roles
    in `excepted` hold is told and left alone. `digest` is the catalog's."""

    plan: SystemPlan
    digest: str
    as_of: str
    variable: str
    url: str
    excepted: frozenset[str]
