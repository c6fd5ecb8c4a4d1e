"""Findings about privileges: those that somebody granted, and those that principals really have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from amanat.diagnostic import Severity
from amanat.policy.targets.mariadb.checks import BOOK
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.mariadb import write
from amanat.policy.verify.mariadb.expected import role_of
from amanat.policy.verify.mariadb.facts import OPTION, Relation, escaped
from amanat.policy.verify.mariadb.goal import is_reader, reachable
from amanat.policy.verify.mariadb.read import Wide
from amanat.policy.verify.mariadb.seen import Seen, account, grantee_of, name_of, thing_name, who
from amanat.policy.verify.privileges import PUBLIC, Grant, Step, Thing, told
from amanat.policy.verify.telling import columns_told

DATA = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "DROP",
    "ALTER",
    "TRIGGER",
    "CREATE VIEW",
    "DELETE HISTORY",
    OPTION,
)
"""Privileges by which somebody gets at data or hands it on."""

COLUMN_PRIVILEGES = ("SELECT", "INSERT", "UPDATE")

Cells = Mapping[tuple[str, Relation, str], frozenset[str]]
"""Principal, relation and privilege to the columns that are open; "" is the whole of the relation."""


def grants(seen: Seen) -> Iterator[Finding]:
    """Grants that nobody declared, with their grantor, and declared ones that are missing."""
    surplus = frozenset(
        each
        for each in seen.live.grants - seen.expected.grants
        if (each.grantee, (each.thing.schema, each.thing.name)) not in seen.expected.waiting
        and not is_reader(each, seen.expected)
    )
    yield from _surplus(seen, frozenset(each for each in surplus if each.grantee not in seen.excepted))
    for finding in _surplus(seen, frozenset(each for each in surplus if each.grantee in seen.excepted)):
        yield finding._replace(severity=Severity.INFO, way_out="", planned=False)
    absent = {*(at for at in seen.expected.views if at not in seen.live.views), *seen.goal.blocked}
    absent |= seen.live.broken
    missing = seen.expected.grants - seen.live.grants
    for step in told(
        frozenset(each for each in missing if (each.thing.schema, each.thing.name) not in absent)
    ):
        message = f"{who(step.grantee)} lacks {_privilege(step)}, which is declared"
        yield _finding(Kind.MISSING_GRANT, step, message, _written(write.grant, step))


def _surplus(seen: Seen, surplus: frozenset[Grant]) -> Iterator[Finding]:
    """Grants that nobody declared; those on a whole database, of which there are many at once, together."""
    yield from (_undeclared(seen, step) for step in told(surplus) if step.thing.kind != "database")
    together: dict[tuple[Thing, str], list[str]] = {}
    for step in told(surplus):
        if step.thing.kind == "database":
            together.setdefault((step.thing, step.grantee), []).append(step.privilege)
    for (thing, grantee), held in together.items():
        yield _undeclared(seen, Step(thing, grantee, ", ".join(held), "", False, ()))


def _undeclared(seen: Seen, step: Step) -> Finding:
    by = seen.standing.grantors.get((step.grantee, (step.thing.schema, step.thing.name)), "")
    source = f", granted by {account(by)}" if by else ""
    why = "excepted" if step.grantee in seen.excepted else "nobody declared it"
    columns = step.columns or ("",)
    kept = [
        name
        for name in columns
        if not reachable(
            Grant(step.thing._replace(column=name), step.grantee, step.privilege, ""),
            seen.live,
            seen.expected,
            seen.layout,
        )
    ]
    dormant = ", and what it is on is not there or broken" if kept else ""
    message = f"{who(step.grantee)} holds {_privilege(step)}{source}; {why}{dormant}"
    found = _finding(Kind.UNDECLARED_GRANT, step, message, _written(write.revoke, step))
    return found._replace(grantor=by or None, planned=not kept)


def _finding(kind: Kind, step: Step, message: str, way_out: str) -> Finding:
    subject = thing_name(step.thing)
    return Finding(
        kind,
        Severity.ERROR,
        subject,
        message,
        way_out,
        True,
        step.grantee,
        None,
        step.privilege,
        step.columns,
    )


def _privilege(step: Step) -> str:
    if step.privilege == OPTION:
        return "the right to hand on what it holds there"
    return f"{step.privilege} on {columns_told(step.columns, name_of)}" if step.columns else step.privilege


def _written(form: Callable[[Step], str], step: Step) -> str:
    try:
        return form(step)
    except UnquotableError:
        return ""


def wide(seen: Seen) -> Iterator[Finding]:
    """What is open of whole databases, beyond what a plan touches."""
    ours = {database for database, _ in seen.live.tables}
    rooms = {*seen.live.rooms, BOOK}
    exact = {form for name in rooms for form in (name, escaped(name))}
    principals = {role_of(name) for name in seen.expected.principals}
    for each in seen.standing.wide:
        if each.pattern in exact or each.grantee in principals:
            continue  # told with the other grants
        covered = sorted(name for name in ours | rooms if each.covers(name))
        held = [name for name in DATA if name in each.privileges]
        if covered and held:
            yield _wide(seen, each, covered, held)


def _wide(seen: Seen, each: Wide, covered: list[str], held: list[str]) -> Finding:
    message = f"{who(each.grantee)} holds {', '.join(held)} on the whole of it"
    severity, way_out = Severity.ERROR, ""
    if each.grantee == grantee_of(seen.expected.keeper):
        severity, message = Severity.INFO, f"{message}: the policy's views read in its name"
    elif each.grantee == seen.looking and set(held) <= {"SELECT"}:
        severity, message = Severity.INFO, f"{message}: verify looks as it"
    elif each.grantee in seen.excepted:
        severity, message = Severity.INFO, f"{message}; excepted"
    else:
        message = f"{message}; nobody declared it"
        try:
            pattern = write.on_thing(Thing("database", "", each.pattern))
            plain = ", ".join(name for name in held)
            way_out = f"REVOKE {plain} ON {pattern} FROM {write.grantee(each.grantee)};"
        except UnquotableError:
            way_out = ""
    subject = f"database {', '.join(map(name_of, covered))}"
    privilege = held[0] if len(held) == 1 else ""
    return Finding(
        Kind.UNDECLARED_GRANT, severity, subject, message, way_out, False, each.grantee, None, privilege
    )


def cells(seen: Seen) -> Cells:
    """What principals can really do: what they hold themselves, what roles that they hold do, and what
    everybody may."""
    shown = {at: [each.column.name for each in view.view.columns] for at, view in seen.expected.views.items()}
    columns = {**{at: sorted(names) for at, names in seen.live.columns.items()}}
    columns |= {at: names for at, names in shown.items() if at not in columns}
    held: dict[str, list[Grant]] = {}
    for grant in seen.live.grants:
        held.setdefault(grant.grantee, []).append(grant)
    found: dict[tuple[str, Relation, str], set[str]] = {}
    for name in seen.expected.principals:
        for holder in (*sorted(reached_by(seen, role_of(name))), PUBLIC):
            for grant in held.get(holder, ()):
                at = (grant.thing.schema, grant.thing.name)
                if grant.thing.kind == "table" and grant.privilege != OPTION:
                    all_of = columns.get(at, []) if grant.privilege in COLUMN_PRIVILEGES else [""]
                    opened = [grant.thing.column] if grant.thing.column else all_of
                    found.setdefault((name, at, grant.privilege), set()).update(opened)
            for at, privilege in _widely(seen, holder, columns):
                opened = columns[at] if privilege in COLUMN_PRIVILEGES else [""]
                found.setdefault((name, at, privilege), set()).update(opened)
    return {key: frozenset(names) for key, names in found.items()}


def _widely(seen: Seen, holder: str, columns: Mapping[Relation, object]) -> Iterator[tuple[Relation, str]]:
    """What somebody may do on relations because of a right on their database, or on everything."""
    standing = seen.standing
    held = [each for each in standing.wide if each.grantee == holder]
    known = standing.accounts.get(holder if holder != PUBLIC else "'PUBLIC'@''")
    everywhere = known.everywhere if known else frozenset()
    if not held and not everywhere:
        return
    for at in columns:
        own = everywhere.union(*(each.privileges for each in held if each.covers(at[0])))
        yield from ((at, privilege) for privilege in (*COLUMN_PRIVILEGES, "DELETE") if privilege in own)


def reached_by(seen: Seen, holder: str) -> set[str]:
    """The roles whose rights somebody has, itself among them."""
    found, front = {holder}, {holder}
    while front:
        front = {each.role for each in seen.standing.holdings if each.holder in front} - found
        found |= front
    return found


def effective(seen: Seen) -> Iterator[Finding]:
    """What principals can really do that is neither declared nor told by their own grants."""
    wanted = _by_key(seen.expected.grants)
    own = _by_key(seen.live.grants)
    for (name, at, privilege), columns in sorted(cells(seen).items()):
        key = (role_of(name), at, privilege)
        told_of = own.get(key, set()) | own.get((PUBLIC, at, privilege), set())
        more = set() if "" in told_of else columns - wanted.get(key, set()) - told_of
        if more:
            named = sorted(more - {""})
            shown = f" on {columns_told(named, name_of)}" if named else ""
            message = f"{name_of(name)} can {privilege}{shown}, which is not declared: {_way(seen, name)}"
            yield Finding(
                Kind.EFFECTIVE,
                Severity.ERROR,
                name_of(*at),
                message,
                "",
                _is_mended(seen, name, at, privilege),
                role_of(name),
                None,
                privilege,
                tuple(named),
            )


def _is_mended(seen: Seen, name: str, at: Relation, privilege: str) -> bool:
    """Whether a plan takes it: by what the principal holds itself, or the roles that it holds."""
    own = any(
        each.grantee == role_of(name) and privilege in each.privileges and each.covers(at[0])
        for each in seen.standing.wide
    )
    return own or bool(_roles_of(seen, name))


def _roles_of(seen: Seen, name: str) -> list[str]:
    return sorted(each.role for each in seen.standing.holdings if each.holder == role_of(name))


def _way(seen: Seen, name: str) -> str:
    roles = _roles_of(seen, name)
    if roles:
        return f"it holds {', '.join(map(who, roles))}"
    return "a right on the whole database or on everything reaches it"


def _by_key(grants: frozenset[Grant]) -> dict[tuple[str, Relation, str], set[str]]:
    found: dict[tuple[str, Relation, str], set[str]] = {}
    for grant in grants:
        if grant.thing.kind == "table":
            key = (grant.grantee, (grant.thing.schema, grant.thing.name), grant.privilege)
            found.setdefault(key, set()).add(grant.thing.column)
    return found
