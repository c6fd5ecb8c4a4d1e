"""MariaDB: reads what is there, compares it with what the policy says, and plans the way between."""

from __future__ import annotations

from collections.abc import Sequence

from amanat.connect.mariadb import Session, connected
from amanat.diagnostic import Severity
from amanat.errors import EnvironmentFault
from amanat.policy.plan import Table
from amanat.policy.targets.granting import principal, realised
from amanat.policy.targets.mariadb.checks import BOOK, BOOK_MARK
from amanat.policy.targets.mariadb.engine import MARIADB
from amanat.policy.targets.mariadb.script import view_name
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.relational import Privileges, unquotable
from amanat.policy.verify.finding import Change, Finding, Kind, Report, ordered
from amanat.policy.verify.mariadb import bypass, grants, objects
from amanat.policy.verify.mariadb import plan as planning
from amanat.policy.verify.mariadb.doors import doors
from amanat.policy.verify.mariadb.expected import Layout, expect
from amanat.policy.verify.mariadb.facts import Live, Relation, Scope, facts_query, read_facts
from amanat.policy.verify.mariadb.goal import goal_of
from amanat.policy.verify.mariadb.read import book_of, is_readable, rooms_of, standing
from amanat.policy.verify.mariadb.seen import Seen, excepted, grantee_of, name_of
from amanat.policy.verify.mariadb.views import changed, texts_of
from amanat.policy.verify.request import Request

__all__ = ["verify"]

_OLDEST = (10, 11)

LOOKS = (
    objects.absent,
    grants.grants,
    grants.wide,
    grants.effective,
    objects.views,
    objects.rooms,
    objects.keeper,
    objects.mask_key,
    objects.doors,
    bypass.principals,
    bypass.memberships,
    bypass.everywhere,
    bypass.server_tables,
)
"""What is looked at."""


def verify(request: Request) -> Report:
    """Look into the system's database. Raises `UsageError` and `EnvironmentFault`; changes nothing."""
    with connected(request.plan.system.id, request.variable, request.url) as session:
        return examine(request, session)


def examine(request: Request, session: Session) -> Report:
    """What is found by a session on the database."""
    system = request.plan.system.id
    _refuse(session)
    book, place, comment, shared = book_of(session, system)
    _refuse_another(session, system, place, comment)
    layout = Layout(system, session.database)
    privileges = realised(MARIADB, request.plan)[0]
    scope = _scope(session, layout, privileges, request.plan.tables, shared)
    live = _read(session, scope)
    if scope.tables and not live.tables:
        raise EnvironmentFault(
            f"`{session.user}` finds none of the {len(scope.tables)} tables declared for `{system}`"
            f" in database `{session.database}`",
            hint="check that the URL leads to the database that the catalog means, and grant the reader "
            "SHOW VIEW and REFERENCES there",
        )
    expected = expect(privileges, layout, live)
    texts = texts_of(session, live)
    differing = changed(session, live, expected, texts)
    there = standing(session)
    left = excepted(request.excepted, there)
    aim = goal_of(live, expected, layout, differing.keys(), left)
    beside = doors(session, scope.tables, scope.rooms)
    seen = Seen(layout, live, expected, aim, there, beside, differing, grantee_of(session.user), left)
    planned = planning.Planned(layout, request.digest, scope, live, expected, aim, book, texts)
    found = [*(finding for look in LOOKS for finding in look(seen)), *_version(planned)]
    if _read(session, scope).facts != live.facts:
        raise EnvironmentFault(
            f"database `{session.database}` changed while it was looked at", hint="look again"
        )
    return Report(
        system,
        MARIADB.label,
        ".".join(map(str, session.version)),
        session.database,
        session.user,
        request.digest,
        request.as_of,
        len(expected.principals),
        sum(len(columns) for columns in grants.cells(seen).values()),
        ordered(found),
        *_change(planned),
    )


def _read(session: Session, scope: Scope) -> Live:
    return read_facts(str(row) for (row,) in session.rows(facts_query(scope)))


def _scope(
    session: Session, layout: Layout, privileges: Sequence[Privileges], tables: Sequence[Table], shared: bool
) -> Scope:
    names = list(dict.fromkeys(principal(each.pair) for each in privileges))
    views: list[Relation] = [
        (layout.room(principal(each.pair)), view_name(each.table)) for each in privileges if each.view
    ]
    rooms = rooms_of(session, layout.system, {room for room, _ in views})
    declared = [layout.table(table) for table in tables]
    writable = [at for at in declared if not any(unquotable(MARIADB, part) for part in at)]
    return Scope(writable, views, names, rooms, layout.key[1], shared)


def _refuse(session: Session) -> None:
    if "MariaDB" not in session.server:
        raise EnvironmentFault(
            f"the server is no MariaDB but calls itself {session.server}",
            hint="the policy was executed on MariaDB only; MySQL refuses it",
        )
    if session.version < _OLDEST:
        shown = ".".join(map(str, session.version))
        raise EnvironmentFault(f"the policy needs MariaDB 10.11 or later, and the server is {shown}")
    if not is_readable(session):
        raise EnvironmentFault(
            f"`{session.user}` may not read who holds what: the server shows it its own privileges only",
            hint="grant the reader SELECT on database `mysql`",
        )


def _refuse_another(session: Session, system: str, place: str, comment: str) -> None:
    if comment and comment != BOOK_MARK:
        raise EnvironmentFault(
            f"database `{BOOK}` is of another kind, so no policy can stand here", hint="rename that database"
        )
    if place and place != session.database:
        raise EnvironmentFault(
            f"the policy of system `{system}` is applied in database `{place}`, not in `{session.database}`",
            hint=f"check where the URL of `{system}` leads",
        )


def _version(plan: planning.Planned) -> list[Finding]:
    subject = f"database {name_of(plan.layout.place)}"
    if plan.book is None:
        message = "no policy is applied here"
        return [Finding(Kind.POLICY_VERSION, Severity.ERROR, subject, message, "", True)]
    if not plan.book.whole:
        message = "the policy was applied in part"
        return [Finding(Kind.POLICY_VERSION, Severity.ERROR, subject, message, "", True)]
    if plan.book.digest != plan.digest:
        message = f"the policy was applied from another state of the catalog: sha256:{plan.book.digest}"
        return [Finding(Kind.POLICY_VERSION, Severity.INFO, subject, message, "", True)]
    return []


def _change(plan: planning.Planned) -> tuple[Change | None, str]:
    """The plan and its inverse, or why there is none."""
    if not planning.is_needed(plan):
        return None, ""
    try:
        return planning.make(plan), ""
    except UnquotableError as error:
        return None, f"a name in the database cannot be written safely: {error}"
