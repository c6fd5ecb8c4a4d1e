"""PostgreSQL: reads what is there, compares it with what the policy says, and plans the way between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amanat.connect.postgresql import NotCompiledError, Session, connected
from amanat.diagnostic import Severity
from amanat.errors import EnvironmentFault
from amanat.policy.plan import Table
from amanat.policy.targets.granting import realised
from amanat.policy.targets.postgres.checks import marker
from amanat.policy.targets.postgres.engine import DEFAULT_SCHEMA, POSTGRES
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.relational import Privileges, unquotable
from amanat.policy.verify.finding import Change, Finding, Kind, Report, ordered
from amanat.policy.verify.postgres import plan as planning
from amanat.policy.verify.postgres.bypass import bypasses
from amanat.policy.verify.postgres.compare import findings
from amanat.policy.verify.postgres.doors import doors, told
from amanat.policy.verify.postgres.expected import Expected, expect
from amanat.policy.verify.postgres.facts import ROOM, Live, Relation, Scope, facts_query, read_facts
from amanat.policy.verify.postgres.goal import Difference, goal_of
from amanat.policy.verify.postgres.objects import differing
from amanat.policy.verify.postgres.read import columns_of, effective, standing, trees
from amanat.policy.verify.postgres.seen import Seen, name_of
from amanat.policy.verify.postgres.tree import compared, stored
from amanat.policy.verify.request import Request

__all__ = ["verify"]

_OLDEST = 140000
_OURS = "amanat policy of system "


def verify(request: Request) -> Report:
    """Look into the system's database. Raises `UsageError` and `EnvironmentFault`; changes nothing."""
    with connected(request.plan.system.id, request.variable, request.url) as session:
        return examine(request, session)


def examine(request: Request, session: Session) -> Report:
    """What is found by a session on the database."""
    _refuse(session)
    system = request.plan.system.id
    privileges = realised(POSTGRES, request.plan)[0]
    scope = Scope(_declared(request.plan.tables), _names(privileges), session.version)
    live = read_facts(row for (row,) in session.rows(facts_query(scope)))
    _refuse_another(system, session.database, live, scope)
    expected = expect(privileges, live, columns_of(session, scope.tables))
    changed = _changed(session, live, expected)
    aim = goal_of(live, expected, changed, request.excepted, session.version)
    relations = sorted({*scope.tables, *expected.views})
    cells = effective(session, sorted({*expected.principals, *live.roles}), relations)
    seen = Seen(live, expected, aim, cells, changed, request.excepted, session.version)
    planned = planning.Planned(system, session.database, request.digest, scope, live, expected, aim)
    there = standing(session)
    beside = doors(session, scope.tables, live.rooms)
    supers = [name for name, attributes in there.attributes.items() if "SUPERUSER" in attributes]
    found = [*findings(seen), *bypasses(seen, there), *told(seen, beside, supers), *_version(planned)]
    return Report(
        system,
        POSTGRES.label,
        f"{session.version // 10000}.{session.version % 10000}",
        session.database,
        session.user,
        request.digest,
        request.as_of,
        len(expected.principals),
        sum(len(columns) for columns in cells.values()),
        ordered(found),
        *_change(planned),
    )


def _names(privileges: Sequence[Privileges]) -> list[str]:
    from amanat.policy.targets.postgres.script import by_principal

    return list(by_principal(privileges))


def _declared(tables: Sequence[Table]) -> list[Relation]:
    """The declared tables whose names can be written."""
    found = [(table.schema or DEFAULT_SCHEMA, table.name) for table in tables]
    return [each for each in found if not any(unquotable(POSTGRES, part) for part in each)]


def _refuse(session: Session) -> None:
    if session.version < _OLDEST:
        raise EnvironmentFault(
            f"the policy needs PostgreSQL 14 or later, and the server is {session.version // 10000}"
        )
    if session.encoding != "UTF8":
        raise EnvironmentFault(
            f"database `{session.database}` is in {session.encoding}, and masks count characters of UTF8",
            hint="no policy can be applied there; see the target's loss report",
        )


def _refuse_another(system: str, database: str, live: Live, scope: Scope) -> None:
    comment = live.rooms[ROOM].comment if ROOM in live.rooms else None
    if comment is not None and not comment.startswith(_OURS):
        raise EnvironmentFault(
            f"schema `{ROOM}` of database `{database}` is of another kind, so no policy can stand there",
            hint="rename that schema",
        )
    if comment is not None and not comment.startswith(f"{_OURS}{system}, "):
        other = comment.removeprefix(_OURS).partition(",")[0]
        raise EnvironmentFault(
            f"database `{database}` holds the policy of system `{other}`, not of `{system}`",
            hint=f"check where the URL of `{system}` leads",
        )
    if scope.tables and not live.tables:
        raise EnvironmentFault(
            f"database `{database}` has none of the {len(scope.tables)} tables declared for `{system}`",
            hint="check that the URL leads to the database that the catalog means",
        )


def _changed(session: Session, live: Live, expected: Expected) -> Mapping[Relation, Difference]:
    """The views that are not as declared, and in what. Equal queries are compiled once."""
    there = [key for key in expected.views if key in live.views and live.views[key].kind == "v"]
    held = trees(session, there)
    compiled: dict[str, str | NotCompiledError] = {}
    found: dict[Relation, Difference] = {}
    for key in there:
        view, wanted = live.views[key], expected.views[key]
        options = differing(view.options, wanted.options)
        reasons: list[str] = []
        if view.owner != expected.keeper:
            reasons.append(f"belongs to {name_of(view.owner)} instead of {name_of(expected.keeper)}")
        if view.extras:
            reasons.append("has rules or triggers of its own")
        if wanted.query not in compiled:
            compiled[wanted.query] = _compiled(session, wanted.query)
        tree = compiled[wanted.query]
        if isinstance(tree, NotCompiledError):
            reasons.append(f"what is declared cannot be compiled: {tree.message}")
        elif tree != stored(held.get(key, ""), session.version):
            reasons.append("shows something else than declared: its columns, masks or conditions differ")
        if reasons or options:
            found[key] = Difference("; ".join(filter(None, [options, *reasons])), bool(reasons))
    return found


def _compiled(session: Session, query: str) -> str | NotCompiledError:
    try:
        return compared(session.compiled(query))
    except NotCompiledError as error:
        if error.state == "42501":
            raise EnvironmentFault(
                f"views cannot be compared: {error.message} for `{session.user}`",
                hint="grant the reader USAGE on the schemas of the declared tables and on schema "
                f"{ROOM}; it needs no right on any table",
            ) from None
        return error


def _version(plan: planning.Planned) -> list[Finding]:
    comment = plan.live.rooms[ROOM].comment if ROOM in plan.live.rooms else None
    if comment == marker(plan.system, plan.catalog):
        return []
    if comment is None:
        message = "no policy is applied here"
        return [
            Finding(
                Kind.POLICY_VERSION, Severity.ERROR, f"database {name_of(plan.database)}", message, "", True
            )
        ]
    message = f"the policy was applied from another state of the catalog: {comment.removeprefix(_OURS)}"
    return [Finding(Kind.POLICY_VERSION, Severity.INFO, f"schema {ROOM}", message, "", True)]


def _change(plan: planning.Planned) -> tuple[Change | None, str]:
    """The plan and its inverse, or why there is none."""
    if not planning.is_needed(plan):
        return None, ""
    try:
        return planning.make(plan), ""
    except UnquotableError as error:
        return None, f"a name in the database cannot be written safely: {error}"
