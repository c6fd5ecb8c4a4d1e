"""What is declared against what a live system grants. Verifiers by engine; the registry is written out.

Everything here that is not in an engine's own folder knows no engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Protocol

from amanat.errors import UsageError
from amanat.memory import uncollected
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.policy.matrix import matrix
from amanat.policy.plan import make_plan
from amanat.policy.verify import mariadb, postgres
from amanat.policy.verify.finding import Report
from amanat.policy.verify.request import Request


class Verifier(Protocol):
    """A module that looks into the systems of one engine."""

    def verify(self, request: Request) -> Report:
        """Look, change nothing, and report."""
        ...


VERIFIERS: Mapping[str, Verifier] = {"mariadb": mariadb, "mysql": mariadb, "postgresql": postgres}
"""Engine, as `engine` of a system spells it, to its verifier."""


def verify_system(
    catalog: Catalog, as_of: date | None, name: str, environ: Mapping[str, str], excepted: Iterable[str] = ()
) -> Report:
    """Verify one system. Raises `UsageError` where the catalog or the environment does not say enough, and
    `EnvironmentFault` where the database does not let us look."""
    system = _system(catalog, name)
    if system.engine is None or system.engine not in VERIFIERS:
        raise UsageError(
            f"no verifier looks into engine `{system.engine or 'unknown'}` of system `{name}`",
            hint=f"there are verifiers for {', '.join(sorted(VERIFIERS))}",
        )
    if system.url_env is None:
        raise UsageError(
            f"the catalog does not say how to reach system `{name}`",
            hint="give it `url_env`: the name of the environment variable that holds the URL",
        )
    url = environ.get(system.url_env, "")
    if not url.strip():
        raise UsageError(
            f"the environment variable {system.url_env} of system `{name}` is not set",
            hint=f"set {system.url_env} to the URL of a user that may look; nothing is changed",
        )
    with uncollected():
        plan = make_plan(matrix(catalog, as_of), [system])
    request = Request(plan.systems[0], plan.digest, plan.as_of, system.url_env, url, frozenset(excepted))
    with uncollected():
        return VERIFIERS[system.engine].verify(request)


def _system(catalog: Catalog, name: str) -> System:
    known = {str(each): system for each, system in catalog.systems.items()}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3) or sorted(known)
    raise UsageError(f"there is no system `{name}`", hint=f"did you mean {', '.join(near) or 'none'}?")
