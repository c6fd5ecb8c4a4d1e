"""Findings about principals and about whoever stands above the policy."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.mariadb.expected import role_of
from amanat.policy.verify.mariadb.read import SERVER, Account
from amanat.policy.verify.mariadb.seen import Seen, grantee_of, name_of, who
from amanat.policy.verify.privileges import PUBLIC

ERROR, INFO = Severity.ERROR, Severity.INFO

ABOVE = {
    "SELECT": "reads every table",
    "INSERT": "writes into every table",
    "UPDATE": "changes every table",
    "DELETE": "deletes from every table",
    "ALTER": "alters every table",
    "TRIGGER": "may put triggers on every table",
    "CREATE VIEW": "may put views in the place of others",
    "GRANT OPTION": "hands on what it holds",
    "EXECUTE": "calls every routine in its definer's name",
    "FILE": "reads and writes files of the server",
    "CREATE USER": "may set anybody's password",
    "SET USER": "may make views and routines in anybody's name",
    "BINLOG REPLAY": "may replay any change",
}
"""Privileges on everything that get around the policy, and how."""

_COPIES = ("REPLICATION SLAVE", "REPLICATION MASTER ADMIN")
_WRITES = frozenset(("INSERT", "UPDATE", "DELETE", "DROP", "ALTER", "CREATE", "TRIGGER"))
_OWN = ("'mariadb.sys'@'localhost'", "'PUBLIC'@''")


def principals(seen: Seen) -> Iterator[Finding]:
    """Principals that are missing, or more than a role to act as."""
    for name in seen.expected.principals:
        if name not in seen.live.roles:
            message = "the role of an acting pair is not there"
            yield Finding(Kind.MISSING_PRINCIPAL, ERROR, name_of(name), message, "", True)
            continue
        account = seen.standing.accounts.get(role_of(name))
        if account is None or not account.is_role:
            message = "what has the name of an acting pair is no role"
            yield Finding(Kind.CHANGED_PRINCIPAL, ERROR, name_of(name), message, "drop or rename it")
        elif account.everywhere:
            held = ", ".join(sorted(account.everywhere))
            message = f"the role of an acting pair holds {held} on everything; it is only to be acted as"
            fix = f"REVOKE {held} ON *.* FROM {name_of(name)};"
            yield Finding(Kind.CHANGED_PRINCIPAL, ERROR, name_of(name), message, fix)


def memberships(seen: Seen) -> Iterator[Finding]:
    """Roles that are united with principals, and accounts that hold them."""
    names = set(seen.expected.principals)
    for each in sorted(seen.live.members):
        holder, role = role_of(each.member), role_of(each.role)
        fix = f"REVOKE {who(role)} FROM {who(holder)};"
        if each.member in names:
            message = f"the role of an acting pair holds {who(role)}, and so has its rights"
            yield Finding(Kind.MEMBERSHIP, ERROR, name_of(each.member), message, fix, True, holder)
        elif holder in seen.excepted:
            message = f"is a role that holds {who(role)}; excepted"
            yield Finding(Kind.MEMBERSHIP, INFO, who(holder), message, "", False, holder)
        else:
            others = sorted(
                {m.role for m in seen.live.members if m.member == each.member and m.role in names}
            )
            what = (
                f"unites {', '.join(map(name_of, others))}"
                if len(others) > 1
                else f"has the rights of {who(role)}"
            )
            message = f"a role that {what}: whoever acts as it has them beside its own"
            yield Finding(Kind.BYPASS, ERROR, who(holder), message, fix, True, holder)
    yield from _holders(seen, names)


def _holders(seen: Seen, names: set[str]) -> Iterator[Finding]:
    """Accounts that may act for pairs: one at a time, which is as it should be."""
    roles = {role_of(name) for name in names}
    held: dict[str, list[str]] = {}
    for each in seen.standing.holdings:
        known = seen.standing.accounts.get(each.holder)
        if each.role not in roles or known is None or known.is_role:
            continue
        held.setdefault(each.holder, []).append(each.role)
        if each.admin:
            message = f"{who(each.holder)} may let others act as it (ADMIN OPTION)"
            yield Finding(Kind.MEMBERSHIP, INFO, who(each.role), message, "", False, each.holder)
    for holder, several in sorted(held.items()):
        default = seen.standing.accounts[holder].default_role
        if default in names:
            message = f"begins each session as {name_of(default)} (its default role)"
            yield Finding(Kind.MEMBERSHIP, INFO, who(holder), message, "", False, holder)
        if len(several) > 1:
            message = (
                f"may act for {len(several)} pairs, for one at a time: {', '.join(map(who, sorted(several)))}"
            )
            yield Finding(Kind.MEMBERSHIP, INFO, who(holder), message, "", False, holder)


def everywhere(seen: Seen) -> Iterator[Finding]:
    """Accounts and roles with privileges on everything."""
    pairs = {role_of(name) for name in seen.expected.principals}
    for name, account in sorted(seen.standing.accounts.items()):
        if name in pairs or not account.everywhere:
            continue
        if "SUPER" in account.everywhere:
            message = "is a superuser (SUPER): no privilege binds it"
            yield Finding(Kind.BYPASS, INFO, who(name), message, "", False, name)
            continue
        held = [each for each in ABOVE if each in account.everywhere]
        if held:
            yield _bypass(seen, account, held)
        if copies := [each for each in _COPIES if each in account.everywhere]:
            message = f"may copy the whole server ({', '.join(copies)})"
            yield Finding(Kind.BYPASS, INFO, who(name), message, "", False, name)


def _bypass(seen: Seen, account: Account, held: list[str]) -> Finding:
    name = account.name
    how = ", ".join(ABOVE[each] for each in held)
    grantee = PUBLIC if name == "'PUBLIC'@''" else name
    message = f"{how} ({', '.join(held)} on everything)"
    if name in seen.excepted:
        return Finding(Kind.BYPASS, INFO, who(grantee), f"{message}; excepted", "", False, grantee)
    if name == grantee_of(seen.expected.keeper):
        return Finding(
            Kind.BYPASS, INFO, who(grantee), f"{message}; views read in its name", "", False, grantee
        )
    if name == seen.looking and set(held) <= {"SELECT"}:
        return Finding(Kind.BYPASS, INFO, who(grantee), f"{message}; verify looks as it", "", False, grantee)
    fix = f"REVOKE {', '.join(held)} ON *.* FROM {who(grantee)};"
    return Finding(Kind.BYPASS, ERROR, who(grantee), message, fix, False, grantee)


def server_tables(seen: Seen) -> Iterator[Finding]:
    """Who may read or change the server's own tables, in which all privileges stand."""
    held: dict[str, set[str]] = {}
    for each in seen.standing.wide:
        if each.covers(SERVER):
            held.setdefault(each.grantee, set()).update(each.privileges)
    for each in seen.standing.server:
        held.setdefault(each.grantee, set()).update(each.privileges)
    for name, privileges in sorted(held.items()):
        if name in _OWN:
            continue
        writes = sorted(privileges & _WRITES)
        if writes and name not in seen.excepted:
            message = (
                f"changes the server's own tables, and so any privilege ({', '.join(writes)} on {SERVER})"
            )
            fix = f"revoke what it holds on database `{SERVER}`"
            yield Finding(Kind.BYPASS, ERROR, who(name), message, fix, False, name)
        elif privileges & {"SELECT", *_WRITES}:
            message = f"reads the server's own tables, with the hashes of passwords ({SERVER})"
            yield Finding(Kind.BYPASS, INFO, who(name), message, "", False, name)
