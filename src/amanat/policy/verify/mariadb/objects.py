"""Findings about views, databases of views, the key of hashes, and doors beside the policy."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.mariadb.seen import Seen, account, grantee_of, name_of, who
from amanat.policy.verify.side_doors import Door
from amanat.policy.verify.telling import absences

ERROR, INFO = Severity.ERROR, Severity.INFO


def absent(seen: Seen) -> Iterator[Finding]:
    """What the catalog declares and the database does not have."""
    return absences(seen.expected.absent, name_of)


def views(seen: Seen) -> Iterator[Finding]:
    """Views that are missing, changed, or declared by nobody."""
    broken, waiting = seen.live.broken, {at for _, at in seen.expected.waiting}
    for at in sorted(broken - waiting):
        message = "the server cannot work it out: what it reads is not there, or its definer"
        way_out = f"bring that back, or DROP VIEW {name_of(*at)}; and make a new plan"
        yield Finding(Kind.CHANGED_VIEW, ERROR, name_of(*at), message, way_out)
    for at, view in sorted(seen.expected.views.items()):
        if at in broken:
            continue
        if at in seen.goal.blocked:
            message = "something that is no view stands where a view is declared"
            yield Finding(
                Kind.CHANGED_VIEW, ERROR, name_of(*at), message, "look at it, and drop or rename it"
            )
        elif at not in seen.live.views:
            message = f"the view over {name_of(*view.table)} is declared and not there"
            yield Finding(Kind.MISSING_VIEW, ERROR, name_of(*at), message, "", True)
        elif at in seen.changed:
            yield Finding(Kind.CHANGED_VIEW, ERROR, name_of(*at), seen.changed[at], "", True)
    for kind, database, name in sorted(seen.live.things):
        at = (database, name)
        if at in seen.expected.views or at == seen.layout.key or at in broken:
            continue
        planned = at in seen.live.views
        owner = f"; it reads in the name of {account(seen.live.views[at].definer)}" if planned else ""
        yield Finding(
            Kind.UNDECLARED_VIEW,
            ERROR,
            name_of(*at),
            f"a {kind.lower()} that nobody declared stands in a database of the policy's views{owner}",
            f"DROP VIEW {name_of(*at)};" if planned else "look at it, and drop or move it",
            planned,
        )


def rooms(seen: Seen) -> Iterator[Finding]:
    """Databases of views that nobody declared."""
    for name in seen.goal.dropped_rooms:
        message = "the database of views of a principal that is not declared"
        fix = f"DROP DATABASE {name_of(name)};"
        yield Finding(Kind.UNDECLARED_VIEW, ERROR, f"database {name_of(name)}", message, fix, True)


def keeper(seen: Seen) -> Iterator[Finding]:
    """The account in whose name the views read."""
    if not seen.expected.keeper:
        return
    known = seen.standing.accounts.get(grantee_of(seen.expected.keeper))
    named = account(seen.expected.keeper)
    if known is None:
        message = "the policy's views read in its name, and there is no such account: they show nothing"
        yield Finding(
            Kind.EFFECTIVE, ERROR, named, message, "create it, or apply the policy as another account"
        )
    else:
        message = "the policy's views read the tables in its name: no privilege of a pair binds it"
        yield Finding(Kind.BYPASS, INFO, named, message)


def mask_key(seen: Seen) -> Iterator[Finding]:
    """The key of hashed columns: missing, or no longer needed."""
    named = name_of(*seen.layout.key)
    if seen.goal.key:
        message = "the key of hashed columns is not there; the plan makes a new one, and hashes will differ"
        yield Finding(Kind.MASK_KEY, ERROR, named, message, "", True)
    elif not seen.expected.key and ("BASE TABLE", *seen.layout.key) in seen.live.things:
        message = "no view needs it any more; no plan drops it, because nothing would bring it back"
        yield Finding(Kind.MASK_KEY, INFO, named, message, f"DROP TABLE {named};")


def doors(seen: Seen) -> Iterator[Finding]:
    """What others made over the declared tables, and who may use it."""
    for door in seen.doors:
        yield door.told(_users(seen, door), account(door.owner), name_of, who)


_USE = {"view": ("SELECT", "INSERT", "UPDATE", "DELETE"), "procedure": ("EXECUTE",), "function": ("EXECUTE",)}


def _users(seen: Seen, door: Door) -> list[str]:
    """Who may use it, without its definer, superusers and those excepted. Nobody calls triggers."""
    wanted = set(_USE.get(door.kind, ()))
    found = set(door.users) if wanted else set()
    found |= {
        each.grantee for each in seen.standing.wide if each.covers(door.schema) and wanted & each.privileges
    }
    found |= {name for name, each in seen.standing.accounts.items() if wanted & each.everywhere}
    above = {name for name, each in seen.standing.accounts.items() if "SUPER" in each.everywhere}
    return sorted(found - above - seen.excepted - {grantee_of(door.owner), seen.looking})
