"""Which views are not as declared, compared after the server has compiled them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from amanat.connect.mariadb import NotCompiledError
from amanat.errors import EnvironmentFault
from amanat.policy.targets.mariadb.quoting import qualified
from amanat.policy.verify.mariadb.expected import Expected, ExpectedView
from amanat.policy.verify.mariadb.facts import Live, LiveView, Relation
from amanat.policy.verify.mariadb.seen import account, name_of
from amanat.policy.verify.mariadb.text import body_of, names, over_stand_ins, plain


class Compiler(Protocol):
    """A session, as comparing needs it."""

    @property
    def user(self) -> str:
        """Whom it looks as."""
        ...

    def definition(self, view: str) -> bytes | None:
        """The statement that makes a view."""
        ...

    def compiled(self, query: str) -> str:
        """What the server makes of a query."""
        ...


def texts_of(server: Compiler, live: Live) -> dict[Relation, str]:
    """The statements that make the views that are there."""
    found: dict[Relation, str] = {}
    for at in sorted(live.views):
        raw = server.definition(qualified(*at))
        if raw is None:
            raise EnvironmentFault(
                f"views cannot be compared: `{server.user}` may not see how {name_of(*at)} is made",
                hint="grant the reader SELECT and SHOW VIEW on the databases of the policy's views",
            )
        found[at] = plain(raw)
    return found


def changed(
    server: Compiler, live: Live, expected: Expected, texts: Mapping[Relation, str]
) -> dict[Relation, str]:
    """The views that are there and not as declared, and in what."""
    compiled: dict[str, str] = {}
    found: dict[Relation, str] = {}
    for at, wanted in sorted(expected.views.items()):
        if at not in live.views:
            continue
        reasons = list(_options(live.views[at], wanted, expected.keeper))
        if why := _shows_else(server, wanted, body_of(texts[at]), compiled):
            reasons.append(why)
        if reasons:
            found[at] = "; ".join(reasons)
    return found


def _options(view: LiveView, wanted: ExpectedView, keeper: str) -> list[str]:
    found = []
    if view.security != "DEFINER":
        found.append(f"reads with the rights of its {view.security.lower()}, not of its definer")
    if view.definer != keeper:
        found.append(f"reads in the name of {account(view.definer)} instead of {account(keeper)}")
    if view.algorithm != wanted.algorithm:
        found.append(f"is worked out as {view.algorithm} instead of {wanted.algorithm}")
    if view.check != "NONE":
        found.append(f"has a check option ({view.check})")
    return found


def _shows_else(server: Compiler, wanted: ExpectedView, body: str, compiled: dict[str, str]) -> str:
    """In what a view shows something else; "" where it does not."""
    differs = "shows something else than declared: its columns, masks or conditions differ"
    if wanted.query not in compiled:
        try:
            compiled[wanted.query] = server.compiled(over_stand_ins(wanted.query, wanted.columns))
        except NotCompiledError as error:
            return f"what is declared cannot be compiled: {error}"
    if names(body) != names(wanted.query):
        return differs
    try:
        found = server.compiled(over_stand_ins(body, wanted.columns))
    except NotCompiledError:
        return differs
    return "" if found == compiled[wanted.query] else differs
