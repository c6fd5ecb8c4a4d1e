"""Findings about privileges: those that somebody granted, and those that principals really have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from amanat.diagnostic import Severity
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.postgres import write
from amanat.policy.verify.postgres.facts import Relation
from amanat.policy.verify.postgres.read import COLUMN_PRIVILEGES
from amanat.policy.verify.postgres.seen import Seen, columns_told, name_of, thing_name, who
from amanat.policy.verify.privileges import PUBLIC, Grant, Step, Thing, told


def grants(seen: Seen) -> Iterator[Finding]:
    """Grants that nobody declared, with their grantor, and declared ones that are missing."""
    expected = seen.expected.grants
    kept = {_by_keeper(grant, seen): grant for grant in seen.live.grants}
    surplus = frozenset(grant for told_as, grant in kept.items() if told_as not in expected)
    for step in told(surplus - seen.goal.side.grants):
        owner = seen.live.owners.get(step.thing, "")
        yield _undeclared(step, Severity.ERROR, "nobody declared it", _revoke(step, owner))
    for step in told(frozenset(grant for grant in surplus if grant.grantee in seen.excepted)):
        yield _undeclared(step, Severity.INFO, "excepted", "")
    absent = {*(key for key in seen.goal.views if key not in seen.live.views), *seen.goal.blocked}
    absent |= {("", name) for name in seen.goal.rooms}
    for step in told(
        frozenset(grant for grant in expected - kept.keys() if _place(grant.thing) not in absent)
    ):
        message = f"{who(step.grantee)} lacks {_privilege(step)}, which is declared"
        yield _finding(Kind.MISSING_GRANT, step, message, _written(write.grant, step))


def _by_keeper(grant: Grant, seen: Seen) -> Grant:
    """A grant on a view as it would be if the policy's keeper still owned it: that somebody else does is
    told of the view, not of each grant."""
    view = seen.live.views.get(_place(grant.thing))
    if view is not None and grant.grantor == view.owner:
        return grant._replace(grantor=seen.expected.keeper)
    return grant


def _place(thing: Thing) -> Relation:
    return thing.schema, thing.name


def _undeclared(step: Step, severity: Severity, why: str, way_out: str) -> Finding:
    message = f"{who(step.grantee)} holds {_privilege(step)}, granted by {who(step.grantor)}; {why}"
    found = _finding(Kind.UNDECLARED_GRANT, step, message, way_out)
    return found._replace(severity=severity, planned=severity is Severity.ERROR)


def _finding(kind: Kind, step: Step, message: str, way_out: str) -> Finding:
    return Finding(
        kind,
        Severity.ERROR,
        thing_name(step.thing),
        message,
        way_out,
        True,
        step.grantee,
        step.grantor,
        step.privilege,
        step.columns,
    )


def _privilege(step: Step) -> str:
    columns = f" on {columns_told(step.columns)}" if step.columns else ""
    option = ", with the right to hand it on" if step.option else ""
    return f"{step.privilege}{columns}{option}"


def _written(form: Callable[[Step], str], step: Step) -> str:
    try:
        return form(step)
    except UnquotableError:
        return ""


def _revoke(step: Step, owner: str) -> str:
    plain = step._replace(option=False)
    text = _written(write.revoke, plain)
    return (
        text if step.grantor == owner or not text else f"SET ROLE {name_of(step.grantor)}; {text} RESET ROLE;"
    )


def effective(seen: Seen) -> Iterator[Finding]:
    """Where what a principal can really do is neither declared nor told by the grants."""
    wanted: dict[tuple[str, Relation, str], set[str]] = {}
    held: dict[tuple[str, Relation, str], set[str]] = {}
    for grants, into in ((seen.expected.grants, wanted), (seen.live.grants, held)):
        for grant in grants:
            if grant.thing.kind == "table":
                key = (grant.grantee, (grant.thing.schema, grant.thing.name), grant.privilege)
                into.setdefault(key, set()).add(grant.thing.column)
    for key, columns in sorted(seen.cells.items()):
        principal, relation, privilege = key
        told = held.get(key, set()) | held.get((PUBLIC, relation, privilege), set())
        more = set() if "" in told else columns - wanted.get(key, set()) - told
        if more and not _shares(seen, principal, relation):
            yield _can(seen, principal, relation, privilege, sorted(more - {""}))
    for key, names in sorted(wanted.items()):
        principal, relation, privilege = key
        lost = (names & held.get(key, set())) - seen.cells.get(key, frozenset())
        if lost:
            message = f"{who(principal)} was granted {privilege} and cannot use it"
            yield _access(principal, relation, privilege, sorted(lost - {""}), message, False)


def _shares(seen: Seen, principal: str, relation: Relation) -> bool:
    """Whether the relation is the principal's view that was not declared: the view is told instead."""
    return relation in seen.live.views and relation[0] == principal and relation not in seen.expected.views


def _can(seen: Seen, principal: str, relation: Relation, privilege: str, columns: list[str]) -> Finding:
    role = seen.live.roles.get(principal)
    owner = seen.live.owners.get(Thing("table", *relation))
    ways = [each.role for each in seen.live.members if each.member == principal]
    if role and "SUPERUSER" in role.attributes:
        why, planned = "it is a superuser", True
    elif owner == principal:
        why, planned = "it owns it", False
    elif ways:
        why, planned = f"it is a member of {', '.join(map(name_of, sorted(ways)))}", True
    else:
        why, planned = "no grant says so: somebody else's rights reach it", False
    shown = f" on {columns_told(columns)}" if columns and privilege in COLUMN_PRIVILEGES else ""
    message = f"{who(principal)} can {privilege}{shown}, which is not declared: {why}"
    return _access(principal, relation, privilege, columns, message, planned)


def _access(
    principal: str, relation: Relation, privilege: str, columns: Sequence[str], message: str, planned: bool
) -> Finding:
    return Finding(
        Kind.EFFECTIVE,
        Severity.ERROR,
        name_of(*relation),
        message,
        "",
        planned,
        principal,
        None,
        privilege,
        tuple(columns),
    )
